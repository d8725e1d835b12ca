package io.vertebra.http;

import static io.vertebra.http.DoorFixture.ORG;
import static io.vertebra.http.DoorFixture.PROJECT;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class HttpDoorTest {
    private static final String PROJECTS = "/v1/orgs/" + ORG + "/projects";
    private static DoorFixture door;

    @BeforeAll
    static void open() {
        door = new DoorFixture().open();
    }

    @AfterAll
    static void close() {
        door.close();
    }

    @Test
    void a_resource_comes_with_its_version_and_the_limits() {
        var answer = door.api().get(PROJECTS + "/" + PROJECT, door.member("orgs.projects.read"));
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(Api.json(answer).getString("id")).isEqualTo(PROJECT.toString());
        assertThat(Api.json(answer).getString("createdAt")).isEqualTo("2026-11-20T12:00:00Z");
        assertThat(answer.headers().firstValue("etag")).contains("\"3\"");
        assertThat(answer.headers().firstValue("ratelimit-policy")).contains("\"user\";q=1000;w=60");
        assertThat(answer.headers().firstValue("ratelimit").orElseThrow()).startsWith("\"user\";r=999;t=");
        assertThat(answer.headers().firstValue("x-request-id")).isPresent();
    }

    @Test
    void a_creation_says_where_it_is() {
        var answer = door.api().post(PROJECTS, door.member("orgs.projects.write"), "{\"name\":\"One\"}");
        assertThat(answer.statusCode()).isEqualTo(201);
        assertThat(answer.headers().firstValue("location")).contains(PROJECTS + "/" + PROJECT);
    }

    @Test
    void nobody_passes_without_a_token() {
        var answer = door.api().send(door.api().at(PROJECTS));
        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(answer.headers().firstValue("www-authenticate")).contains("Bearer");
        assertThat(Api.json(answer).getString("code")).isEqualTo("unauthenticated");
    }

    @Test
    void an_org_of_others_does_not_exist_and_a_missing_permission_is_named() {
        var stranger = door.tokens.of(UUID.randomUUID());
        assertThat(door.api().get(PROJECTS + "/" + PROJECT, stranger).statusCode())
                .isEqualTo(404);
        var refused = door.api().post(PROJECTS, door.member("orgs.projects.read"), "{\"name\":\"One\"}");
        assertThat(refused.statusCode()).isEqualTo(403);
        assertThat(Api.json(refused).getString("permission")).isEqualTo("orgs.projects.write");
        assertThat(Api.json(refused).getString("decision")).isNotBlank();
    }

    @Test
    void what_is_known_is_not_sent_again() {
        var token = door.member("orgs.projects.read");
        var request = door.api().at(PROJECTS + "/" + PROJECT, token).header("If-None-Match", "\"3\"");
        assertThat(door.api().send(request).statusCode()).isEqualTo(304);
    }

    @Test
    void a_stale_version_is_refused() {
        var token = door.member("orgs.projects.write");
        var request = door.api()
                .at(PROJECTS + "/" + PROJECT, token)
                .header("If-Match", "\"2\"")
                .header("Content-Type", "application/merge-patch+json")
                .method("PATCH", HttpRequest.BodyPublishers.ofString("{\"name\":\"Two\"}"));
        assertThat(door.api().send(request).statusCode()).isEqualTo(412);
    }

    @Test
    void other_methods_are_told_which_work() {
        var request = door.api().at(PROJECTS).method("PUT", HttpRequest.BodyPublishers.noBody());
        var answer = door.api().send(request);
        assertThat(answer.statusCode()).isEqualTo(405);
        assertThat(answer.headers().firstValue("allow")).contains("GET, POST, HEAD, OPTIONS");
    }

    @Test
    void a_change_of_rights_holds_on_the_next_request() {
        var person = UUID.randomUUID();
        door.members.put(
                person, new io.vertebra.contract.Access.Rights("member", java.util.Set.of("orgs.projects.read")));
        var token = door.tokens.of(person);
        assertThat(door.api().get(PROJECTS + "/" + PROJECT, token).statusCode()).isEqualTo(200);
        door.members.remove(person);
        door.touch(person);
        assertThat(door.api().get(PROJECTS + "/" + PROJECT, token).statusCode()).isEqualTo(404);
    }

    @Test
    void health_and_problem_pages_are_served() {
        assertThat(door.api().send(door.api().at("/health")).statusCode()).isIn(200, 503);
        var page = door.api().send(door.api().at("/problems/validation-error"));
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.body()).contains("validation_error");
        assertThat(door.api().send(door.api().at("/nothing.txt")).statusCode()).isEqualTo(404);
        var keys = door.api().send(door.api().at("/.well-known/jwks.json"));
        assertThat(Api.json(keys).getJsonArray("keys").getJsonObject(0).getString("kid"))
                .isEqualTo(Tokens.KID);
    }
}
