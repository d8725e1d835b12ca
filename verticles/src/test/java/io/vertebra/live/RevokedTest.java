package io.vertebra.live;

import static io.vertebra.testing.Await.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertebra.kernel.module.Platform;
import io.vertebra.testing.Api;
import io.vertebra.testing.Mails;
import io.vertebra.testing.Person;
import io.vertebra.testing.Servers;
import io.vertebra.testing.TestPlatform;
import io.vertx.core.Vertx;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.json.JsonObject;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Rights that are taken away end what is followed on open connections, with the reason, at every door. */
class RevokedTest {
    private static final Vertx VERTX = Vertx.vertx();
    private static TestPlatform platform;
    /** A node on the same servers that does not hear the first one: what is told between nodes may be lost. */
    private static TestPlatform other;

    private static Person owner;
    private static Person member;
    private static String org;

    @BeforeAll
    static void start() {
        var database = Servers.freshDatabase();
        var redis = Servers.freshRedis();
        var settings = Map.of(
                "live.tcp.enabled", "true",
                "live.tcp.host", "127.0.0.1",
                "live.tcp.port", "0",
                "jobs.poll-interval", "50ms");
        platform = TestPlatform.on(database, redis, settings, Clock.systemUTC(), Set.of(Platform.ALL));
        other = TestPlatform.on(database, redis, Map.of(), Clock.systemUTC(), Set.of(Platform.ALL));
        var api = platform.api();
        owner = Person.signUp(api, "Ann Owner");
        org = api.post("/v1/orgs", "{\"name\":\"Acme\"}")
                .as(owner.token())
                .send()
                .expect(201)
                .text("id");
    }

    @AfterAll
    static void stop() {
        other.close();
        platform.close();
        await(VERTX.close());
    }

    @BeforeEach
    void somebody_joins() {
        member = Person.signUp(platform.api(), "Mia Member");
        platform.api()
                .post("/v1/orgs/" + org + "/invitations", "{\"email\":\"" + member.email() + "\",\"role\":\"viewer\"}")
                .as(owner.token())
                .send()
                .expect(201);
        var mail = Mails.to(List.of(platform, other), member.email(), "Invitation");
        var token = mail.text().replaceAll("(?s).*#token=(\\S+).*", "$1");
        platform.api()
                .post("/v1/invitations/accept", "{\"token\":\"" + token + "\"}")
                .as(member.token())
                .send()
                .expect(200);
    }

    private static void role(Api api, String role) {
        api.patch("/v1/orgs/" + org + "/members/" + member.id(), "{\"role\":\"" + role + "\"}")
                .as(owner.token())
                .send()
                .expect(200);
    }

    private static String topic() {
        return "orgs/" + org + "/events/Orgs.ProjectCreated";
    }

    private static LiveClient webSocket() {
        var options = new WebSocketConnectOptions()
                .setHost("127.0.0.1")
                .setPort(platform.platform().port("http"))
                .setURI("/v1/live")
                .setSubProtocols(List.of("vertebra.live.v1", "bearer." + member.token()));
        var client = new LiveClient(VERTX, options);
        assertThat(client.next().getString("expiresAt")).isNotBlank();
        client.send(new JsonObject().put("op", "sub").put("id", "s").put("topic", topic()));
        assertThat(client.next().getString("cursor")).isNotBlank();
        return client;
    }

    private static LiveClient sockJs() {
        var options = new WebSocketConnectOptions()
                .setHost("127.0.0.1")
                .setPort(platform.platform().port("http"))
                .setURI("/eventbus/websocket");
        var client = new LiveClient(VERTX, options);
        client.send(TcpClient.frame("register", topic(), member.token()).put("replyAddress", "begun"));
        assertThat(client.next().getString("address")).isEqualTo("begun");
        return client;
    }

    private static TcpClient tcp() {
        var client = new TcpClient(VERTX, platform.platform().port("tcp"));
        client.send(TcpClient.frame("register", topic(), member.token()).put("replyAddress", "begun"));
        assertThat(client.next().getString("address")).isEqualTo("begun");
        return client;
    }

    private static void endsAtEveryDoor(Runnable change, int status) {
        var webSocket = webSocket();
        var sockJs = sockJs();
        var tcp = tcp();
        change.run();
        var revoked = webSocket.next();
        assertThat(revoked.getString("op")).as(revoked.encode()).isEqualTo("revoked");
        assertThat(revoked.getString("id")).isEqualTo("s");
        assertThat(revoked.getJsonObject("problem").getInteger("status")).isEqualTo(status);
        assertThat(revoked.getJsonObject("problem").getString("detail")).isNotBlank();
        for (Supplier<JsonObject> bridge : List.<Supplier<JsonObject>>of(sockJs::next, tcp::next)) {
            var ended = bridge.get();
            assertThat(ended.getString("failureType")).as(ended.encode()).isEqualTo("REVOKED");
            assertThat(ended.getString("address")).isEqualTo(topic());
            assertThat(ended.getInteger("failureCode")).isEqualTo(status);
            assertThat(ended.getString("message")).isNotBlank();
        }
        webSocket.send(new JsonObject().put("op", "ping"));
        assertThat(webSocket.next().getString("op")).as("the connection stays").isEqualTo("pong");
        tcp.send(new JsonObject().put("type", "ping"));
        assertThat(tcp.next().getString("type")).isEqualTo("pong");
        webSocket.leave();
        sockJs.leave();
        tcp.leave();
    }

    @Test
    void another_role_ends_what_it_does_not_allow() {
        endsAtEveryDoor(() -> role(platform.api(), "billing"), 403);
    }

    @Test
    void a_change_that_nobody_told_the_node_about_is_found_all_the_same() {
        endsAtEveryDoor(() -> role(other.api(), "billing"), 403);
    }

    @Test
    void who_is_no_member_any_more_follows_nothing() {
        endsAtEveryDoor(
                () -> other.api()
                        .delete("/v1/orgs/" + org + "/members/" + member.id())
                        .as(owner.token())
                        .send()
                        .expect(204),
                404);
    }
}
