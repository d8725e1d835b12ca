package io.vertebra.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertebra.testing.Api;
import io.vertebra.testing.Person;
import io.vertebra.testing.TestPlatform;
import java.util.ArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class LimitsTest {
    private static final AtomicInteger KEYS = new AtomicInteger();
    private static TestPlatform platform;
    private static Api api;
    private static Person operator;

    @BeforeAll
    static void start() {
        platform = TestPlatform.start();
        api = platform.api();
        operator = Person.operator(platform);
    }

    @AfterAll
    static void stop() {
        platform.close();
    }

    /** A token that was made for an API key of this person. */
    private static String keyOf(Person person) {
        return Tokens.of(platform)
                .changed(person.token(), claims -> claims.put("key", "key-" + KEYS.incrementAndGet()));
    }

    private static void set(String policy, String value) {
        api.put("/v1/admin/policies/" + policy, "{\"value\":" + value + "}")
                .as(operator.token())
                .send()
                .expect(200);
    }

    @Test
    void the_101st_request_with_a_key_in_a_minute_is_refused() {
        set("limits.key-per-minute", "100");
        var key = keyOf(Person.signUp(api, "Key Holder"));
        for (int left = 99; left >= 0; left--) {
            var answer = api.get("/v1/me").as(key).send().expect(200);
            assertThat(answer.header("ratelimit-policy")).isEqualTo("\"key\";q=100;w=60, \"user\";q=1000;w=60");
            assertThat(answer.header("ratelimit")).startsWith("\"key\";r=" + left + ";t=");
        }
        var refused = api.get("/v1/me").as(key).send().expect(429);
        assertThat(refused.header("content-type")).isEqualTo("application/problem+json");
        assertThat(refused.text("code")).isEqualTo("quota_exceeded");
        assertThat(refused.text("type")).endsWith("/problems/quota-exceeded");
        assertThat(refused.text("violatedPolicies")).isEqualTo("key");
        assertThat(refused.header("ratelimit")).startsWith("\"key\";r=0;t=");
        assertThat(Long.parseLong(refused.header("retry-after"))).isBetween(1L, 66L);
    }

    @Test
    void a_new_policy_value_holds_on_the_next_request() {
        var key = keyOf(Person.signUp(api, "Limited Person"));
        api.get("/v1/me").as(key).send().expect(200);
        set("limits.key-per-minute", "1");
        api.get("/v1/me").as(key).send().expect(429);
        set("limits.key-per-minute", "null");
        var answer = api.get("/v1/me").as(key).send().expect(200);
        assertThat(answer.header("ratelimit-policy")).startsWith("\"key\";q=100;w=60");
    }

    @Test
    void many_addresses_do_not_help_against_one_account() {
        var statuses = new ArrayList<Integer>();
        var login = "{\"email\":\"Ann@example.com\",\"password\":\"not the password\"}";
        for (int attempt = 0; attempt < 11; attempt++) {
            statuses.add(api.post("/v1/auth/login", login).send().status());
        }
        assertThat(statuses.subList(0, 10)).containsOnly(401);
        assertThat(statuses.getLast()).isEqualTo(429);
    }
}
