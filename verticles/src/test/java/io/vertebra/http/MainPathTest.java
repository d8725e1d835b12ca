package io.vertebra.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertebra.testing.TestPlatform;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What a newcomer does first, through the real door. */
class MainPathTest {
    private static TestPlatform platform;

    @BeforeAll
    static void start() {
        platform = TestPlatform.start();
    }

    @AfterAll
    static void stop() {
        platform.close();
    }

    @Test
    void a_person_registers_signs_in_and_has_rights_in_the_org_at_once() {
        var api = platform.api();
        var person = "{\"email\":\"ada@example.com\",\"password\":\"a long enough passphrase\"";
        api.post("/v1/auth/register", person + ",\"name\":\"Ada\"}").send().expect(200);
        var login = api.post("/v1/auth/login", person + "}").send().expect(200);
        assertThat(login.text("tokenType")).isEqualTo("Bearer");
        var token = login.text("accessToken");
        var org =
                api.post("/v1/orgs", "{\"name\":\"Engines\"}").as(token).send().expect(201);
        var base = "/v1/orgs/" + org.text("id");
        assertThat(org.header("Location")).isEqualTo(base);
        var project = api.post(base + "/projects", "{\"name\":\"Atlas\"}")
                .as(token)
                .send()
                .expect(201);
        var read = api.get(base + "/projects/" + project.text("id"))
                .as(token)
                .send()
                .expect(200);
        assertThat(read.json()).isEqualTo(project.json());
        assertThat(read.header("ETag")).isNotNull();
        var events = api.get(base + "/events").as(token).send().expect(200);
        assertThat(events.body()).contains("Orgs.OrgCreated", "Orgs.ProjectCreated");
        var audit = api.get(base + "/audit").as(token).send().expect(200);
        assertThat(audit.body()).contains("Orgs.CreateOrg", "Orgs.CreateProject");
        assertThat(api.get("/health").send().expect(200).text("status")).isEqualTo("healthy");
    }
}
