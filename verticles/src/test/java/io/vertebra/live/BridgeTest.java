package io.vertebra.live;

import static io.vertebra.testing.Await.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertebra.testing.Api;
import io.vertebra.testing.Person;
import io.vertebra.testing.TestPlatform;
import io.vertx.core.Vertx;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The frames of the event-bus bridges, over TCP and over a raw WebSocket. */
class BridgeTest {
    private static final Vertx VERTX = Vertx.vertx();
    private static TestPlatform platform;
    private static Api api;
    private static Person owner;
    private static String org;

    @BeforeAll
    static void start() {
        platform = TestPlatform.start(Map.of(
                "live.tcp.enabled", "true",
                "live.tcp.host", "127.0.0.1",
                "live.tcp.port", "0",
                "accounts.sign-in-needs-verified-email", "false"));
        api = platform.api();
        owner = Person.signUp(api, "Ann Owner");
        org = api.post("/v1/orgs", "{\"name\":\"Acme\"}")
                .as(owner.token())
                .send()
                .expect(201)
                .text("id");
    }

    @AfterAll
    static void stop() {
        platform.close();
        await(VERTX.close());
    }

    private static TcpClient client() {
        return new TcpClient(VERTX, platform.platform().port("tcp"));
    }

    private static String project(String name) {
        return api.post("/v1/orgs/" + org + "/projects", "{\"name\":\"" + name + "\"}")
                .as(owner.token())
                .send()
                .expect(201)
                .text("id");
    }

    private static String topic() {
        return "orgs/" + org + "/events";
    }

    @Test
    void an_operation_is_a_send_and_its_answer_comes_to_the_reply_address() {
        var client = client();
        client.ask("Orgs.GetOrg", new JsonObject().put("orgId", org), owner.token(), "r1");
        var answer = client.next();
        assertThat(answer.getString("type")).as(answer.encode()).isEqualTo("message");
        assertThat(answer.getString("address")).isEqualTo("r1");
        assertThat(answer.getJsonObject("body").getString("name")).isEqualTo("Acme");
        var body = new JsonObject().put("orgId", org).put("name", "keyed");
        var frame = TcpClient.frame("send", "Orgs.CreateProject", null).put("body", body);
        frame.getJsonObject("headers").put("idempotency-key", "k-" + UUID.randomUUID());
        client.send(frame.copy().put("replyAddress", "r2"));
        var made = client.next();
        client.send(frame.copy().put("replyAddress", "r3"));
        var again = client.next();
        assertThat(again.getJsonObject("headers").getString("replayed")).isEqualTo("true");
        assertThat(again.getJsonObject("body")).isEqualTo(made.getJsonObject("body"));
    }

    @Test
    void events_are_registered_for_and_resumed_after_a_cursor() {
        var client = client();
        client.send(TcpClient.frame("register", topic(), owner.token()).put("replyAddress", "begun"));
        var begun = client.next().getJsonObject("body").getString("cursor");
        assertThat(begun).startsWith("e");
        project("first");
        var first = client.next();
        assertThat(first.getString("address")).isEqualTo(topic());
        assertThat(first.getJsonObject("body").getJsonObject("data").getString("name"))
                .isEqualTo("first");
        await(client.socket.close());
        project("second");
        var later = client();
        var cursor = first.getJsonObject("headers").getString("cursor");
        later.register(topic(), owner.token(), new JsonObject().put("after", cursor));
        assertThat(later.next().getJsonObject("body").getJsonObject("data").getString("name"))
                .isEqualTo("second");
        later.send(TcpClient.frame("unregister", topic(), null).put("replyAddress", "ended"));
        assertThat(later.next().getString("address")).isEqualTo("ended");
    }

    @Test
    void credits_are_granted_by_a_send() {
        var client = client();
        client.send(TcpClient.frame("send", "live.auth", owner.token()).put("replyAddress", "known"));
        assertThat(client.next().getJsonObject("body").getString("expiresAt")).isNotBlank();
        client.send(TcpClient.frame("register", topic(), null)
                .put("headers", new JsonObject().put("credit", "1"))
                .put("replyAddress", "begun"));
        client.next();
        project("with credit");
        project("without");
        assertThat(client.next().getJsonObject("body").getJsonObject("data").getString("name"))
                .isEqualTo("with credit");
        client.send(new JsonObject().put("type", "ping"));
        assertThat(client.next()).isEqualTo(new JsonObject().put("type", "pong"));
        client.send(TcpClient.frame("send", "live.credit", null)
                .put("body", new JsonObject().put("topic", topic()).put("credit", 5)));
        assertThat(client.next().getJsonObject("body").getJsonObject("data").getString("name"))
                .isEqualTo("without");
    }

    @Test
    void what_is_neither_an_operation_nor_a_topic_is_refused_with_a_reason() {
        var client = client();
        client.ask("Access.ResolveRights", null, owner.token(), "internal");
        assertThat(client.next().getInteger("failureCode")).isEqualTo(404);
        client.ask("__vertx.sockjs", new JsonObject(), null, "inside");
        assertThat(client.next().getInteger("failureCode")).isEqualTo(404);
        client.ask("internal", new JsonObject(), null, "forged");
        assertThat(client.next().getInteger("failureCode"))
                .as("a reply address")
                .isEqualTo(404);
        client.send(TcpClient.frame("publish", topic(), null).put("body", new JsonObject()));
        assertThat(client.next().getString("failureType")).isEqualTo("FORBIDDEN");
        client.register("__vertx.internal", null, new JsonObject());
        var refused = client.next();
        assertThat(refused.getInteger("failureCode")).isEqualTo(404);
        assertThat(refused.getString("address")).isEqualTo("__vertx.internal");
        client.send(new JsonObject().put("type", "register").putNull("address"));
        assertThat(client.next().getInteger("failureCode")).isEqualTo(400);
    }

    @Test
    void no_body_is_checked_like_any_other() {
        var client = client();
        client.ask("Orgs.CreateOrg", null, owner.token(), "null");
        assertThat(client.next().getInteger("failureCode")).isIn(400, 422);
        client.ask("Accounts.GetMe", null, null, "me");
        assertThat(client.next().getJsonObject("body").getString("email")).isEqualTo(owner.email());
    }

    @Test
    void nothing_is_done_before_a_token_came() {
        var client = client();
        client.send(new JsonObject().put("type", "ping"));
        assertThat(client.next().getString("type")).isEqualTo("pong");
        client.ask("Accounts.GetMe", null, null, "me");
        assertThat(client.next().getInteger("failureCode")).isEqualTo(401);
        client.mustClose();
        var forged = client();
        forged.ask("Accounts.GetMe", null, "x.y.z", "me");
        assertThat(forged.next().getInteger("failureCode")).isEqualTo(401);
        forged.mustClose();
    }

    private static LiveClient rawWebSocket() {
        var options = new WebSocketConnectOptions()
                .setHost("127.0.0.1")
                .setPort(platform.platform().port("http"))
                .setURI("/eventbus/websocket");
        return new LiveClient(VERTX, options);
    }

    @Test
    void a_raw_websocket_is_closed_with_the_code_of_the_reason() {
        var client = rawWebSocket();
        client.send(TcpClient.frame("send", "Accounts.GetMe", "x.y.z"));
        assertThat(client.next().getInteger("failureCode")).isEqualTo(401);
        assertThat(client.closeCode()).isEqualTo(4401);
    }

    @Test
    void a_raw_websocket_speaks_the_same_with_other_words() {
        var client = rawWebSocket();
        client.send(TcpClient.frame("register", topic(), owner.token()).put("replyAddress", "begun"));
        assertThat(client.next().getString("type")).isEqualTo("rec");
        project("over sockjs");
        var event = client.next();
        assertThat(event.getString("type")).isEqualTo("rec");
        assertThat(event.getJsonObject("body").getString("type")).isEqualTo("Orgs.ProjectCreated");
    }
}
