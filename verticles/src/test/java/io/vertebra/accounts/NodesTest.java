package io.vertebra.accounts;

import static io.vertebra.testing.Await.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertebra.bus.Call;
import io.vertebra.bus.Caller;
import io.vertebra.contract.Accounts;
import io.vertebra.kernel.module.Platform;
import io.vertebra.testing.Api;
import io.vertebra.testing.Servers;
import io.vertebra.testing.TestClock;
import io.vertebra.testing.TestPlatform;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Two nodes on one database and one Redis; the second hashes at a higher cost and with little room. */
class NodesTest {
    private static final TestClock CLOCK = new TestClock();
    private static TestPlatform one;
    private static TestPlatform two;

    @BeforeAll
    static void start() {
        var database = Servers.freshDatabase();
        var redis = Servers.freshRedis();
        one = TestPlatform.on(database, redis, Map.of("accounts.argon2-memory", "7MiB"), CLOCK, Set.of(Platform.ALL));
        var costly =
                Map.of("accounts.argon2-memory", "8MiB", "accounts.hash-threads", "1", "accounts.hash-queue-max", "2");
        two = TestPlatform.on(database, redis, costly, CLOCK, Set.of(Platform.ALL));
    }

    @AfterAll
    static void stop() {
        two.close();
        one.close();
    }

    private static Api.Answer me(TestPlatform on, Api.Answer login) {
        return on.api().get("/v1/me").as(login.text("accessToken")).send();
    }

    private static Someone at(TestPlatform on, Someone someone) {
        return new Someone(on, someone.email(), someone.password());
    }

    private static List<String> keys(TestPlatform on) {
        var call = Call.inside(Caller.service("launcher"), CLOCK.millis() + 20_000);
        return await(on.platform().bus().ask(call, new Accounts.GetSigningKeys())).keys().stream()
                .map(Accounts.SigningKey::kid)
                .toList();
    }

    @Test
    void a_session_ended_on_one_node_is_refused_on_the_next_request_of_the_other() {
        var someone = Someone.registered(one);
        var login = someone.login();
        for (int round = 0; round < 7; round++) {
            me(one, login).expect(200);
            me(two, login).expect(200);
            one.api()
                    .post("/v1/auth/logout", "{}")
                    .as(login.text("accessToken"))
                    .send()
                    .expect(204);
            me(two, login).expect(401);
            me(one, login).expect(401);
            login = someone.login();
        }
    }

    @Test
    void tabs_on_two_nodes_get_the_same_successor() {
        var someone = Someone.registered(one);
        var token = someone.login().text("refreshToken");
        var asks = IntStream.range(0, 8)
                .mapToObj(tab -> (tab % 2 == 0 ? one : two)
                        .api()
                        .post("/v1/auth/refresh", Someone.json("refreshToken", token))
                        .sendAsync())
                .toList();
        CompletableFuture.allOf(asks.toArray(CompletableFuture[]::new)).join();
        var successors = asks.stream()
                .map(CompletableFuture::join)
                .filter(answer -> answer.status() != 503)
                .map(answer -> answer.expect(200).text("refreshToken"))
                .distinct();
        assertThat(successors).hasSize(1);
    }

    @Test
    void a_hash_of_another_cost_is_made_anew_at_the_next_sign_in() {
        var someone = Someone.registered(one);
        someone.login().expect(200);
        var hash = "SELECT hash FROM accounts.passwords JOIN accounts.people ON id = person_id WHERE address = '%s'"
                .formatted(someone.email());
        assertThat(Stored.text(one, hash)).contains("m=7168,");
        at(two, someone).login().expect(200);
        assertThat(Stored.text(one, hash)).contains("m=8192,");
        someone.login().expect(200);
    }

    @Test
    void more_sign_ins_than_the_pool_takes_are_refused_at_once_and_the_rest_succeeds() {
        var people =
                IntStream.range(0, 24).mapToObj(i -> Someone.registered(one)).toList();
        var asks = people.stream()
                .map(someone -> two.api()
                        .post("/v1/auth/login", Someone.json("email", someone.email(), "password", someone.password()))
                        .sendAsync())
                .toList();
        CompletableFuture.allOf(asks.toArray(CompletableFuture[]::new)).join();
        var statuses = asks.stream().map(ask -> ask.join().status()).toList();
        assertThat(statuses).contains(200, 503).containsOnly(200, 503);
        asks.stream()
                .map(CompletableFuture::join)
                .filter(answer -> answer.status() == 503)
                .forEach(answer -> assertThat(answer.header("Retry-After")).isEqualTo("1"));
        var metrics = two.api().get("/metrics").send().body();
        assertThat(metrics).containsPattern("accounts_hash_refused_total(\\{.*})? [1-9]");
        at(two, people.getFirst()).login().expect(200);
    }

    @Test
    void the_next_key_is_published_before_it_signs_and_tokens_of_both_are_taken() {
        var someone = Someone.registered(one);
        var before = keys(one);
        assertThat(before).hasSize(1).isEqualTo(keys(two));
        CLOCK.pass(Duration.ofDays(29).plusMinutes(11));
        Stored.await(one, "SELECT 1 FROM accounts.signing_keys HAVING count(*) = 2");
        assertThat(keys(two)).hasSize(2).startsWith(before.getFirst());
        var old = someone.login();
        CLOCK.pass(Duration.ofDays(1).plusMinutes(1));
        assertThat(keys(two).getLast()).isEqualTo(before.getFirst());
        var fresh = someone.login();
        me(two, fresh).expect(200);
        me(one, fresh).expect(200);
        me(one, old).expect(401);
        assertThat(someone.refresh(old.text("refreshToken")).expect(200).text("accessToken"))
                .isNotEmpty();
    }
}
