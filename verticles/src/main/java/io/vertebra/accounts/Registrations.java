package io.vertebra.accounts;

import io.vertebra.bus.Nothing;
import io.vertebra.bus.Problem;
import io.vertebra.contract.Accounts;
import io.vertebra.contract.AccountsRefusal;
import io.vertebra.kernel.db.Read;
import io.vertebra.kernel.db.Work;
import io.vertebra.kernel.jobs.Run;
import io.vertebra.kernel.secrets.Digests;
import io.vertx.core.Future;

/**
 * Becoming a person of the platform. Whether the address is registered shows nowhere: the answer is the same, the
 * password is hashed, and a mail goes out either way.
 */
final class Registrations {
    private static final int FORGOTTEN_AT_ONCE = 500;
    private static final String NEXT =
            "A mail is on its way to this address; follow its link to verify it, then sign in.";

    private final AccountsSettings settings;
    private final PasswordRules rules;
    private final HashPool pool;
    private final Attempts attempts;
    private final Sessions sessions;
    private final AccountMails mails;

    Registrations(
            AccountsSettings settings,
            PasswordRules rules,
            HashPool pool,
            Attempts attempts,
            Sessions sessions,
            AccountMails mails) {
        this.settings = settings;
        this.rules = rules;
        this.pool = pool;
        this.attempts = attempts;
        this.sessions = sessions;
        this.mails = mails;
    }

    /** Checks and hashes the password. */
    Future<String> hash(Read read, Accounts.Register request) {
        var problem = rules.problem("/password", request.password(), request.email(), request.name());
        if (problem != null) {
            return Future.failedFuture(problem);
        }
        return attempts.countMail(read, EmailAddress.comparable(request.email()))
                .compose(counted -> pool.run(() -> PasswordHash.of(request.password(), settings.cost())));
    }

    Future<Accounts.Registration> register(Work work, Accounts.Register request, String hash) {
        var id = work.newId();
        var token = Digests.newToken();
        var expires = work.now().plus(settings.verifyLinkLifetime());
        var email = request.email().strip();
        return AccountsStore.register(work, id, email, request.name(), hash, Digests.ofToken(token), expires)
                .compose(registered -> {
                    if (registered.outcome().equals("new")) {
                        work.emit(new Accounts.PersonRegistered(id));
                    }
                    return registered.outcome().equals("known")
                            ? mails.alreadyRegistered(work, email)
                            : mails.verify(work, email, token);
                })
                .map(new Accounts.Registration(email, NEXT));
    }

    /**
     * Verifies the address. When several registrations of it were under way, the one whose mail came back holds: its
     * name and password, so that nobody can prepare an account for somebody else.
     */
    Future<Nothing> verify(Work work, Accounts.VerifyEmail request) {
        return AccountsStore.takeToken(work, Digests.ofToken(request.token()), "verify")
                .compose(taken -> {
                    if (taken.isEmpty() || taken.get().verified()) {
                        return Future.failedFuture(linkInvalid());
                    }
                    return complete(work, taken.get());
                });
    }

    private Future<Nothing> complete(Work work, AccountsStore.MailToken token) {
        var person = token.personId();
        work.target(person.toString());
        work.emit(new Accounts.EmailVerified(person));
        return AccountsStore.verify(work, person, token.name())
                .compose(done -> AccountsStore.dropTokens(work, person))
                .compose(done -> adopt(work, token))
                .map(Nothing.NOTHING);
    }

    private Future<Void> adopt(Work work, AccountsStore.MailToken token) {
        var hash = token.hash();
        if (hash == null) {
            return Future.succeededFuture();
        }
        return AccountsStore.adoptPassword(work, token.personId(), hash)
                .compose(changed -> changed == 0
                        ? Future.succeededFuture()
                        : sessions.endAll(work, token.personId(), null, Accounts.EndReason.PASSWORD_CHANGED));
    }

    /** Forgets links that expired, and who did not verify the address in time where signing in needs that; a job. */
    Future<Integer> forget(Run run) {
        return run.drain(FORGOTTEN_AT_ONCE, work -> AccountsStore.deleteTokens(work, FORGOTTEN_AT_ONCE))
                .compose(done -> settings.signInNeedsVerifiedEmail()
                        ? run.drain(FORGOTTEN_AT_ONCE, this::forgetUnverified)
                        : Future.succeededFuture(0));
    }

    private Future<Integer> forgetUnverified(Work work) {
        var before = work.now().minus(settings.unverifiedRetention());
        return AccountsStore.deleteUnverified(work, before, FORGOTTEN_AT_ONCE).map(gone -> {
            gone.forEach(person -> work.emit(new Accounts.RegistrationForgotten(person)));
            return gone.size();
        });
    }

    static Problem linkInvalid() {
        return Problem.of(AccountsRefusal.LINK_INVALID, "Ask for a new mail.");
    }
}
