package io.vertebra.events;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertebra.testing.Api;
import io.vertebra.testing.Person;
import io.vertebra.testing.TestPlatform;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class EventsTest {
    private static TestPlatform platform;
    private static Api api;
    private static Person ada;

    @BeforeAll
    static void start() {
        platform = TestPlatform.start();
        api = platform.api();
        ada = Person.signUp(api, "Ada Reader");
    }

    @AfterAll
    static void stop() {
        platform.close();
    }

    @Test
    void what_happened_in_an_org_is_listed_in_order_page_by_page() {
        var events = "/v1/orgs/" + org() + "/events";
        var projects = events.replace("/events", "/projects");
        var names = List.of("one", "two", "three", "four", "five");
        names.forEach(name -> api.post(projects, "{\"name\":\"%s\"}".formatted(name))
                .as(ada.token())
                .send()
                .expect(201));

        var seen = new ArrayList<String>();
        var created = events + "?type=Orgs.ProjectCreated&limit=2";
        var page = get(created);
        while (!page.path("items").isEmpty()) {
            page.path("items").forEach(event -> seen.add(event.at("/data/name").asText()));
            page = get(created + "&after=" + page.path("next").asText());
        }
        assertThat(seen).isEqualTo(names);
        assertThat(page.path("next").isTextual())
                .as("a client can always go on")
                .isTrue();

        var first = get(events).at("/items/0");
        assertThat(first.path("type").asText()).isEqualTo("Orgs.OrgCreated");
        assertThat(first.path("actor").asText()).isEqualTo(ada.id().toString());
        assertThat(first.path("version").asInt()).isEqualTo(1);
        assertThat(first.path("requestId").asText()).isNotEmpty();
        assertThat(first.path("key").asText()).isEqualTo(first.path("orgId").asText());
    }

    @Test
    void an_event_shows_once_its_request_was_answered() {
        var org = org();
        for (int i = 0; i < 20; i++) {
            var project = api.post("/v1/orgs/" + org + "/projects", "{\"name\":\"P\"}")
                    .as(ada.token())
                    .send()
                    .expect(201)
                    .text("id");
            var items =
                    get("/v1/orgs/" + org + "/events?type=Orgs.ProjectCreated").path("items");
            assertThat(items).hasSize(i + 1);
            assertThat(items.get(i).at("/data/projectId").asText()).isEqualTo(project);
        }
    }

    @Test
    void nobody_sees_the_events_of_a_foreign_org() {
        var eve = Person.signUp(api, "Eve Outside");
        api.get("/v1/orgs/" + org() + "/events").as(eve.token()).send().expect(404);
        api.get("/v1/orgs/" + org() + "/events").send().expect(401);
    }

    @Test
    void a_cursor_or_type_that_is_none_is_refused() {
        var events = "/v1/orgs/" + org() + "/events";
        api.get(events + "?after=rubbish").as(ada.token()).send().expect(400);
        api.get(events + "?type=Orgs.NoSuchThing").as(ada.token()).send().expect(422);
    }

    private static JsonNode get(String path) {
        return api.get(path).as(ada.token()).send().expect(200).json();
    }

    private static String org() {
        return api.post("/v1/orgs", "{\"name\":\"Chronicle\"}")
                .as(ada.token())
                .send()
                .expect(201)
                .text("id");
    }
}
