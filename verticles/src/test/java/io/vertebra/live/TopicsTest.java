package io.vertebra.live;

import static io.vertebra.testing.Await.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertebra.testing.Api;
import io.vertebra.testing.Person;
import io.vertebra.testing.TestPlatform;
import io.vertx.core.Vertx;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What can be followed, by whom, and how much of it at once. */
class TopicsTest {
    private static final Vertx VERTX = Vertx.vertx();
    private static TestPlatform platform;
    private static Api api;
    private static Person owner;
    private static Person operator;
    private static String org;

    @BeforeAll
    static void start() {
        platform = TestPlatform.start(Map.of("live.sample-interval", "200ms"));
        api = platform.api();
        owner = Person.signUp(api, "Ann Owner");
        operator = Person.operator(platform);
        org = org(owner);
    }

    @AfterAll
    static void stop() {
        platform.close();
        await(VERTX.close());
    }

    private static String org(Person of) {
        return api.post("/v1/orgs", "{\"name\":\"Acme\"}")
                .as(of.token())
                .send()
                .expect(201)
                .text("id");
    }

    private static LiveClient client(Person as) {
        var options = new WebSocketConnectOptions()
                .setHost("127.0.0.1")
                .setPort(platform.platform().port("http"))
                .setURI("/v1/live")
                .setSubProtocols(List.of("vertebra.live.v1"));
        var client = new LiveClient(VERTX, options);
        client.send(new JsonObject().put("op", "auth").put("token", as.token()));
        assertThat(client.next().getString("expiresAt")).isNotBlank();
        return client;
    }

    private static JsonObject sub(String id, String topic) {
        return new JsonObject().put("op", "sub").put("id", id).put("topic", topic);
    }

    private static String project(String name) {
        return api.post("/v1/orgs/" + org + "/projects", "{\"name\":\"" + name + "\"}")
                .as(owner.token())
                .send()
                .expect(201)
                .text("id");
    }

    private static String name(JsonObject frame) {
        assertThat(frame.getString("op")).as(frame.encode()).isEqualTo("event");
        return frame.getJsonObject("event").getJsonObject("data").getString("name");
    }

    @Test
    void no_more_events_come_than_the_client_has_granted() {
        var client = client(owner);
        client.send(sub("s", "orgs/" + org + "/events").put("credit", 2));
        assertThat(client.next().getString("cursor")).startsWith("e");
        for (int i = 0; i < 5; i++) {
            project("credit " + i);
        }
        assertThat(List.of(name(client.next()), name(client.next()))).containsExactly("credit 0", "credit 1");
        client.send(new JsonObject().put("op", "ping"));
        assertThat(client.next().getString("op")).isEqualTo("pong");
        client.send(new JsonObject().put("op", "credit").put("id", "s").put("credit", 3));
        assertThat(List.of(name(client.next()), name(client.next()), name(client.next())))
                .containsExactly("credit 2", "credit 3", "credit 4");
    }

    @Test
    void a_topic_of_one_type_or_of_one_project_holds_only_that() {
        var client = client(owner);
        var project = project("narrow");
        client.send(sub("type", "orgs/" + org + "/events/Orgs.ProjectDeleted"));
        client.send(sub("project", "orgs/" + org + "/projects/" + project + "/events"));
        client.next();
        client.next();
        project("another");
        api.delete("/v1/orgs/" + org + "/projects/" + project)
                .as(owner.token())
                .send()
                .expect(204);
        var both = List.of(client.next(), client.next());
        assertThat(both)
                .allSatisfy(frame -> assertThat(frame.getJsonObject("event").getString("type"))
                        .isEqualTo("Orgs.ProjectDeleted"));
        assertThat(both).extracting(frame -> frame.getString("id")).containsExactlyInAnyOrder("type", "project");
    }

    @Test
    void what_is_no_topic_or_was_never_told_is_refused() {
        var client = client(owner);
        var never = List.of(
                "orgs/" + org + "/events/Orgs.Nothing",
                "orgs/" + org + "/nothing",
                "orgs/x/events",
                "",
                "__vertx/health",
                "orgs/" + UUID.randomUUID() + "/events");
        for (var topic : never) {
            client.send(sub("s", topic));
            assertThat(client.next().getJsonObject("problem").getInteger("status"))
                    .as(topic)
                    .isEqualTo(404);
        }
        client.send(sub("s", "orgs/" + org + "/events").put("after", "nonsense"));
        assertThat(client.next().getJsonObject("problem").getInteger("status")).isEqualTo(400);
    }

    @Test
    void operators_see_how_the_platform_is_and_what_it_does() {
        var client = client(operator);
        client.send(sub("h", "platform/health"));
        assertThat(client.next().getString("op")).isEqualTo("ok");
        var health = client.next().getJsonObject("value");
        assertThat(health.getString("state")).isEqualTo("healthy");
        var node = health.getJsonArray("nodes").getJsonObject(0);
        assertThat(node.getJsonArray("services").encode()).contains("accounts", "orgs", "ready");
        client.send(sub("m", "platform/metrics"));
        for (int i = 0; i < 5; i++) {
            project("measured");
        }
        var sample = client.next();
        while (!sample.getString("op").equals("value")
                || !sample.getString("id").equals("m")
                || operations(sample).isEmpty()) {
            sample = client.next();
        }
        assertThat(operations(sample)).contains("\"p99\":");
        assertThat(sample.getJsonObject("value").encode()).contains("heapUsed", "readers", "cpu");
        var stranger = client(owner);
        stranger.send(sub("h", "platform/health"));
        assertThat(stranger.next().getJsonObject("problem").getInteger("status"))
                .isIn(403, 404);
    }

    private static String operations(JsonObject sample) {
        var nodes = sample.getJsonObject("value").getJsonArray("nodes");
        var all = nodes.isEmpty()
                ? "[]"
                : nodes.getJsonObject(0).getJsonArray("operations").encode();
        return all.equals("[]") ? "" : all;
    }

    @Test
    void rights_that_are_taken_away_end_the_subscription_on_the_open_socket() {
        var member = Person.signUp(api, "Mia Member");
        var theirs = org(member);
        var client = client(member);
        client.send(sub("s", "orgs/" + theirs + "/events"));
        client.send(sub("p", "orgs/" + org(member) + "/events"));
        assertThat(List.of(client.next().getString("op"), client.next().getString("op")))
                .containsOnly("ok");
        api.delete("/v1/orgs/" + theirs).as(member.token()).send().expect(204);
        var frame = client.next();
        while (frame.getString("op").equals("event")) {
            frame = client.next();
        }
        assertThat(frame.getString("op")).as(frame.encode()).isEqualTo("revoked");
        assertThat(frame.getString("id")).isEqualTo("s");
        assertThat(frame.getJsonObject("problem").getInteger("status")).isEqualTo(404);
        client.send(new JsonObject().put("op", "ping"));
        assertThat(client.next().getString("op")).isEqualTo("pong");
    }

    @Test
    void a_cursor_older_than_what_is_kept_resets_to_the_newest_with_a_pointer_to_the_state() {
        var old = org(owner);
        var kernel = platform.platform().db().kernel();
        for (var later : List.of("2 days", "90 days")) {
            api.post("/v1/orgs/" + old + "/projects", "{\"name\":\"" + later + "\"}")
                    .as(owner.token())
                    .send()
                    .expect(201);
            await(VERTX.timer(1_500));
            await(kernel.query("SELECT events.maintain('7 days', '1 day', now() + interval '" + later + "')")
                    .execute());
        }
        var client = client(owner);
        client.send(sub("s", "orgs/" + old + "/events").put("after", "e1"));
        assertThat(client.next().getString("op")).isEqualTo("ok");
        var reset = client.next();
        assertThat(reset.getString("op")).as(reset.encode()).isEqualTo("reset");
        assertThat(reset.getString("snapshot")).isEqualTo("/v1/orgs/" + old + "/events");
        assertThat(reset.getString("cursor")).startsWith("e");
        api.post("/v1/orgs/" + old + "/projects", "{\"name\":\"after\"}")
                .as(owner.token())
                .send()
                .expect(201);
        assertThat(name(client.next())).isEqualTo("after");
    }
}
