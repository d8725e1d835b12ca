package io.vertebra.oracle;

import static io.vertebra.testing.Await.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertebra.testing.Api;
import io.vertebra.testing.Person;
import io.vertebra.testing.TestPlatform;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnection;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A bug behind an operation as the operator sees it; the bug is a table that is gone. */
class ErrorsTest {
    private static TestPlatform platform;
    private static Vertx vertx;
    private static Api api;
    private static Person ada;
    private static Person olga;
    private static String projects;

    @BeforeAll
    static void start() {
        platform = TestPlatform.start(Map.of("errors.write-interval", "50ms"));
        vertx = Vertx.vertx();
        api = platform.api();
        ada = Person.signUp(api, "Ada Owner");
        olga = Person.operator(platform);
        var org = api.post("/v1/orgs", "{\"name\":\"Broken\"}").as(ada.token()).send();
        projects = "/v1/orgs/" + org.expect(201).text("id") + "/projects";
    }

    @AfterAll
    static void stop() {
        await(vertx.close());
        platform.close();
    }

    private static void asOwner(String sql) {
        await(PgConnection.connect(vertx, platform.database().owner())
                .compose(owner -> owner.query(sql).execute().eventually(owner::close)));
    }

    private static String fail() {
        asOwner("ALTER TABLE orgs.projects RENAME TO mislaid");
        try {
            var failed = api.get(projects).as(ada.token()).send().expect(500);
            assertThat(failed.body()).doesNotContain("orgs.projects");
            return failed.text("requestId");
        } finally {
            asOwner("ALTER TABLE orgs.mislaid RENAME TO projects");
        }
    }

    private static JsonNode shown(String requestId) {
        for (int looks = 0; looks < 500; looks++) {
            for (var one : api.get("/v1/admin/errors")
                    .as(olga.token())
                    .send()
                    .expect(200)
                    .json()
                    .path("items")) {
                if (one.path("requestId").asText().equals(requestId)) {
                    return one;
                }
            }
            await(vertx.timer(20));
        }
        throw new AssertionError("No error of " + requestId);
    }

    @Test
    void a_bug_shows_with_its_request_and_is_resolved_until_it_happens_again() {
        var first = shown(fail());
        assertThat(first.path("operation").asText()).isEqualTo("Orgs.ListProjects");
        assertThat(first.path("type").asText()).endsWith("PgException 42P01");
        assertThat(first.path("count").asInt()).isPositive();
        assertThat(first.path("stack").isMissingNode() || first.path("stack").isNull())
                .isTrue();
        var path = "/v1/admin/errors/" + first.path("id").asText();
        assertThat(api.get(path).as(olga.token()).send().expect(200).text("stack"))
                .contains("PgException");

        var resolved = api.post(path + "/resolve", null).as(olga.token()).send().expect(200);
        assertThat(resolved.text("resolvedAt")).isNotBlank();
        var done = api.get("/v1/admin/errors?resolved=true")
                .as(olga.token())
                .send()
                .expect(200);
        assertThat(done.json().path("items").findValuesAsText("id"))
                .contains(first.path("id").asText());

        var again = shown(fail());
        assertThat(again.path("id")).isEqualTo(first.path("id"));
        assertThat(again.path("count").asInt())
                .isGreaterThan(first.path("count").asInt());
        assertThat(again.path("resolvedAt").asText("null")).isEqualTo("null");
    }

    @Test
    void only_operators_see_errors_and_one_that_is_gone_is_not_found() {
        api.get("/v1/admin/errors").as(ada.token()).send().expect(403);
        api.get("/v1/admin/error-losses").as(ada.token()).send().expect(403);
        var none = "/v1/admin/errors/" + UUID.randomUUID();
        api.get(none).as(olga.token()).send().expect(404);
        api.post(none + "/resolve", null).as(olga.token()).send().expect(404);
        var losses = api.get("/v1/admin/error-losses").as(olga.token()).send().expect(200);
        assertThat(losses.json().path("items")).isEmpty();
    }
}
