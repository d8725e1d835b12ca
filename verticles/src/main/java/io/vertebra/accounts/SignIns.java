package io.vertebra.accounts;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.vertebra.bus.Problem;
import io.vertebra.bus.Problems;
import io.vertebra.contract.Accounts;
import io.vertebra.contract.AccountsRefusal;
import io.vertebra.kernel.bus.Bus;
import io.vertebra.kernel.db.Read;
import io.vertebra.kernel.db.UuidV7;
import io.vertebra.kernel.db.Work;
import io.vertx.core.Future;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import javax.crypto.SecretKey;
import org.jspecify.annotations.Nullable;

/** Signing in with a password, and staying signed in with refresh tokens. */
final class SignIns {
    private static final String TOKEN_TYPE = "Bearer";
    private static final String LOGINS = "accounts_login";
    private static final List<String> STATUSES = List.of("success", "refused", "limited", "unavailable", "failed");
    private static final double[] QUANTILES = {0.5, 0.95, 0.99};

    private final AccountsSettings settings;
    private final HashPool pool;
    private final KeyRing keys;
    private final Attempts attempts;
    private final SecretKey refreshKey;
    private final Bus bus;
    private final Clock clock;
    private final MeterRegistry meters;
    private final Timer duration;
    private final Future<String> dummyHash;

    SignIns(
            AccountsSettings settings,
            HashPool pool,
            KeyRing keys,
            Attempts attempts,
            SecretKey refreshKey,
            Bus bus,
            Clock clock,
            MeterRegistry meters) {
        this.settings = settings;
        this.pool = pool;
        this.keys = keys;
        this.attempts = attempts;
        this.refreshKey = refreshKey;
        this.bus = bus;
        this.clock = clock;
        this.meters = meters;
        this.duration = Timer.builder("accounts_login_duration")
                .description("Time from a sign-in's arrival to its answer")
                .publishPercentiles(QUANTILES)
                .register(meters);
        STATUSES.forEach(status -> meters.counter(LOGINS, "status", status));
        // What an unknown address is checked against, so that it costs the same time.
        this.dummyHash = pool.run(() -> PasswordHash.of(UUID.randomUUID().toString(), settings.cost()));
    }

    /** What a sign-in proved before its transaction opens. */
    record Proven(
            UUID personId,
            String hash,
            @Nullable String newHash,
            UUID sessionId,
            String accessToken,
            long startNanos) {}

    /** A refresh token that was found good, before it is looked at again under the lock. */
    record Presented(RefreshToken token, String accessToken) {}

    /** Proves address and password, and signs the access token. */
    Future<Proven> prove(Read read, Accounts.Login request) {
        long start = System.nanoTime();
        var address = EmailAddress.comparable(request.email());
        return attempts.countLogin(read, address)
                .compose(counted -> AccountsStore.findLogin(read, address))
                .compose(found -> check(found, request.password()).compose(newHash -> {
                    var login = found.orElseThrow(SignIns::refused);
                    var session = UuidV7.next(clock);
                    return sign(read, login.personId(), session, login.operator())
                            .map(token -> new Proven(
                                    login.personId(), login.hash(), newHash.orElse(null), session, token, start));
                }))
                .onFailure(failure -> measure(status(failure), start));
    }

    /** Starts the session. */
    Future<Accounts.Tokens> login(Work work, Accounts.Login request, Proven proven) {
        var expires = work.now().plus(settings.sessionIdleMax());
        var person = proven.personId();
        work.target(person.toString());
        return SessionStore.start(work, person, proven.hash(), proven.sessionId(), expires)
                .compose(started -> {
                    if (!started) {
                        return Future.failedFuture(refused());
                    }
                    work.emit(new Accounts.SessionStarted(person, proven.sessionId()));
                    return attempts.forgetLogin(work, EmailAddress.comparable(request.email()));
                })
                .compose(done -> proven.newHash() == null
                        ? Future.succeededFuture(0)
                        : AccountsStore.rehash(work, person, proven.hash(), proven.newHash()))
                .map(done -> tokens(proven.sessionId(), RefreshFamily.begun(work.now()), proven.accessToken()))
                .onComplete(done -> measure(done.succeeded() ? "success" : status(done.cause()), proven.startNanos()));
    }

    /** Opens the token, ends its session when it is reused, and signs the access token. */
    Future<Presented> present(Read read, Accounts.Refresh request) {
        var token = request.refreshToken() == null ? null : RefreshToken.open(request.refreshToken(), refreshKey);
        if (token == null) {
            return Future.failedFuture(expired());
        }
        return SessionStore.find(read, token.sessionId()).compose(found -> {
            var now = clock.instant();
            if (found.isEmpty() || !found.get().isAlive(now)) {
                return Future.failedFuture(expired());
            }
            var session = found.get();
            var step = session.family().present(token.place(), now, settings.refreshGrace());
            if (step.outcome() == RefreshFamily.Outcome.REUSED) {
                return bus.ask(read.call(), new Accounts.EndReusedSession(token.sessionId()))
                        .compose(ended -> Future.failedFuture(expired()));
            }
            return sign(read, session.personId(), token.sessionId(), session.operator())
                    .map(access -> new Presented(token, access));
        });
    }

    /** Decides under the lock of the session, and moves its family on. */
    Future<Accounts.Tokens> refresh(Work work, Accounts.Refresh request, Presented presented) {
        var id = presented.token().sessionId();
        return SessionStore.lock(work, id).compose(found -> {
            if (found.isEmpty() || !found.get().isAlive(work.now())) {
                return Future.failedFuture(expired());
            }
            var session = found.get();
            var step = session.family().present(presented.token().place(), work.now(), settings.refreshGrace());
            meters.counter("accounts_refresh", "outcome", step.outcome().name().toLowerCase(Locale.ROOT))
                    .increment();
            return switch (step.outcome()) {
                case ROTATED, REISSUED ->
                    SessionStore.advance(work, id, step.next(), expiry(session, work.now()))
                            .map(done -> tokens(id, step.next(), presented.accessToken()));
                case REPLAYED -> Future.succeededFuture(tokens(id, step.next(), presented.accessToken()));
                case TOO_FAST -> Future.failedFuture(tooFast());
                // Seen as reuse only since the first look; the next use of the token ends the session.
                case REUSED, UNKNOWN -> Future.failedFuture(expired());
            };
        });
    }

    private Instant expiry(SessionStore.Sitting session, Instant now) {
        var idle = now.plus(settings.sessionIdleMax());
        var last = session.createdAt().plus(settings.sessionAgeMax());
        return idle.isBefore(last) ? idle : last;
    }

    /** Checks the password, at the same cost for an unknown address; answers a newer hash when one is due. */
    private Future<Optional<String>> check(Optional<AccountsStore.Login> found, String password) {
        return dummyHash.compose(dummy -> pool.run(() -> {
            var hash = found.map(AccountsStore.Login::hash).orElse(dummy);
            boolean matches = PasswordHash.matches(password, hash);
            boolean open = found.isPresent() && (found.get().verified() || !settings.signInNeedsVerifiedEmail());
            if (!matches || !open) {
                throw refused();
            }
            return PasswordHash.isOutdated(hash, settings.cost())
                    ? Optional.of(PasswordHash.of(password, settings.cost()))
                    : Optional.<String>empty();
        }));
    }

    private Future<String> sign(Read read, UUID person, UUID session, boolean operator) {
        var token = new AccessToken(
                keys.issuer(),
                settings.audience(),
                person,
                session,
                operator,
                clock.instant(),
                settings.accessTokenLifetime());
        return keys.signer(read).compose(signer -> pool.run(() -> token.signed(signer)));
    }

    private Accounts.Tokens tokens(UUID session, RefreshFamily family, String accessToken) {
        var refresh = new RefreshToken(session, family.active()).sealed(refreshKey);
        return new Accounts.Tokens(
                accessToken,
                refresh,
                TOKEN_TYPE,
                Math.toIntExact(settings.accessTokenLifetime().toSeconds()));
    }

    private void measure(String status, long startNanos) {
        meters.counter(LOGINS, "status", status).increment();
        duration.record(System.nanoTime() - startNanos, TimeUnit.NANOSECONDS);
    }

    private static String status(Throwable failure) {
        if (failure instanceof Problem problem) {
            return problem.is(AccountsRefusal.CREDENTIALS_INVALID)
                    ? "refused"
                    : problem.is(Problems.QUOTA_EXCEEDED) ? "limited" : "unavailable";
        }
        return "failed";
    }

    private static Problem refused() {
        return Problem.of(
                AccountsRefusal.CREDENTIALS_INVALID,
                "The address or the password is wrong, or the address is not verified yet.");
    }

    private static Problem expired() {
        return Problem.of(AccountsRefusal.REFRESH_TOKEN_INVALID, "Sign in again.");
    }

    private static Problem tooFast() {
        return Problem.of(Problems.QUOTA_EXCEEDED, "Refresh a token only when the access token is about to expire.")
                .with("retryAfter", 1);
    }
}
