package io.vertebra.door;

import io.vertebra.bus.Call;
import io.vertebra.contract.Accounts;
import io.vertebra.kernel.bus.Bus;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.JWTOptions;
import io.vertx.ext.auth.jwt.JWTAuth;
import io.vertx.ext.auth.jwt.JWTAuthOptions;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The public keys that tokens are verified with, for one event loop. Asked of accounts when a token names a key that is
 * not known, at most once in a while, and again now and then, so that a withdrawn key stops to be believed.
 */
final class SigningKeys {
    private static final long REFRESH_MS = 60_000;
    private static final long UNKNOWN_PAUSE_MS = 2_000;

    /** The keys as they were at one time. Each verifier knows one key: a token is held against the one it names. */
    record Known(Accounts.SigningKeys published, Map<String, JWTAuth> byKid) {}

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
        return new Known(
                published,
                published.keys().stream()
                        .collect(Collectors.toUnmodifiableMap(
                                Accounts.SigningKey::kid, key -> verifier(published, key))));
    }

    /** Time is left to the door's clock. */
    private static JWTAuth verifier(Accounts.SigningKeys published, Accounts.SigningKey key) {
        var jwk = new JsonObject()
                .put("kty", "RSA")
                .put("alg", Token.ALGORITHM)
                .put("use", "sig")
                .put("kid", key.kid())
                .put("n", key.n())
                .put("e", key.e());
        var rules = new JWTOptions()
                .setIssuer(published.issuer())
                .setAudience(List.of(published.audience()))
                .setIgnoreExpiration(true);
        var vertx = Objects.requireNonNull(Vertx.currentContext()).owner();
        return JWTAuth.create(vertx, new JWTAuthOptions().addJwk(jwk).setJWTOptions(rules));
    }
}
