package io.vertebra.accounts;

import static io.vertebra.testing.Await.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertebra.bus.Call;
import io.vertebra.bus.Caller;
import io.vertebra.bus.Json;
import io.vertebra.contract.Accounts;
import io.vertebra.kernel.module.Platform;
import io.vertebra.testing.Api;
import io.vertebra.testing.TestClock;
import io.vertebra.testing.TestPlatform;
import java.io.IOException;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Signing in and staying signed in, through the REST door. */
class SignInsTest {
    private static final int FAILURES = 5;
    private static final TestClock CLOCK = new TestClock();
    private static TestPlatform on;

    @BeforeAll
    static void start() {
        var settings = Map.of(
                "accounts.argon2-memory", "7MiB", "accounts.failures-per-account-per-hour", Integer.toString(FAILURES));
        on = TestPlatform.start(settings, CLOCK, Set.of(Platform.ALL));
    }

    @AfterAll
    static void stop() {
        on.close();
    }

    private static Api.Answer me(Api.Answer login) {
        return on.api().get("/v1/me").as(login.text("accessToken")).send();
    }

    private static ObjectNode problem(Api.Answer answer) {
        var body = (ObjectNode) answer.json();
        body.remove("requestId");
        body.remove("instance");
        return body;
    }

    @Test
    void a_sign_in_answers_both_tokens_and_the_access_token_opens_the_door() throws IOException {
        var someone = Someone.registered(on);
        var login = someone.login().expect(200);
        assertThat(login.text("tokenType")).isEqualTo("Bearer");
        assertThat(login.json().path("expiresIn").asInt()).isEqualTo(600);
        assertThat(login.header("Cache-Control")).contains("no-store");
        var me = me(login).expect(200);
        assertThat(me.text("email")).isEqualTo(someone.email());
        var claims = Json.tolerant()
                .readTree(
                        Base64.getUrlDecoder().decode(login.text("accessToken").split("\\.")[1]));
        assertThat(claims.path("sub").asText()).isEqualTo(me.text("id"));
        assertThat(claims.path("kind").asText()).isEqualTo("user");
        assertThat(claims.path("exp").asLong() - claims.path("iat").asLong()).isEqualTo(600);
    }

    @Test
    void an_unknown_address_and_a_wrong_password_get_the_same_answer() {
        var known =
                Someone.registered(on).with("quite another password").login().expect(401);
        var unknown = Someone.fresh(on).login().expect(401);
        assertThat(problem(unknown)).isEqualTo(problem(known));
        assertThat(known.text("code")).isEqualTo("credentials_invalid");
    }

    @Test
    void after_too_many_failures_even_the_right_password_waits() {
        for (var someone : new Someone[] {Someone.registered(on), Someone.fresh(on)}) {
            for (int i = 0; i < FAILURES; i++) {
                someone.with("quite another password").login().expect(401);
            }
            var refused = someone.login().expect(429);
            assertThat(Integer.parseInt(String.valueOf(refused.header("Retry-After"))))
                    .isBetween(1, 3_600);
        }
    }

    @Test
    void failures_are_forgotten_with_time_and_with_success() {
        var someone = Someone.registered(on);
        var wrong = someone.with("quite another password");
        for (int i = 0; i < FAILURES; i++) {
            wrong.login().expect(401);
        }
        CLOCK.pass(Duration.ofHours(1));
        someone.login().expect(200);
        wrong.login().expect(401);
        wrong.login().expect(401);
    }

    @Test
    void a_refresh_gives_new_tokens_and_the_lost_answer_again() {
        var someone = Someone.registered(on);
        var first = someone.login().text("refreshToken");
        var second = someone.refresh(first).expect(200);
        assertThat(second.text("refreshToken")).isNotEqualTo(first);
        me(second).expect(200);
        var again = someone.refresh(first).expect(200);
        assertThat(again.text("refreshToken")).isEqualTo(second.text("refreshToken"));
        someone.refresh(second.text("refreshToken")).expect(200);
    }

    @Test
    void twenty_tabs_at_once_get_the_same_successor_and_nobody_is_signed_out() {
        var someone = Someone.registered(on);
        var token = someone.login().text("refreshToken");
        var asks = IntStream.range(0, 20)
                .mapToObj(tab -> on.api()
                        .post("/v1/auth/refresh", Someone.json("refreshToken", token))
                        .sendAsync())
                .toList();
        CompletableFuture.allOf(asks.toArray(CompletableFuture[]::new)).join();
        assertThat(asks.stream()
                        .map(ask -> ask.join().expect(200).text("refreshToken"))
                        .distinct())
                .hasSize(1);
        someone.refresh(asks.getFirst().join().text("refreshToken")).expect(200);
    }

    @Test
    void an_answer_lost_long_ago_is_made_good() {
        var someone = Someone.registered(on);
        var first = someone.login().text("refreshToken");
        var lost = someone.refresh(first).text("refreshToken");
        CLOCK.pass(Duration.ofHours(5));
        var again = someone.refresh(first).expect(200).text("refreshToken");
        assertThat(again).isNotEqualTo(lost);
        someone.refresh(again).expect(200);
    }

    @Test
    void reuse_after_the_grace_ends_that_session_and_no_other() {
        var someone = Someone.registered(on);
        var stolen = someone.login();
        var other = someone.login();
        var second = someone.refresh(stolen.text("refreshToken"));
        var third = someone.refresh(second.text("refreshToken"));
        me(third).expect(200);
        CLOCK.pass(Duration.ofSeconds(31));
        var refused = someone.refresh(stolen.text("refreshToken")).expect(401);
        assertThat(refused.text("code")).isEqualTo("refresh_token_invalid");
        someone.refresh(third.text("refreshToken")).expect(401);
        me(third).expect(401);
        me(other).expect(200);
        someone.refresh(other.text("refreshToken")).expect(200);
        someone.mail(2);
        assertThat(someone.mails()).anyMatch(mail -> mail.subject().contains("ended one of your sessions"));
    }

    @Test
    void a_session_that_is_not_refreshed_ends() {
        var someone = Someone.registered(on);
        var token = someone.login().text("refreshToken");
        CLOCK.pass(Duration.ofDays(29));
        var next = someone.refresh(token).expect(200).text("refreshToken");
        CLOCK.pass(Duration.ofDays(31));
        someone.refresh(next).expect(401);
    }

    @Test
    void made_up_tokens_are_refused_alike() {
        var someone = Someone.registered(on);
        var token = someone.login().text("refreshToken");
        var expected = problem(someone.refresh("vrt_AAAA").expect(401));
        for (var text : new String[] {token.substring(1), token + "A", "vrt_" + "A".repeat(72), "eyJ.e30."}) {
            assertThat(problem(someone.refresh(text).expect(401))).isEqualTo(expected);
        }
    }

    @Test
    void logging_out_ends_the_session_on_the_next_request() {
        var someone = Someone.registered(on);
        var login = someone.login();
        on.api()
                .post("/v1/auth/logout", "{}")
                .as(login.text("accessToken"))
                .send()
                .expect(204);
        me(login).expect(401);
        someone.refresh(login.text("refreshToken")).expect(401);
    }

    @Test
    void an_operator_signs_in_as_admin() throws IOException {
        var operator = Someone.fresh(on);
        var call = Call.inside(Caller.service("launcher"), CLOCK.millis() + 20_000);
        var person = await(on.platform()
                .bus()
                .ask(call, new Accounts.CreateSuperuser(operator.email(), operator.password(), "Op")));
        assertThat(person.operator()).isTrue();
        var token = operator.login().expect(200).text("accessToken");
        var claims = Json.tolerant().readTree(Base64.getUrlDecoder().decode(token.split("\\.")[1]));
        assertThat(claims.path("kind").asText()).isEqualTo("admin");
        on.api().get("/v1/admin/policies").as(token).send().expect(200);
        var user = Someone.registered(on).login().text("accessToken");
        assertThat(on.api().get("/v1/admin/policies").as(user).send().status()).isIn(403, 404);
    }

    @Test
    void sign_ins_are_counted_and_measured() {
        Someone.registered(on).login().expect(200);
        var metrics = on.api().get("/metrics").send().body();
        assertThat(metrics)
                .containsPattern("accounts_login_total\\{[^}]*status=\"success\"[^}]*} [1-9]")
                .containsPattern("accounts_login_duration_seconds\\{[^}]*quantile=\"0.95\"");
    }
}
