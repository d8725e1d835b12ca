package io.vertebra.accounts;

import io.vertebra.bus.Problem;
import io.vertebra.bus.Problems;
import io.vertebra.contract.Accounts;
import io.vertebra.kernel.bus.Bus;
import io.vertebra.kernel.db.Read;
import io.vertebra.kernel.db.Work;
import io.vertebra.kernel.jobs.Run;
import io.vertebra.kernel.secrets.Digests;
import io.vertebra.kernel.secrets.Vault;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The keys that sign access tokens: kept sealed, published long before they are used, and for as long as a token of
 * theirs can live.
 */
final class KeyRing {
    static final String LIST =
            "SELECT kid, modulus, exponent, sealed_private, created_at, active_from FROM accounts.signing_keys";
    static final String INSERT = "INSERT INTO accounts.signing_keys"
            + " (kid, modulus, exponent, sealed_private, created_at, active_from) VALUES ($1, $2, $3, $4, $5, $6)"
            + " ON CONFLICT (active_from) DO NOTHING";
    static final String DELETE = "DELETE FROM accounts.signing_keys WHERE kid = ANY($1)";

    private static final int KEY_BITS = 2048;
    private static final Duration LOADED_MAX = Duration.ofSeconds(30);
    private static final Duration SKEW_MAX = Duration.ofMinutes(5);

    private final AccountsSettings settings;
    private final String issuer;
    private final Vault vault;
    private final HashPool pool;
    private final Bus bus;
    private final Clock clock;
    private final Map<String, AccessToken.Signer> opened = new ConcurrentHashMap<>();
    private volatile Loaded loaded = new Loaded(List.of(), Instant.MIN);

    KeyRing(AccountsSettings settings, String issuer, Vault vault, HashPool pool, Bus bus, Clock clock) {
        this.settings = settings;
        this.issuer = issuer;
        this.vault = vault;
        this.pool = pool;
        this.bus = bus;
        this.clock = clock;
    }

    /** One key as it is kept. */
    record Key(String kid, String n, String e, byte[] sealed, Instant createdAt, Instant activeFrom) {
        /** From when on it signs; the first key does at once. */
        Instant signsFrom() {
            return activeFrom.isAfter(createdAt) ? activeFrom : createdAt;
        }
    }

    private record Loaded(List<Key> keys, Instant at) {}

    /** Whose tokens these are. */
    String issuer() {
        return issuer;
    }

    /** The key to sign with now; the first one is made where there is none. */
    Future<AccessToken.Signer> signer(Read read) {
        var now = clock.instant();
        var known = current(loaded.keys(), now);
        if (known != null && Duration.between(loaded.at(), now).compareTo(LOADED_MAX) < 0) {
            return open(known);
        }
        return list(read).compose(keys -> {
            loaded = new Loaded(keys, now);
            var key = current(keys, now);
            return key != null ? open(key) : firstSigner(read, now);
        });
    }

    private Future<AccessToken.Signer> firstSigner(Read read, Instant now) {
        return bus.ask(read.call(), new Accounts.GetSigningKeys())
                .compose(published -> list(read))
                .compose(keys -> {
                    var key = current(keys, now);
                    return key != null
                            ? open(key)
                            : Future.failedFuture(Problem.of(Problems.UNAVAILABLE, "No signing key is active yet."));
                });
    }

    /** Makes the first key where there is none; the step before {@link #publish}. */
    Future<Optional<Key>> prepareFirst(Read read, Accounts.GetSigningKeys request) {
        return list(read)
                .compose(keys -> keys.isEmpty()
                        ? pool.run(() -> Optional.of(generate(Instant.EPOCH)))
                        : Future.succeededFuture(Optional.empty()));
    }

    /** Answers {@link Accounts.GetSigningKeys}. Of two nodes that made a first key one wins. */
    Future<Accounts.SigningKeys> publish(Work work, Accounts.GetSigningKeys request, Optional<Key> first) {
        return first.map(key -> insert(work, key))
                .orElse(Future.succeededFuture(0))
                .compose(done -> list(work))
                .map(keys -> published(keys, clock.instant()));
    }

    /** The job that makes the next key in time, and drops those that no token is left of. */
    Future<Void> rotate(Run run) {
        return run.inWork(KeyRing::list).compose(keys -> {
            var now = clock.instant();
            var over = keys.stream()
                    .filter(key -> isOver(key, keys, now, settings.accessTokenLifetime()))
                    .map(Key::kid)
                    .toArray(String[]::new);
            var dropped =
                    over.length == 0 ? Future.succeededFuture(0) : run.inWork(work -> work.run(DELETE, (Object) over));
            if (!isNextDue(keys, now, settings.keyRotation(), settings.keyLead())) {
                return dropped.mapEmpty();
            }
            var from = keys.isEmpty() ? Instant.EPOCH : now.plus(settings.keyLead());
            return dropped.compose(done -> pool.run(() -> generate(from)))
                    .compose(key -> run.inWork(work -> insert(work, key)))
                    .mapEmpty();
        });
    }

    /** The key that signs now: the one that became active last. */
    static @Nullable Key current(List<Key> keys, Instant now) {
        return keys.stream()
                .filter(key -> !key.activeFrom().isAfter(now))
                .max(Comparator.comparing(Key::activeFrom))
                .orElse(null);
    }

    /** Whether the next key must be published, so that every door knows it before it signs. */
    static boolean isNextDue(List<Key> keys, Instant now, Duration rotation, Duration lead) {
        var current = current(keys, now);
        boolean hasNext = keys.stream().anyMatch(key -> key.activeFrom().isAfter(now));
        return !hasNext
                && (current == null
                        || !current.signsFrom().plus(rotation).minus(lead).isAfter(now));
    }

    /** Whether a later key has signed for so long that no token of this one is left. */
    static boolean isOver(Key key, List<Key> keys, Instant now, Duration tokenLifetime) {
        return keys.stream()
                .filter(other -> other.activeFrom().isAfter(key.activeFrom()))
                .anyMatch(other ->
                        other.activeFrom().plus(tokenLifetime).plus(SKEW_MAX).isBefore(now));
    }

    private Accounts.SigningKeys published(List<Key> keys, Instant now) {
        var current = current(keys, now);
        var order = Comparator.comparing((Key key) -> !key.equals(current))
                .thenComparing(Key::activeFrom, Comparator.reverseOrder());
        return new Accounts.SigningKeys(
                issuer,
                settings.audience(),
                keys.stream()
                        .sorted(order)
                        .map(key -> new Accounts.SigningKey(key.kid(), key.n(), key.e()))
                        .toList());
    }

    private Future<AccessToken.Signer> open(Key key) {
        var known = opened.get(key.kid());
        return known != null
                ? Future.succeededFuture(known)
                : pool.run(() -> opened.computeIfAbsent(key.kid(), kid -> unseal(key)));
    }

    private AccessToken.Signer unseal(Key key) {
        try {
            var pkcs8 = new PKCS8EncodedKeySpec(vault.open(key.sealed(), place(key.kid())));
            return new AccessToken.Signer(
                    key.kid(), KeyFactory.getInstance("RSA").generatePrivate(pkcs8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a stored signing key cannot be read", e);
        }
    }

    private Key generate(Instant activeFrom) throws GeneralSecurityException {
        var generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(KEY_BITS);
        var pair = generator.generateKeyPair();
        var rsa = (RSAPublicKey) pair.getPublic();
        var base64 = Base64.getUrlEncoder().withoutPadding();
        var digest = Digests.sha256(rsa.getModulus().toByteArray());
        var kid = base64.encodeToString(digest).substring(0, 16);
        return new Key(
                kid,
                base64.encodeToString(unsigned(rsa.getModulus())),
                base64.encodeToString(unsigned(rsa.getPublicExponent())),
                vault.seal(pair.getPrivate().getEncoded(), place(kid)),
                clock.instant(),
                activeFrom);
    }

    private static byte[] unsigned(BigInteger number) {
        var bytes = number.toByteArray();
        return bytes[0] == 0 ? java.util.Arrays.copyOfRange(bytes, 1, bytes.length) : bytes;
    }

    private static Future<Integer> insert(Work work, Key key) {
        return work.run(
                INSERT,
                key.kid(),
                key.n(),
                key.e(),
                Buffer.buffer(key.sealed()),
                AccountsStore.at(key.createdAt()),
                AccountsStore.at(key.activeFrom()));
    }

    private static Future<List<Key>> list(Read read) {
        return read.list(LIST, KeyRing::key);
    }

    private static Key key(Row row) {
        return new Key(
                row.getString("kid"),
                row.getString("modulus"),
                row.getString("exponent"),
                row.getBuffer("sealed_private").getBytes(),
                row.getOffsetDateTime("created_at").toInstant(),
                row.getOffsetDateTime("active_from").toInstant());
    }

    private static byte[] place(String kid) {
        return kid.getBytes(StandardCharsets.UTF_8);
    }
}
