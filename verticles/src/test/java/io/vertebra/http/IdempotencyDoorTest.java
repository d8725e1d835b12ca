package io.vertebra.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertebra.testing.Api;
import io.vertebra.testing.TestPlatform;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** One idempotency key, one effect, the same answer: raced through the real door. */
class IdempotencyDoorTest {
    private static final int CALLERS = 200;
    private static final String PERSON =
            "{\"email\":\"ada@example.com\",\"password\":\"walnut cellar tidal quorum\",\"name\":\"Ada\"}";
    private static TestPlatform platform;
    private static Api api;
    private static String token;
    private static String projects;

    @BeforeAll
    static void start() {
        platform = TestPlatform.start(Map.of());
        api = platform.api();
        api.post("/v1/auth/register", PERSON).send().expect(200);
        token = api.post("/v1/auth/login", PERSON.replace(",\"name\":\"Ada\"", ""))
                .send()
                .expect(200)
                .text("accessToken");
        var org =
                api.post("/v1/orgs", "{\"name\":\"Engines\"}").as(token).send().expect(201);
        projects = "/v1/orgs/" + org.text("id") + "/projects";
    }

    @AfterAll
    static void stop() {
        platform.close();
    }

    @Test
    void two_hundred_parallel_posts_with_one_key_make_one_project() {
        List<CompletableFuture<Api.Answer>> asked = new ArrayList<>();
        for (int i = 0; i < CALLERS; i++) {
            asked.add(api.post(projects, "{\"name\":\"Raced\"}")
                    .as(token)
                    .key("race-1")
                    .sendAsync());
        }
        var answers = asked.stream().map(CompletableFuture::join).toList();
        assertThat(answers.stream().map(Api.Answer::status).collect(Collectors.toSet()))
                .isSubsetOf(Set.of(201, 409))
                .contains(201);
        assertThat(answers.stream()
                        .filter(a -> a.status() == 201)
                        .map(Api.Answer::body)
                        .distinct())
                .hasSize(1);
        assertThat(answers.stream()
                        .filter(a -> a.status() == 409)
                        .map(a -> a.text("code"))
                        .distinct())
                .allMatch("request_in_progress"::equals);
        var listed =
                api.get(projects + "?limit=200").as(token).send().expect(200).json();
        long made = 0;
        for (var item : listed.path("items")) {
            made += item.path("name").asText().equals("Raced") ? 1 : 0;
        }
        assertThat(made).isOne();
    }

    @Test
    void a_retry_gets_the_same_bytes_and_says_so() {
        var first = api.post(projects, "{\"name\":\"Kept\"}")
                .as(token)
                .key("kept-1")
                .send()
                .expect(201);
        var again = api.post(projects, "{\"name\":\"Kept\"}")
                .as(token)
                .key("kept-1")
                .send()
                .expect(201);
        assertThat(again.body()).isEqualTo(first.body());
        assertThat(again.header("Idempotency-Replayed")).isEqualTo("true");
        assertThat(first.header("Idempotency-Replayed")).isNull();
        assertThat(again.header("Location")).isEqualTo(first.header("Location"));
    }

    @Test
    void the_same_key_with_another_body_is_refused() {
        api.post(projects, "{\"name\":\"One\"}").as(token).key("other-1").send().expect(201);
        var other = api.post(projects, "{\"name\":\"Two\"}")
                .as(token)
                .key("other-1")
                .send()
                .expect(422);
        assertThat(other.text("code")).isEqualTo("key_reused");
    }
}
