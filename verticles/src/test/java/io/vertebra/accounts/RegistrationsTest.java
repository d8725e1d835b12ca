package io.vertebra.accounts;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertebra.kernel.module.Platform;
import io.vertebra.testing.TestClock;
import io.vertebra.testing.TestPlatform;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Becoming a person, where nobody may learn which addresses are registered. */
class RegistrationsTest {
    private static final TestClock CLOCK = new TestClock();
    private static TestPlatform on;

    @BeforeAll
    static void start() {
        var settings = Map.of("accounts.argon2-memory", "7MiB", "accounts.sign-in-needs-verified-email", "true");
        on = TestPlatform.start(settings, CLOCK, Set.of(Platform.ALL));
    }

    @AfterAll
    static void stop() {
        on.close();
    }

    private static int verify(String token) {
        return on.api()
                .post("/v1/auth/email/verify", Someone.json("token", token))
                .send()
                .status();
    }

    @Test
    void registering_verifying_and_signing_in() {
        var someone = Someone.registered(on);
        someone.login().expect(401);
        var token = someone.mailedToken(1);
        assertThat(verify(token)).isEqualTo(204);
        var login = someone.login().expect(200);
        var me = on.api().get("/v1/me").as(login.text("accessToken")).send().expect(200);
        assertThat(me.json().path("emailVerified").asBoolean()).isTrue();
        assertThat(verify(token)).isEqualTo(422);
    }

    @Test
    void a_registered_address_gets_the_same_answer_and_its_owner_a_mail() {
        var owner = Someone.registered(on);
        assertThat(verify(owner.mailedToken(1))).isEqualTo(204);
        var fresh = Someone.fresh(on);
        var known = owner.with("somebody else's words").register().expect(200).json();
        var unknown = fresh.register().expect(200).json();
        assertThat(known.path("next")).isEqualTo(unknown.path("next"));
        assertThat(owner.mail(2).subject()).isEqualTo("You already have an account");
        owner.with("somebody else's words").login().expect(401);
        owner.login().expect(200);
        fresh.login().expect(401);
    }

    @Test
    void who_prepared_an_account_for_somebody_else_does_not_get_in() {
        var thief = Someone.registered(on);
        thief.mail(1);
        var owner = thief.with("words of the true owner");
        owner.register().expect(200);
        assertThat(verify(owner.mailedToken(2))).isEqualTo(204);
        thief.login().expect(401);
        owner.login().expect(200);
    }

    @Test
    void an_old_link_does_not_work() {
        var someone = Someone.registered(on);
        var token = someone.mailedToken(1);
        CLOCK.pass(Duration.ofHours(25));
        assertThat(verify(token)).isEqualTo(422);
    }

    @Test
    void addresses_are_compared_without_case() {
        var someone = Someone.registered(on);
        assertThat(verify(someone.mailedToken(1))).isEqualTo(204);
        new Someone(on, someone.email().toUpperCase(java.util.Locale.ROOT), someone.password())
                .login()
                .expect(200);
    }

    @Test
    void a_password_that_is_tried_first_is_refused_with_a_pointer() {
        var refused = Someone.fresh(on).with("password12345678").register().expect(422);
        assertThat(refused.text("/errors/0/pointer")).isEqualTo("/password");
        assertThat(refused.body()).doesNotContain("password12345678");
    }

    @Test
    void an_address_gets_only_so_many_mails() {
        var someone = Someone.fresh(on);
        for (int i = 0; i < 5; i++) {
            someone.register().expect(200);
        }
        someone.register().expect(429);
        CLOCK.pass(Duration.ofHours(1));
        someone.register().expect(200);
    }

    @Test
    void a_forgotten_password_is_set_anew_once_and_ends_every_session() {
        var someone = Someone.registered(on);
        assertThat(verify(someone.mailedToken(1))).isEqualTo(204);
        var login = someone.login().expect(200);
        someone.post("/v1/auth/password/forgot", "email", someone.email()).expect(204);
        Someone.fresh(on)
                .post("/v1/auth/password/forgot", "email", "nobody@example.org")
                .expect(204);
        var token = someone.mailedToken(2);
        someone.post("/v1/auth/password/reset", "token", token, "password", "short")
                .expect(422);
        someone.post("/v1/auth/password/reset", "token", token, "password", "a new cup of snow")
                .expect(204);
        someone.post("/v1/auth/password/reset", "token", token, "password", "one more cup of hail")
                .expect(422);
        on.api().get("/v1/me").as(login.text("accessToken")).send().expect(401);
        someone.refresh(login.text("refreshToken")).expect(401);
        someone.login().expect(401);
        someone.with("a new cup of snow").login().expect(200);
        assertThat(someone.mail(3).subject()).isEqualTo("Your password was changed");
    }

    @Test
    void a_reset_proves_the_address() {
        var someone = Someone.registered(on);
        someone.mail(1);
        someone.post("/v1/auth/password/forgot", "email", someone.email()).expect(204);
        var token = someone.mailedToken(2);
        someone.post("/v1/auth/password/reset", "token", token, "password", "a new cup of snow")
                .expect(204);
        someone.with("a new cup of snow").login().expect(200);
    }
}
