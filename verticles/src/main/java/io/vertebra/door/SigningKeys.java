package io.vertebra.door;

import io.vertebra.bus.Call;
import io.vertebra.contract.Accounts;
import io.vertebra.kernel.bus.Bus;
import io.vertx.core.Future;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.RSAPublicKeySpec;
import java.time.Clock;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The public keys that tokens are verified with, for one event loop. Asked of accounts when a token names a key that is
 * not known, at most once in a while, and again now and then, so that a withdrawn key stops to be believed.
 */
final class SigningKeys {
    private static final long REFRESH_MS = 60_000;
    private static final long UNKNOWN_PAUSE_MS = 2_000;

    /** The keys as they were at one time. */
    record Known(Accounts.SigningKeys published, Map<String, PublicKey> byKid) {}

    private final Bus bus;
    private final Clock clock;
    private @Nullable Known known;
    private @Nullable Future<Known> asking;
    private long askedAt;

    SigningKeys(Bus bus, Clock clock) {
        this.bus = bus;
        this.clock = clock;
    }

    /** The keys, this one among them if it exists. */
    Future<Known> with(String kid, Call call) {
        var now = known;
        var age = clock.millis() - askedAt;
        if (now != null && age < REFRESH_MS && (now.byKid().containsKey(kid) || age < UNKNOWN_PAUSE_MS)) {
            return Future.succeededFuture(now);
        }
        return ask(call);
    }

    /** What accounts publishes. */
    Future<Accounts.SigningKeys> published(Call call) {
        var now = known;
        var fresh = now != null && clock.millis() - askedAt < UNKNOWN_PAUSE_MS;
        return (fresh ? Future.succeededFuture(now) : ask(call)).map(Known::published);
    }

    private Future<Known> ask(Call call) {
        var running = asking;
        if (running != null) {
            return Shared.here(running);
        }
        var asked = bus.ask(call, new Accounts.GetSigningKeys()).map(SigningKeys::read);
        asking = asked;
        asked.onComplete(done -> {
            asking = null;
            if (done.succeeded()) {
                known = done.result();
                askedAt = clock.millis();
            }
        });
        return asked;
    }

    private static Known read(Accounts.SigningKeys published) {
        var byKid = new HashMap<String, PublicKey>();
        try {
            var factory = KeyFactory.getInstance("RSA");
            for (var key : published.keys()) {
                byKid.put(key.kid(), factory.generatePublic(new RSAPublicKeySpec(number(key.n()), number(key.e()))));
            }
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("accounts published a key that is none", e);
        }
        return new Known(published, Map.copyOf(byKid));
    }

    private static BigInteger number(String base64) {
        return new BigInteger(1, Base64.getUrlDecoder().decode(base64));
    }
}
