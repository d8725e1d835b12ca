package io.vertebra.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertebra.testing.Api;
import io.vertebra.testing.TestPlatform;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The main job through the real door with every domain behind it. */
class MainPathTest {
    private static TestPlatform platform;
    private static Api api;

    @BeforeAll
    static void start() {
        platform = TestPlatform.start();
        api = platform.api();
    }

    @AfterAll
    static void stop() {
        platform.close();
    }

    @Test
    void register_sign_in_create_an_org_and_a_project() {
        var email = UUID.randomUUID() + "@example.com";
        var password = "correct horse battery " + UUID.randomUUID();
        var person = "{\"email\":\"%s\",\"password\":\"%s\"".formatted(email, password);
        var registered = api.post("/v1/auth/register", person + ",\"name\":\"Ann\"}").send();
        assertThat(registered.status()).as(registered.toString()).isEqualTo(200);
        var signedIn = api.post("/v1/auth/login", person + "}").send();
        assertThat(signedIn.status()).as(signedIn.toString()).isEqualTo(200);
        var token = signedIn.json().get("accessToken").asText();
        var org = api.post("/v1/orgs", "{\"name\":\"Acme\"}").as(token).send();
        assertThat(org.status()).as(org.toString()).isEqualTo(201);
        var projects = "/v1/orgs/" + org.json().get("id").asText() + "/projects";
        var project = api.post(projects, "{\"name\":\"One\"}").as(token).header("Idempotency-Key", "k1").send();
        assertThat(project.status()).as(project.toString()).isEqualTo(201);
        var again = api.post(projects, "{\"name\":\"One\"}").as(token).header("Idempotency-Key", "k1").send();
        assertThat(again.status()).as(again.toString()).isEqualTo(201);
        assertThat(again.header("Idempotency-Replayed")).contains("true");
        assertThat(again.json()).isEqualTo(project.json());
        var other = api.post(projects, "{\"name\":\"Two\"}").as(token).header("Idempotency-Key", "k1").send();
        assertThat(other.status()).isEqualTo(422);
        var path = projects + "/" + project.json().get("id").asText();
        var read = api.get(path).as(token).send();
        assertThat(read.status()).as(read.toString()).isEqualTo(200);
        assertThat(read.header("ETag")).contains("\"1\"");
    }
}
