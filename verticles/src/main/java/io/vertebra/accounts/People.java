package io.vertebra.accounts;

import io.vertebra.bus.Problem;
import io.vertebra.contract.Accounts;
import io.vertebra.kernel.db.Read;
import io.vertebra.kernel.db.Work;
import io.vertebra.kernel.secrets.Digests;
import io.vertx.core.Future;
import java.time.ZoneId;
import java.util.IllformedLocaleException;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** People: their profile, their settings, and who operates the platform. */
final class People {
    private final AccountsSettings settings;
    private final PasswordRules rules;
    private final HashPool pool;
    private final Sessions sessions;

    People(AccountsSettings settings, PasswordRules rules, HashPool pool, Sessions sessions) {
        this.settings = settings;
        this.rules = rules;
        this.pool = pool;
        this.sessions = sessions;
    }

    Future<Accounts.Person> getMe(Read read, Accounts.GetMe request) {
        return AccountsStore.person(read, read.call().caller().id())
                .map(person -> person.orElseThrow(() -> Problem.notFound("person")));
    }

    Future<Accounts.Person> changeMe(Work work, Accounts.ChangeMe request) {
        var problem = request.name().present() && isBlank(request.name().value())
                ? Problem.invalid("/name", "must not be blank")
                : localeProblem(request.locale().value());
        if (problem != null) {
            return Future.failedFuture(problem);
        }
        return AccountsStore.lockPerson(work, work.call().caller().id()).compose(found -> {
            var person = found.orElseThrow(() -> Problem.notFound("person"));
            work.expectVersion(person.version());
            var name = request.name().over(person.name());
            return AccountsStore.changePerson(
                    work,
                    person.id(),
                    name == null ? person.name() : name.strip(),
                    request.locale().over(person.locale()));
        });
    }

    Future<Accounts.Settings> getSettings(Read read, Accounts.GetSettings request) {
        return AccountsStore.settings(read, read.call().caller().id())
                .map(found -> found.orElseThrow(() -> Problem.notFound("person")));
    }

    Future<Accounts.Settings> changeSettings(Work work, Accounts.ChangeSettings request) {
        var zone = request.timeZone().value();
        if (zone != null && !ZoneId.getAvailableZoneIds().contains(zone)) {
            return Future.failedFuture(Problem.invalid("/timeZone", "must be a time zone of the IANA database"));
        }
        var me = work.call().caller().id();
        return AccountsStore.lockSettings(work, me).compose(found -> {
            var before = found.orElseThrow(() -> Problem.notFound("person"));
            work.expectVersion(before.version());
            var theme = request.theme().over(before.theme());
            var timeZone = request.timeZone().over(before.timeZone());
            var productMail = request.productMail().over(before.productMail());
            return AccountsStore.changeSettings(
                    work,
                    me,
                    new Accounts.Settings(
                            theme == null ? Accounts.Theme.SYSTEM : theme,
                            timeZone == null ? "UTC" : timeZone,
                            productMail != null && productMail,
                            before.version()));
        });
    }

    Future<Accounts.People> find(Read read, Accounts.FindPeople request) {
        return request.ids().isEmpty()
                ? Future.succeededFuture(new Accounts.People(List.of()))
                : AccountsStore.names(read, request.ids()).map(Accounts.People::new);
    }

    /** Checks and hashes the password of an operator. */
    Future<String> hash(Read read, Accounts.CreateSuperuser request) {
        var problem = rules.problem("/password", request.password(), request.email(), request.name());
        return problem != null
                ? Future.failedFuture(problem)
                : pool.run(() -> PasswordHash.of(request.password(), settings.cost()));
    }

    /** Makes an operator; somebody who has the address already becomes one, with this password. */
    Future<Accounts.Person> createSuperuser(Work work, Accounts.CreateSuperuser request, String hash) {
        var address = EmailAddress.comparable(request.email());
        var id = work.newId();
        return AccountsStore.register(
                        work,
                        id,
                        request.email(),
                        request.name(),
                        hash,
                        Digests.ofToken(Digests.newToken()),
                        work.now())
                .compose(registered -> {
                    if (registered.outcome().equals("new")) {
                        work.emit(new Accounts.PersonRegistered(id));
                    }
                    return AccountsStore.personByAddress(work, address);
                })
                .compose(person -> promote(work, person.orElseThrow(), hash));
    }

    private Future<Accounts.Person> promote(Work work, UUID person, String hash) {
        work.target(person.toString());
        work.touch(person);
        return AccountsStore.setPassword(work, person, hash)
                .compose(done -> AccountsStore.dropTokens(work, person))
                .compose(done -> sessions.endAll(work, person, null, Accounts.EndReason.PASSWORD_CHANGED))
                .compose(done -> AccountsStore.makeOperator(work, person));
    }

    private static @Nullable Problem localeProblem(@Nullable String locale) {
        if (locale == null) {
            return null;
        }
        try {
            var parsed = new Locale.Builder().setLanguageTag(locale).build();
            return parsed.getLanguage().isEmpty() ? notALocale() : null;
        } catch (IllformedLocaleException e) {
            return notALocale();
        }
    }

    private static Problem notALocale() {
        return Problem.invalid("/locale", "must be a language tag such as en or de-CH (BCP 47)");
    }

    private static boolean isBlank(@Nullable String text) {
        return text == null || text.isBlank();
    }
}
