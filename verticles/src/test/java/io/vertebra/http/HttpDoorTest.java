package io.vertebra.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertebra.testing.Api;
import io.vertebra.testing.Mails;
import io.vertebra.testing.Person;
import io.vertebra.testing.TestPlatform;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class HttpDoorTest {
    private static TestPlatform platform;
    private static Api api;
    private static Person ada;
    private static Person viewer;
    private static String projects;
    private static String project;

    @BeforeAll
    static void start() {
        platform = TestPlatform.start(Map.of("jobs.poll-interval", "50ms"));
        api = platform.api();
        ada = Person.signUp(api, "Ada Door");
        viewer = Person.signUp(api, "Vera Viewer");
        var org = "/v1/orgs/"
                + api.post("/v1/orgs", "{\"name\":\"Doors\"}")
                        .as(ada.token())
                        .send()
                        .text("id");
        projects = org + "/projects";
        project = projects + "/"
                + api.post(projects, "{\"name\":\"One\"}")
                        .as(ada.token())
                        .send()
                        .text("id");
        var invitation = "{\"email\":\"" + viewer.email() + "\",\"role\":\"viewer\"}";
        api.post(org + "/invitations", invitation).as(ada.token()).send().expect(201);
        var token = Mails.to(platform, viewer.email(), "Invitation").text().replaceAll("(?s).*#token=(\\S+).*", "$1");
        api.post("/v1/invitations/accept", "{\"token\":\"" + token + "\"}")
                .as(viewer.token())
                .send()
                .expect(200);
    }

    @AfterAll
    static void stop() {
        platform.close();
    }

    @Test
    void a_resource_comes_with_its_version_and_the_limits() {
        var person = Person.signUp(api, "Fresh Reader");
        var answer = api.get("/v1/me").as(person.token()).send().expect(200);
        assertThat(answer.text("id")).isEqualTo(person.id().toString());
        assertThat(answer.header("ratelimit-policy")).isEqualTo("\"user\";q=1000;w=60");
        assertThat(answer.header("ratelimit")).startsWith("\"user\";r=998;t=");
        assertThat(answer.header("x-request-id")).isNotBlank();
        var read = api.get(project).as(viewer.token()).send().expect(200);
        assertThat(read.text("createdAt")).matches("\\d{4}-\\d\\d-\\d\\dT[0-9:.]+Z");
        assertThat(read.header("etag")).isEqualTo("\"" + read.text("version") + "\"");
    }

    @Test
    void a_creation_says_where_it_is() {
        var made =
                api.post(projects, "{\"name\":\"Two\"}").as(ada.token()).send().expect(201);
        assertThat(made.header("location")).isEqualTo(projects + "/" + made.text("id"));
        api.get(made.header("location")).as(ada.token()).send().expect(200);
    }

    @Test
    void nobody_passes_without_a_token() {
        var answer = api.get(projects).send().expect(401);
        assertThat(answer.header("www-authenticate")).isEqualTo("Bearer");
        assertThat(answer.text("code")).isEqualTo("unauthenticated");
    }

    @Test
    void an_org_of_others_does_not_exist_and_a_missing_permission_is_named() {
        var stranger = Person.signUp(api, "Stan Stranger");
        api.get(project).as(stranger.token()).send().expect(404);
        var refused = api.post(projects, "{\"name\":\"Three\"}")
                .as(viewer.token())
                .send()
                .expect(403);
        assertThat(refused.text("permission")).isEqualTo("orgs.projects.write");
        assertThat(refused.text("decision")).isNotBlank();
    }

    @Test
    void what_is_known_is_not_sent_again() {
        var tag = api.get(project).as(ada.token()).send().header("etag");
        var again = api.get(project)
                .as(ada.token())
                .header("If-None-Match", tag)
                .send()
                .expect(304);
        assertThat(again.body()).isEmpty();
    }

    @Test
    void a_stale_version_is_refused() {
        var own = projects + "/"
                + api.post(projects, "{\"name\":\"Stale\"}")
                        .as(ada.token())
                        .send()
                        .text("id");
        var first = api.get(own).as(ada.token()).send().header("etag");
        var changed = api.patch(own, "{\"name\":\"Fresh\"}").as(ada.token()).header("If-Match", first);
        assertThat(changed.send().expect(200).header("etag")).isNotEqualTo(first);
        api.patch(own, "{\"name\":\"Late\"}")
                .as(ada.token())
                .header("If-Match", first)
                .send()
                .expect(412);
    }

    @Test
    void other_methods_are_told_which_work() {
        var answer = api.ask("PUT", projects, null).send().expect(405);
        assertThat(answer.header("allow")).isEqualTo("GET, POST, HEAD, OPTIONS");
        var page = api.ask("POST", "/health", null).send().expect(405);
        assertThat(page.header("allow")).isEqualTo("GET, HEAD");
    }

    @Test
    void health_problem_pages_and_keys_are_served() {
        api.get("/health").send().expect(200);
        var page = api.get("/problems/validation-error").send().expect(200);
        assertThat(page.body()).contains("validation_error");
        api.get("/nothing.txt").send().expect(404);
        var keys = api.get("/.well-known/jwks.json").send().expect(200);
        assertThat(keys.text("/keys/0/alg")).isEqualTo("RS256");
        var discovery = api.get("/.well-known/openid-configuration").send().expect(200);
        assertThat(discovery.text("jwks_uri")).endsWith("/.well-known/jwks.json");
    }

    @Test
    void a_page_answers_to_head_as_to_get_without_its_body() {
        for (var path : new String[] {"/docs", "/health", "/openapi.json", "/problems", "/v1/buildinfo", "/ping"}) {
            var get = api.get(path).send().expect(200);
            var head = api.ask("HEAD", path, null).send().expect(200);
            assertThat(head.body()).as(path).isEmpty();
            for (var header : new String[] {"content-type", "etag", "content-security-policy", "cache-control"}) {
                assertThat(head.header(header)).as(path + " " + header).isEqualTo(get.header(header));
            }
        }
    }
}
