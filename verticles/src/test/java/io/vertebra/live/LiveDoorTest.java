package io.vertebra.live;

import static io.vertebra.testing.Await.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertebra.testing.Api;
import io.vertebra.testing.Await;
import io.vertebra.testing.TestPlatform;
import io.vertx.core.Vertx;
import io.vertx.core.http.UpgradeRejectedException;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class LiveDoorTest {
    private static final Vertx VERTX = Vertx.vertx();
    private static TestPlatform platform;
    private static Api api;
    private static String token;
    private static String org;

    private static WebSocketConnectOptions options() {
        var port = platform.platform().port("http");
        return new WebSocketConnectOptions().setHost("127.0.0.1").setPort(port).setURI("/v1/live");
    }

    private static LiveClient client(String... protocols) {
        return new LiveClient(VERTX, options().setSubProtocols(List.of(protocols)));
    }

    private static LiveClient signedIn(String with) {
        var client = client("vertebra.live.v1");
        client.send(new JsonObject().put("op", "auth").put("token", with));
        assertThat(client.next().getString("op")).isEqualTo("ok");
        return client;
    }

    @BeforeAll
    static void start() {
        platform = TestPlatform.start();
        api = platform.api();
        token = newcomer();
        org = api.post("/v1/orgs", "{\"name\":\"Acme\"}")
                .as(token)
                .send()
                .expect(201)
                .text("id");
    }

    @AfterAll
    static void stop() {
        platform.close();
        await(VERTX.close());
    }

    private static String newcomer() {
        var person =
                "{\"email\":\"%s@example.com\",\"password\":\"a long enough passphrase\"".formatted(UUID.randomUUID());
        api.post("/v1/auth/register", person + ",\"name\":\"Ann\"}").send().expect(200);
        return api.post("/v1/auth/login", person + "}").send().expect(200).text("accessToken");
    }

    private static void project(String name) {
        api.post("/v1/orgs/" + org + "/projects", "{\"name\":\"" + name + "\"}")
                .as(token)
                .send()
                .expect(201);
    }

    @Test
    void events_arrive_and_a_later_connection_goes_on_where_the_first_ended() {
        var first = signedIn(token);
        first.subscribe("s", org, null);
        assertThat(first.next().getString("op")).isEqualTo("ok");
        project("one");
        project("two");
        var seen = new ArrayList<String>();
        seen.add(named(first.next()));
        var second = first.next();
        seen.add(named(second));
        await(first.socket.close());
        for (var i = 0; i < 20; i++) {
            project("missed " + i);
        }
        var later = signedIn(token);
        later.subscribe("t", org, second.getString("cursor"));
        assertThat(later.next().getString("op")).isEqualTo("ok");
        for (var i = 0; i < 10; i++) {
            project("live " + i);
        }
        for (var i = 0; i < 30; i++) {
            seen.add(named(later.next()));
        }
        assertThat(seen)
                .doesNotHaveDuplicates()
                .hasSize(32)
                .startsWith("one", "two", "missed 0")
                .endsWith("live 9");
        assertThat(later.frames).isEmpty();
    }

    private static String named(JsonObject frame) {
        assertThat(frame.getString("op")).as(frame.encode()).isEqualTo("event");
        return frame.getJsonObject("event").getJsonObject("data").getString("name");
    }

    @Test
    void operations_are_asked_through_the_same_gate() {
        var client = signedIn(token);
        var body = new JsonObject().put("orgId", org).put("name", "over the socket");
        client.send(new JsonObject()
                .put("op", "req")
                .put("id", "r")
                .put("operation", "Orgs.CreateProject")
                .put("body", body));
        var answer = client.next();
        assertThat(answer.getString("op")).as(answer.encode()).isEqualTo("res");
        assertThat(answer.getJsonObject("body").getString("name")).isEqualTo("over the socket");
        body.put("admin", true);
        client.send(new JsonObject()
                .put("op", "req")
                .put("id", "q")
                .put("operation", "Orgs.CreateProject")
                .put("body", body));
        var refused = client.next();
        assertThat(refused.getString("op")).isEqualTo("err");
        assertThat(refused.getJsonObject("problem").getInteger("status")).isEqualTo(400);
        client.send(new JsonObject().put("op", "req").put("id", "i").put("operation", "Access.ResolveRights"));
        assertThat(client.next().getJsonObject("problem").getInteger("status")).isEqualTo(404);
    }

    @Test
    void a_stranger_sees_nothing() {
        var client = signedIn(newcomer());
        client.subscribe("s", org, null);
        var refused = client.next();
        assertThat(refused.getString("op")).isEqualTo("err");
        assertThat(refused.getString("id")).isEqualTo("s");
        assertThat(refused.getJsonObject("problem").getInteger("status")).isEqualTo(404);
    }

    @Test
    void without_a_good_token_the_connection_ends() {
        var client = client("vertebra.live.v1");
        client.send(new JsonObject().put("op", "auth").put("token", "x.y.z"));
        assertThat(client.next().getJsonObject("problem").getInteger("status")).isEqualTo(401);
        assertThat(client.closeCode()).isEqualTo(4401);
        var hasty = client("vertebra.live.v1");
        hasty.subscribe("s", org, null);
        assertThat(hasty.next().getJsonObject("problem").getInteger("status")).isEqualTo(401);
        assertThat(hasty.closeCode()).isEqualTo(4401);
    }

    @Test
    void browsers_may_bring_the_token_in_the_handshake() {
        var client = client("vertebra.live.v1", "bearer." + token);
        assertThat(client.next().getString("op")).isEqualTo("ok");
        assertThat(client.socket.subProtocol()).isEqualTo("vertebra.live.v1");
    }

    @Test
    void a_session_that_ends_ends_its_connections() {
        var own = newcomer();
        var client = signedIn(own);
        var mine = api.post("/v1/orgs", "{\"name\":\"Mine\"}")
                .as(own)
                .send()
                .expect(201)
                .text("id");
        client.subscribe("s", mine, null);
        assertThat(client.next().getString("op")).isEqualTo("ok");
        api.post("/v1/auth/logout", null).as(own).send().expect(204);
        assertThat(client.closeCode()).isEqualTo(4401);
    }

    @Test
    void rights_that_end_end_a_subscription_also_when_the_token_is_shown_again() {
        var own = newcomer();
        var mine = api.post("/v1/orgs", "{\"name\":\"Brief\"}")
                .as(own)
                .send()
                .expect(201)
                .text("id");
        var client = signedIn(own);
        client.subscribe("s", mine, null);
        assertThat(client.next().getString("op")).isEqualTo("ok");
        api.delete("/v1/orgs/" + mine).as(own).send().expect(204);
        client.send(new JsonObject().put("op", "auth").put("token", own));
        var frame = client.next();
        while (!frame.getString("op").equals("revoked")) {
            frame = client.next();
        }
        assertThat(frame.getString("id")).isEqualTo("s");
        assertThat(frame.getJsonObject("problem").getInteger("status")).isEqualTo(404);
    }

    @Test
    void pages_of_other_origins_may_not_connect_and_no_token_stands_in_the_address() {
        var foreign =
                options().setSubProtocols(List.of("vertebra.live.v1")).addHeader("Origin", "https://evil.example");
        assertThat(rejected(foreign)).isEqualTo(403);
        var leaking = options().setSubProtocols(List.of("vertebra.live.v1")).setURI("/v1/live?token=" + token);
        assertThat(rejected(leaking)).isEqualTo(400);
        assertThat(rejected(options())).isEqualTo(400);
    }

    private static int rejected(WebSocketConnectOptions options) {
        var failure = Await.failure(VERTX.createWebSocketClient().connect(options));
        return ((UpgradeRejectedException) failure).getStatus();
    }
}
