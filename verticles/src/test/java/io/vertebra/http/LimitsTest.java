package io.vertebra.http;

import static io.vertebra.http.DoorFixture.ORG;
import static io.vertebra.http.DoorFixture.PROJECT;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertebra.bus.Caller;
import io.vertebra.contract.Access;
import io.vertebra.launcher.embedded.EmbeddedPostgres;
import io.vertebra.launcher.embedded.EmbeddedRedis;
import java.nio.file.Path;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LimitsTest {
    private static final String PATH = "/v1/orgs/" + ORG + "/projects/" + PROJECT;

    @Test
    void the_101st_request_with_a_key_in_a_minute_is_refused() {
        try (var door = new DoorFixture().open()) {
            var person = UUID.randomUUID();
            door.members.put(person, new Access.Rights("member", Set.of("orgs.projects.read")));
            var token = door.tokens.with(person, UUID.randomUUID(), claims -> claims.put("key", "key-of-a-test"));
            for (var left = 99; left >= 0; left--) {
                var answer = door.api().get(PATH, token);
                assertThat(answer.statusCode()).isEqualTo(200);
                assertThat(answer.headers().firstValue("ratelimit-policy"))
                        .contains("\"key\";q=100;w=60, \"user\";q=1000;w=60");
                assertThat(answer.headers().firstValue("ratelimit").orElseThrow())
                        .startsWith("\"key\";r=" + left + ";t=");
            }
            var refused = door.api().get(PATH, token);
            assertThat(refused.statusCode()).isEqualTo(429);
            assertThat(Api.json(refused).getString("code")).isEqualTo("quota_exceeded");
            assertThat(Api.json(refused).getString("type")).endsWith("/problems/quota-exceeded");
            assertThat(Long.parseLong(
                            refused.headers().firstValue("retry-after").orElseThrow()))
                    .isBetween(50L, 66L);
        }
    }

    @Test
    void a_new_policy_value_holds_on_the_next_request() {
        try (var door = new DoorFixture().open()) {
            var token = door.member("orgs.projects.read");
            assertThat(door.api().get(PATH, token).statusCode()).isEqualTo(200);
            door.limits.put("limits.user-per-minute", 1L);
            door.touch(Caller.NOBODY);
            assertThat(door.api().get(PATH, token).statusCode()).isEqualTo(429);
        }
    }

    @Test
    void many_addresses_do_not_help_against_one_account() {
        try (var door = new DoorFixture().open()) {
            var statuses = new java.util.ArrayList<Integer>();
            for (var attempt = 0; attempt < 11; attempt++) {
                var request = door.api()
                        .at("/v1/auth/login")
                        .header("Content-Type", "application/json")
                        .POST(java.net.http.HttpRequest.BodyPublishers.ofString(
                                "{\"email\":\"Ann@example.com\",\"password\":\"x\"}"));
                statuses.add(door.api().send(request).statusCode());
            }
            assertThat(statuses.subList(0, 10)).containsOnly(200);
            assertThat(statuses.getLast()).isEqualTo(429);
        }
    }

    @Test
    void without_redis_the_limit_holds_and_revocations_too(@TempDir Path folder) {
        var redis = EmbeddedRedis.start(folder, EmbeddedPostgres.userCache(), 0);
        try (var door = new DoorFixture(redis).open()) {
            door.limits.put("limits.user-per-minute", 20L);
            var session = UUID.randomUUID();
            var person = UUID.randomUUID();
            door.members.put(person, new Access.Rights("member", Set.of("orgs.projects.read")));
            var token = door.tokens.with(person, session, claims -> claims);
            assertThat(door.api().get(PATH, token).statusCode()).isEqualTo(200);
            redis.close();
            var passed = 0;
            for (var i = 0; i < 30; i++) {
                passed += door.api().get(PATH, token).statusCode() == 200 ? 1 : 0;
            }
            assertThat(passed).isEqualTo(20);
            door.limits.put("limits.user-per-minute", 2_000L);
            door.touch(Caller.NOBODY);
            door.deadSessions.add(session);
            door.touch(session);
            assertThat(door.api().get(PATH, token).statusCode()).isIn(401, 429);
            assertThat(door.cache().connected()).isFalse();
        } finally {
            redis.close();
        }
    }
}
