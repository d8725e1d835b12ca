package io.vertebra.live;

import static io.vertebra.testing.Await.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertebra.kernel.telemetry.Meters;
import io.vertebra.testing.Api;
import io.vertebra.testing.Await;
import io.vertebra.testing.Person;
import io.vertebra.testing.TestPlatform;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.UpgradeRejectedException;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Clients that mean harm are refused or cut; somebody who follows events beside them notices nothing. */
class HostileTest {
    private static final Vertx VERTX = Vertx.vertx();
    private static final int FRAME_MAX = 65_536;
    private static TestPlatform platform;
    private static Api api;
    private static Person owner;
    private static String org;
    private TcpClient witness;

    @BeforeAll
    static void start() {
        platform = TestPlatform.start(Map.of(
                "live.tcp.enabled", "true",
                "live.tcp.host", "127.0.0.1",
                "live.tcp.port", "0",
                "live.stall-max", "1s"));
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

    @BeforeEach
    void somebody_follows() {
        witness = client();
        witness.send(TcpClient.frame("register", topic(), owner.token()).put("replyAddress", "begun"));
        assertThat(witness.next().getString("address")).isEqualTo("begun");
    }

    @AfterEach
    void and_notices_nothing() {
        project("still here");
        var name = "";
        while (!name.equals("still here")) {
            name = witness.next().getJsonObject("body").getJsonObject("data").getString("name");
        }
        await(witness.socket.close());
        while (connections() > 0) {
            await(VERTX.timer(20));
        }
    }

    private static double connections() {
        return platform.platform()
                .telemetry()
                .meters()
                .get(Meters.LIVE_CONNECTIONS)
                .gauge()
                .value();
    }

    private static TcpClient client() {
        return new TcpClient(VERTX, platform.platform().port("tcp"));
    }

    private static String topic() {
        return "orgs/" + org + "/events";
    }

    private static void project(String name) {
        var frame = client();
        var body = new JsonObject().put("orgId", org).put("name", name);
        frame.ask("Orgs.CreateProject", body, owner.token(), "made");
        assertThat(frame.next().getString("type")).isEqualTo("message");
        await(frame.socket.close());
    }

    @Test
    void a_length_that_nobody_could_hold_is_refused_before_anything_is_kept_for_it() {
        for (int length : new int[] {-1, Integer.MIN_VALUE, Integer.MAX_VALUE, 0, FRAME_MAX + 1}) {
            var client = client();
            client.raw(Buffer.buffer().appendInt(length).appendString("x".repeat(1_000)));
            assertThat(client.next().getInteger("failureCode"))
                    .as("length " + length)
                    .isEqualTo(413);
            client.mustClose();
        }
    }

    @Test
    void ten_thousand_subscriptions_are_too_many() {
        var client = client();
        client.send(TcpClient.frame("send", "live.auth", owner.token()).put("replyAddress", "known"));
        client.next();
        var many = Buffer.buffer();
        for (int i = 0; i < 10_000; i++) {
            var project = "orgs/" + org + "/projects/00000000-0000-0000-0000-%012d/events".formatted(i);
            var text = TcpClient.frame("register", project, null).toBuffer();
            many.appendInt(text.length()).appendBuffer(text);
        }
        client.socket.write(many);
        var refused = client.next();
        while (!refused.getString("failureType").equals("QUOTA_EXCEEDED")) {
            refused = client.next();
        }
        client.mustClose();
    }

    @Test
    void who_never_reads_is_not_read_from_and_then_cut() {
        var filler = new JsonObject().put("name", "filler").put("description", "x".repeat(1_000));
        for (int i = 0; i < 20; i++) {
            api.post("/v1/orgs/" + org + "/projects", filler.encode())
                    .as(owner.token())
                    .send()
                    .expect(201);
        }
        var client = client();
        client.send(TcpClient.frame("send", "live.auth", owner.token()).put("replyAddress", "known"));
        client.next();
        client.socket.pause();
        var before = connections();
        var ask = TcpClient.frame("send", "Orgs.ListProjects", null)
                .put("body", new JsonObject().put("orgId", org))
                .put("replyAddress", "r".repeat(100))
                .toBuffer();
        var asks = Buffer.buffer();
        for (int i = 0; i < 800; i++) {
            asks.appendInt(ask.length()).appendBuffer(ask);
        }
        client.socket.write(asks);
        while (connections() == before) {
            await(VERTX.timer(50));
        }
        await(client.socket.close());
    }

    @Test
    void large_frames_without_an_end_use_up_the_limit_of_bytes() {
        var client = client();
        client.send(TcpClient.frame("send", "live.auth", owner.token()).put("replyAddress", "known"));
        client.next();
        client.socket.handler(ignored -> {});
        var closed = client.socket.closeHandler(over -> client.frames.add(new JsonObject().put("closed", true)));
        var text = new JsonObject()
                .put("type", "ping")
                .put("fill", "x".repeat(FRAME_MAX - 100))
                .toBuffer();
        var frame = Buffer.buffer().appendInt(text.length()).appendBuffer(text);
        for (int i = 0; i < 1_200 && client.frames.isEmpty(); i++) {
            closed.write(frame);
            if (closed.writeQueueFull()) {
                await(VERTX.timer(5));
            }
        }
        assertThat(client.next().getBoolean("closed")).isTrue();
    }

    @Test
    void malformed_frames_are_counted_and_cut_off() {
        var client = client();
        client.send(TcpClient.frame("send", "live.auth", owner.token()).put("replyAddress", "known"));
        client.next();
        var many = Buffer.buffer();
        for (int i = 0; i < 60; i++) {
            many.appendInt(FRAME_MAX).appendString("[".repeat(FRAME_MAX));
        }
        client.socket.write(many);
        assertThat(client.next().getInteger("failureCode")).isEqualTo(400);
        client.mustClose();
    }

    @Test
    void what_is_not_for_clients_is_refused_until_it_is_too_much() {
        var body = new JsonObject();
        var frames = List.of(
                TcpClient.frame("send", "Orgs.CreateOrg", null).putNull("body").put("replyAddress", "null"),
                TcpClient.frame("send", "__vertx.reply.1", null)
                        .put("body", body)
                        .put("replyAddress", "inside"),
                TcpClient.frame("register", "__vertx.reply.1", null),
                TcpClient.frame("send", "begun", null).put("body", body).put("replyAddress", "forged"),
                TcpClient.frame("publish", topic(), null).put("body", body));
        var client = client();
        client.send(TcpClient.frame("send", "live.auth", owner.token()).put("replyAddress", "known"));
        client.next();
        for (var frame : frames) {
            client.send(frame);
            var refused = client.next();
            assertThat(refused.getString("type")).as(frame.encode()).isEqualTo("err");
            assertThat(refused.getInteger("failureCode")).as(frame.encode()).isBetween(400, 499);
        }
        for (int i = 0; i < 60; i++) {
            client.socket.write(Buffer.buffer()
                    .appendInt(frames.get(4).toBuffer().length())
                    .appendBuffer(frames.get(4).toBuffer()));
        }
        client.mustClose();
        assertThat(witness.frames).as("nobody else heard of it").isEmpty();
    }

    @Test
    void pages_of_other_origins_do_not_come_in_by_any_way() {
        for (var path : new String[] {"/v1/live", "/eventbus/websocket", "/eventbus/000/abcdefgh/websocket"}) {
            var options = new WebSocketConnectOptions()
                    .setHost("127.0.0.1")
                    .setPort(platform.platform().port("http"))
                    .setURI(path)
                    .addSubProtocol("vertebra.live.v1")
                    .addHeader("Origin", "https://evil.example");
            var refused = (UpgradeRejectedException)
                    Await.failure(VERTX.createWebSocketClient().connect(options));
            assertThat(refused.getStatus()).as(path).isEqualTo(403);
        }
        api.get("/eventbus/info")
                .header("Origin", "https://evil.example")
                .send()
                .expect(403);
        api.get("/eventbus/info").send().expect(200);
    }

    @Test
    void compressed_frames_are_not_unpacked() {
        var socket = await(VERTX.createNetClient().connect(platform.platform().port("http"), "127.0.0.1"));
        var heard = new java.util.concurrent.LinkedBlockingQueue<String>();
        socket.handler(bytes -> heard.add(bytes.toString()));
        socket.closeHandler(over -> heard.add("closed"));
        var head = "GET /v1/live HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                + "Sec-WebSocket-Protocol: vertebra.live.v1\r\nSec-WebSocket-Extensions: permessage-deflate\r\n\r\n";
        await(socket.write(head));
        assertThat(poll(heard)).contains("101 Switching").doesNotContainIgnoringCase("permessage-deflate");
        var packed = new byte[] {(byte) 0xC1, (byte) 0x84, 0, 0, 0, 0, 1, 2, 3, 4};
        await(socket.write(Buffer.buffer(packed)));
        var last = poll(heard);
        while (!last.equals("closed")) {
            last = poll(heard);
        }
    }

    private static String poll(java.util.concurrent.LinkedBlockingQueue<String> from) {
        try {
            var text = from.poll(10, java.util.concurrent.TimeUnit.SECONDS);
            assertThat(text).isNotNull();
            return text;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
