package io.vertebra.accounts;

import io.vertebra.bus.Nothing;
import io.vertebra.bus.Problem;
import io.vertebra.contract.Accounts;
import io.vertebra.contract.Accounts.EndReason;
import io.vertebra.kernel.db.Read;
import io.vertebra.kernel.db.Work;
import io.vertebra.kernel.secrets.Digests;
import io.vertx.core.Future;
import java.time.Clock;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Passwords: forgotten, reset, changed. */
final class Passwords {
    private final AccountsSettings settings;
    private final PasswordRules rules;
    private final HashPool pool;
    private final Attempts attempts;
    private final Sessions sessions;
    private final AccountMails mails;
    private final Clock clock;

    Passwords(
            AccountsSettings settings,
            PasswordRules rules,
            HashPool pool,
            Attempts attempts,
            Sessions sessions,
            AccountMails mails,
            Clock clock) {
        this.settings = settings;
        this.rules = rules;
        this.pool = pool;
        this.attempts = attempts;
        this.sessions = sessions;
        this.mails = mails;
        this.clock = clock;
    }

    /** Counts the mail. */
    Future<Nothing> count(Read read, Accounts.ForgotPassword request) {
        return attempts.countMail(read, EmailAddress.comparable(request.email()))
                .map(Nothing.NOTHING);
    }

    /** Queues the mail when somebody has the address; the answer does not say so. */
    Future<Nothing> forgot(Work work, Accounts.ForgotPassword request, Nothing counted) {
        var token = Digests.newToken();
        var expires = work.now().plus(settings.resetLinkLifetime());
        var address = EmailAddress.comparable(request.email());
        return AccountsStore.forgetPassword(work, address, Digests.ofToken(token), expires)
                .compose(email -> email.isEmpty() ? Future.succeededFuture() : mails.reset(work, email.get(), token))
                .map(Nothing.NOTHING);
    }

    /** Checks and hashes the new password of whom the mailed token belongs to. */
    Future<String> hash(Read read, Accounts.ResetPassword request) {
        return AccountsStore.peekToken(read, Digests.ofToken(request.token()), "reset", clock.instant())
                .compose(person -> person.isEmpty()
                        ? Future.failedFuture(Registrations.linkInvalid())
                        : hash("/password", request.password(), person.get()));
    }

    /** Sets the new password. The mail proved the address, so it counts as verified. */
    Future<Nothing> reset(Work work, Accounts.ResetPassword request, String hash) {
        return AccountsStore.takeToken(work, Digests.ofToken(request.token()), "reset")
                .compose(taken -> {
                    if (taken.isEmpty()) {
                        return Future.failedFuture(Registrations.linkInvalid());
                    }
                    var token = taken.get();
                    work.target(token.personId().toString());
                    if (!token.verified()) {
                        work.emit(new Accounts.EmailVerified(token.personId()));
                    }
                    return AccountsStore.verify(work, token.personId(), null)
                            .compose(done -> replace(work, token.personId(), token.email(), hash, null));
                });
    }

    /** Proves the current password, then checks and hashes the new one. */
    Future<String> hash(Read read, Accounts.ChangePassword request) {
        var me = read.call().caller().id();
        return attempts.countProof(read)
                .compose(counted -> AccountsStore.ownPassword(read, me))
                .compose(own ->
                        pool.run(() -> own.isPresent() && PasswordHash.matches(request.currentPassword(), own.get())))
                .compose(proven -> proven
                        ? AccountsStore.person(read, me)
                        : Future.failedFuture(Problem.invalid("/currentPassword", "is not the current password")))
                .compose(person -> {
                    var found = person.orElseThrow(() -> Problem.notFound("person"));
                    var name = new Accounts.PersonName(found.id(), found.name(), found.email());
                    return hash("/newPassword", request.newPassword(), name);
                });
    }

    /** Sets the new password; only this session goes on. */
    Future<Nothing> change(Work work, Accounts.ChangePassword request, String hash) {
        var caller = work.call().caller();
        work.target(caller.id().toString());
        return AccountsStore.person(work, caller.id())
                .map(person -> person.orElseThrow(() -> Problem.notFound("person")))
                .compose(person -> replace(work, person.id(), person.email(), hash, caller.sessionId()));
    }

    private Future<Nothing> replace(Work work, UUID person, String email, String hash, @Nullable UUID but) {
        work.emit(new Accounts.PasswordChanged(person));
        return AccountsStore.setPassword(work, person, hash)
                .compose(done -> AccountsStore.dropTokens(work, person))
                .compose(done -> sessions.endAll(work, person, but, EndReason.PASSWORD_CHANGED))
                .compose(done -> mails.passwordChanged(work, email))
                .map(Nothing.NOTHING);
    }

    private Future<String> hash(String pointer, String password, Accounts.PersonName person) {
        var problem = rules.problem(pointer, password, person.email(), person.name());
        return problem != null
                ? Future.failedFuture(problem)
                : pool.run(() -> PasswordHash.of(password, settings.cost()));
    }
}
