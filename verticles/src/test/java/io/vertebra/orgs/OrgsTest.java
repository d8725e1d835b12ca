package io.vertebra.orgs;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertebra.testing.Api;
import io.vertebra.testing.Api.Answer;
import io.vertebra.testing.Person;
import io.vertebra.testing.TestPlatform;
import java.util.HashSet;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class OrgsTest {
    private static TestPlatform platform;
    private static Api api;
    private static Person ada;

    @BeforeAll
    static void start() {
        platform = TestPlatform.start();
        api = platform.api();
        ada = Person.signUp(api, "Ada Owner");
    }

    @AfterAll
    static void stop() {
        platform.close();
    }

    @Test
    void whoever_creates_an_org_owns_it_from_the_next_call_on() {
        var created = create("Analytical Engines");
        var path = "/v1/orgs/" + created.text("id");

        assertThat(created.header("Location")).isEqualTo(path);
        assertThat(created.text("slug")).startsWith("analytical-engines");
        var org = api.get(path).as(ada.token()).send().expect(200);
        assertThat(org.body()).isEqualTo(created.body());
        var member = api.get(path + "/members")
                .as(ada.token())
                .send()
                .expect(200)
                .json()
                .at("/items/0");
        assertThat(member.path("personId").asText()).isEqualTo(ada.id().toString());
        assertThat(member.path("name").asText()).isEqualTo("Ada Owner");
        assertThat(member.path("email").asText()).isEqualTo(ada.email());
        assertThat(member.path("role").asText()).isEqualTo("owner");
        var rights = api.get(path + "/access/me").as(ada.token()).send().expect(200);
        assertThat(rights.text("role")).isEqualTo("owner");
        assertThat(rights.json().path("permissions").toString()).contains("orgs.org.admin");
    }

    @Test
    void an_org_is_changed_and_a_stale_version_is_refused() {
        var org = create("Before");
        var path = "/v1/orgs/" + org.text("id");

        var changed = api.patch(path, "{\"name\":\"After\"}")
                .as(ada.token())
                .header("If-Match", org.header("ETag"))
                .send()
                .expect(200);

        assertThat(changed.text("name")).isEqualTo("After");
        assertThat(changed.text("slug")).isEqualTo(org.text("slug"));
        assertThat(changed.text("version")).isEqualTo("2");
        api.patch(path, "{\"name\":\"Too late\"}")
                .as(ada.token())
                .header("If-Match", org.header("ETag"))
                .send()
                .expect(412);
        api.patch(path, "{\"name\":null}").as(ada.token()).send().expect(422);
    }

    @Test
    void a_slug_belongs_to_one_org() {
        var slug = "only-" + UUID.randomUUID().toString().substring(0, 8);
        var body = "{\"name\":\"One\",\"slug\":\"%s\"}".formatted(slug);
        api.post("/v1/orgs", body).as(ada.token()).send().expect(201);

        var refused = api.post("/v1/orgs", body).as(ada.token()).send().expect(409);

        assertThat(refused.text("code")).isEqualTo("slug_taken");
        assertThat(refused.text("/errors/0/pointer")).isEqualTo("/slug");
        var other = create("Two");
        var changed = api.patch("/v1/orgs/" + other.text("id"), "{\"slug\":\"%s\"}".formatted(slug))
                .as(ada.token())
                .send();
        assertThat(changed.expect(409).text("code")).isEqualTo("slug_taken");
        assertThat(create("One more").text("slug"))
                .isNotEqualTo(create("One more").text("slug"));
    }

    @Test
    void a_deleted_org_is_gone_for_its_members_at_once() {
        var id = create("Short lived").text("id");
        api.post("/v1/orgs/" + id + "/projects", "{\"name\":\"P\"}")
                .as(ada.token())
                .send()
                .expect(201);

        api.delete("/v1/orgs/" + id).as(ada.token()).send().expect(204);

        api.get("/v1/orgs/" + id).as(ada.token()).send().expect(404);
        api.get("/v1/orgs/" + id + "/projects").as(ada.token()).send().expect(404);
    }

    @Test
    void ones_own_orgs_are_listed_by_name_page_by_page() {
        var bob = Person.signUp(api, "Bob Many");
        for (var name : new String[] {"Cedar", "Aspen", "Birch"}) {
            api.post("/v1/orgs", "{\"name\":\"%s\"}".formatted(name))
                    .as(bob.token())
                    .send()
                    .expect(201);
        }

        var first = api.get("/v1/me/orgs?limit=2").as(bob.token()).send().expect(200);
        assertThat(first.text("/items/0/name")).isEqualTo("Aspen");
        assertThat(first.text("/items/1/name")).isEqualTo("Birch");
        assertThat(first.text("/items/1/role")).isEqualTo("owner");
        var second = api.get("/v1/me/orgs?limit=2&after=" + first.text("next"))
                .as(bob.token())
                .send()
                .expect(200);
        assertThat(second.json().path("items")).hasSize(1);
        assertThat(second.text("/items/0/name")).isEqualTo("Cedar");
        assertThat(second.json().path("next").isTextual()).isFalse();
        api.get("/v1/me/orgs?after=rubbish").as(bob.token()).send().expect(400);
    }

    @Test
    void projects_are_created_read_changed_and_deleted() {
        var projects = "/v1/orgs/" + create("With projects").text("id") + "/projects";
        var created = api.post(projects, "{\"name\":\"Difference Engine\",\"description\":\"No. 2\"}")
                .as(ada.token())
                .send()
                .expect(201);
        var path = projects + "/" + created.text("id");

        assertThat(created.header("Location")).isEqualTo(path);
        assertThat(created.text("slug")).isEqualTo("difference-engine");
        assertThat(api.get(path).as(ada.token()).send().expect(200).body()).isEqualTo(created.body());

        var changed = api.patch(path, "{\"description\":null,\"name\":\"Engine\"}")
                .as(ada.token())
                .send()
                .expect(200);
        assertThat(changed.text("name")).isEqualTo("Engine");
        assertThat(changed.json().path("description").isTextual()).isFalse();
        assertThat(changed.text("version")).isEqualTo("2");

        api.delete(path)
                .as(ada.token())
                .header("If-Match", created.header("ETag"))
                .send()
                .expect(412);
        api.delete(path).as(ada.token()).send().expect(204);
        api.get(path).as(ada.token()).send().expect(404);
        api.delete(path).as(ada.token()).send().expect(404);
    }

    @Test
    void projects_of_one_name_get_slugs_of_their_own_and_are_listed_newest_first() {
        var projects = "/v1/orgs/" + create("Same names").text("id") + "/projects";
        var slugs = new HashSet<String>();
        String newest = "";
        for (int i = 0; i < 5; i++) {
            var created = api.post(projects, "{\"name\":\"Same\"}")
                    .as(ada.token())
                    .send()
                    .expect(201);
            slugs.add(created.text("slug"));
            newest = created.text("id");
        }
        assertThat(slugs).hasSize(5).contains("same");

        var first = api.get(projects + "?limit=3").as(ada.token()).send().expect(200);
        assertThat(first.text("/items/0/id")).isEqualTo(newest);
        assertThat(first.header("Link")).contains("rel=\"next\"");
        var second = api.get(projects + "?limit=3&after=" + first.text("next"))
                .as(ada.token())
                .send()
                .expect(200);
        assertThat(second.json().path("items")).hasSize(2);

        var taken = api.post(projects, "{\"name\":\"Other\",\"slug\":\"same\"}")
                .as(ada.token())
                .send();
        assertThat(taken.expect(409).text("code")).isEqualTo("slug_taken");
    }

    private static Answer create(String name) {
        return api.post("/v1/orgs", "{\"name\":\"%s\"}".formatted(name))
                .as(ada.token())
                .send()
                .expect(201);
    }
}
