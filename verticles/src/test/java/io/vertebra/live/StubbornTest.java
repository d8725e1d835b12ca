package io.vertebra.live;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertebra.door.Upgrade;
import io.vertebra.testing.Api;
import io.vertebra.testing.Person;
import io.vertebra.testing.TestPlatform;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Clients that send without end and read nothing: their connection ends, whatever still waits to be sent to them. */
class StubbornTest {
    private static final int TEXT = 0x81;
    private static final int PING = 0x89;
    private static final int FRAMES_MAX = 100_000;
    private static final String SOCKJS = "/eventbus/000/%s/websocket";
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
                "live.stall-max", "1s"));
        api = platform.api();
        owner = Person.signUp(api, "Ann Owner");
        org = api.post("/v1/orgs", "{\"name\":\"Acme\"}")
                .as(owner.token())
                .send()
                .expect(201)
                .text("id");
        var filler = new JsonObject().put("name", "filler").put("description", "x".repeat(1_000));
        for (int i = 0; i < 20; i++) {
            api.post("/v1/orgs/" + org + "/projects", filler.encode())
                    .as(owner.token())
                    .send()
                    .expect(201);
        }
    }

    @AfterAll
    static void stop() {
        platform.close();
    }

    @Test
    void pings_without_end_over_the_live_door_end_the_connection() throws IOException {
        try (var socket = upgraded("/v1/live", "Sec-WebSocket-Protocol: " + Upgrade.SUBPROTOCOL + "\r\n")) {
            untilItEnds(socket, frame(PING, new byte[125]));
        }
    }

    @Test
    void pings_without_end_over_the_bridge_end_the_connection() throws IOException {
        try (var raw = upgraded("/eventbus/websocket", "");
                var sockjs = upgraded(SOCKJS.formatted("pings"), "")) {
            untilItEnds(raw, frame(PING, new byte[125]));
            untilItEnds(sockjs, frame(PING, new byte[125]));
        }
    }

    @Test
    void who_is_cut_for_not_reading_is_closed_over_sockjs() throws IOException {
        try (var socket = upgraded(SOCKJS.formatted("asks"), "")) {
            untilItEnds(socket, frame(TEXT, sockjs(ask())));
        }
    }

    @Test
    void who_is_cut_for_not_reading_is_closed_over_the_live_door() throws IOException {
        var token = "Sec-WebSocket-Protocol: " + Upgrade.SUBPROTOCOL + ", bearer." + owner.token() + "\r\n";
        try (var socket = upgraded("/v1/live", token)) {
            var ask = new JsonObject()
                    .put("op", "req")
                    .put("id", "r".repeat(60))
                    .put("operation", "Orgs.ListProjects")
                    .put("body", new JsonObject().put("orgId", org));
            untilItEnds(socket, frame(TEXT, bytes(ask.encode())));
        }
    }

    @Test
    void who_is_cut_for_not_reading_is_closed_over_tcp() throws IOException {
        try (var socket = new Socket("127.0.0.1", platform.platform().port("tcp"))) {
            var ask = bytes(ask().encode());
            var frame = new ByteArrayOutputStream();
            frame.write(new byte[] {0, 0, (byte) (ask.length >> 8), (byte) ask.length});
            frame.write(ask);
            untilItEnds(socket, frame.toByteArray());
        }
    }

    private static JsonObject ask() {
        return TcpClient.frame("send", "Orgs.ListProjects", owner.token())
                .put("body", new JsonObject().put("orgId", org))
                .put("replyAddress", "r".repeat(100));
    }

    private static byte[] sockjs(JsonObject frame) {
        return bytes(JsonArray.of(frame.encode()).encode());
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Reads nothing and writes the same again and again, until the other side is gone. */
    private static void untilItEnds(Socket socket, byte[] frame) {
        assertThatThrownBy(() -> {
                    for (int i = 0; i < FRAMES_MAX; i++) {
                        socket.getOutputStream().write(frame);
                    }
                })
                .isInstanceOf(IOException.class);
    }

    private static Socket upgraded(String path, String more) throws IOException {
        var socket = new Socket("127.0.0.1", platform.platform().port("http"));
        socket.getOutputStream()
                .write(bytes("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\n"
                        + "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                        + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" + more + "\r\n"));
        var answer = new byte[12];
        socket.getInputStream().readNBytes(answer, 0, answer.length);
        if (!new String(answer, StandardCharsets.US_ASCII).equals("HTTP/1.1 101")) {
            throw new IOException("No upgrade of " + path);
        }
        return socket;
    }

    /** A frame with the mask of zeros, which leaves the payload as it is. */
    private static byte[] frame(int kind, byte[] payload) {
        var frame = new ByteArrayOutputStream();
        frame.write(kind);
        if (payload.length < 126) {
            frame.write(0x80 | payload.length);
        } else {
            frame.write(0x80 | 126);
            frame.write(payload.length >> 8);
            frame.write(payload.length);
        }
        frame.writeBytes(new byte[4]);
        frame.writeBytes(payload);
        return frame.toByteArray();
    }
}
