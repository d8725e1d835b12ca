package io.vertebra.accounts;

import io.vertebra.contract.Accounts;
import io.vertebra.kernel.jobs.Schedule;
import io.vertebra.kernel.mail.MailQueue;
import io.vertebra.kernel.module.Domain;
import io.vertebra.kernel.module.Wiring;
import io.vertebra.kernel.secrets.Vault;
import java.time.Duration;

/** Wires accounts. */
public final class AccountsVerticle extends Domain {
    @Override
    public Class<?> contract() {
        return Accounts.class;
    }

    @Override
    protected void open(Wiring on) {
        var settings = on.config(AccountsSettings.class);
        var clock = on.clock();
        var pool = new HashPool(on.vertx(), settings, on.meters());
        var queue = new MailQueue("accounts", on.key("mails"), on.postman(), on.meters());
        var mails = new AccountMails(queue, on.appName(), on.publicUrl(), settings);
        var vault = new Vault(on.key("signing-keys"));
        var keys = new KeyRing(settings, on.publicUrl().toString(), vault, pool, on.bus(), clock);
        var attempts = new Attempts(on.bus(), settings);
        var rules = new PasswordRules(settings.passwordLengthMin());
        var sessions = new Sessions(clock, mails);
        var refreshKey = on.key("refresh-tokens");

        wire(on, keys);
        wire(on, attempts);
        wire(on, sessions);
        wire(on, new SignIns(settings, pool, keys, attempts, refreshKey, on.bus(), clock, on.meters()));
        var registrations = new Registrations(settings, rules, pool, attempts, sessions, mails);
        wire(on, registrations);
        wire(on, new Passwords(settings, rules, pool, attempts, sessions, mails, clock));
        wire(on, new People(settings, rules, pool, sessions));
        on.every("send-mails", Schedule.each(Duration.ofSeconds(1)), queue::send)
                .every("clean-up", Schedule.cron("17 * * * *"), run -> registrations
                        .forget(run)
                        .compose(done -> Attempts.forget(run))
                        .compose(done -> Sessions.forget(run, settings.sessionRetention()))
                        .compose(done -> queue.forgetParked(run, settings.parkedMailRetention())));
    }

    private static void wire(Wiring on, KeyRing keys) {
        on.asks(Accounts.GetSigningKeys.class)
                .ask(Accounts.GetSigningKeys.class, keys::prepareFirst, keys::publish)
                .every("rotate-keys", Schedule.cron("*/10 * * * *"), keys::rotate);
    }

    private static void wire(Wiring on, Attempts attempts) {
        on.asks(Accounts.CountAttempt.class).ask(Accounts.CountAttempt.class, attempts::count);
    }

    private static void wire(Wiring on, Sessions sessions) {
        on.asks(Accounts.EndReusedSession.class)
                .ask(Accounts.EndReusedSession.class, sessions::endReused)
                .ask(Accounts.Logout.class, sessions::logout)
                .read(Accounts.ListSessions.class, sessions::list)
                .ask(Accounts.RevokeSession.class, sessions::revoke)
                .read(Accounts.CheckSession.class, sessions::check)
                .ask(Accounts.TouchSession.class, sessions::touch);
    }

    private static void wire(Wiring on, SignIns signIns) {
        on.ask(Accounts.Login.class, signIns::prove, signIns::login)
                .ask(Accounts.Refresh.class, signIns::present, signIns::refresh);
    }

    private static void wire(Wiring on, Registrations registrations) {
        on.ask(Accounts.Register.class, registrations::hash, registrations::register)
                .ask(Accounts.VerifyEmail.class, registrations::verify);
    }

    private static void wire(Wiring on, Passwords passwords) {
        on.ask(Accounts.ForgotPassword.class, passwords::count, passwords::forgot)
                .ask(Accounts.ResetPassword.class, passwords::hash, passwords::reset)
                .ask(Accounts.ChangePassword.class, passwords::hash, passwords::change);
    }

    private static void wire(Wiring on, People people) {
        on.read(Accounts.GetMe.class, people::getMe)
                .ask(Accounts.ChangeMe.class, people::changeMe)
                .read(Accounts.GetSettings.class, people::getSettings)
                .ask(Accounts.ChangeSettings.class, people::changeSettings)
                .read(Accounts.FindPeople.class, people::find)
                .ask(Accounts.CreateSuperuser.class, people::hash, people::createSuperuser);
    }
}
