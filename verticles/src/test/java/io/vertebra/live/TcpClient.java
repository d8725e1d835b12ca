package io.vertebra.live;

import static io.vertebra.testing.Await.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetSocket;
import io.vertx.core.parsetools.RecordParser;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A client of the TCP door that keeps every frame until it is asked for. */
final class TcpClient {
    private static final int LENGTH = 4;

    final LinkedBlockingQueue<JsonObject> frames = new LinkedBlockingQueue<>();
    final NetSocket socket;
    /** Kept: a client that nobody holds closes its connections. */
    private final NetClient client;

    private final Promise<Void> closed = Promise.promise();
    private boolean inside;

    TcpClient(Vertx vertx, int port) {
        client = vertx.createNetClient();
        socket = await(client.connect(port, "127.0.0.1").map(opened -> {
            var parser = RecordParser.newFixed(LENGTH);
            parser.handler(record -> {
                if (inside) {
                    frames.add(new JsonObject(record));
                }
                parser.fixedSizeMode(inside ? LENGTH : record.getInt(0));
                inside = !inside;
            });
            opened.handler(parser);
            opened.closeHandler(over -> closed.tryComplete());
            return opened;
        }));
    }

    void send(JsonObject frame) {
        var text = frame.toBuffer();
        raw(Buffer.buffer().appendInt(text.length()).appendBuffer(text));
    }

    void raw(Buffer bytes) {
        await(socket.write(bytes));
    }

    /** Asks an operation; the answer comes to the address. */
    void ask(String operation, @Nullable JsonObject body, @Nullable String token, String reply) {
        send(frame("send", operation, token).put("body", body).put("replyAddress", reply));
    }

    void register(String topic, @Nullable String token, JsonObject headers) {
        var frame = frame("register", topic, token);
        frame.getJsonObject("headers").mergeIn(headers);
        send(frame);
    }

    static JsonObject frame(String type, String address, @Nullable String token) {
        var headers = token == null ? new JsonObject() : new JsonObject().put("token", token);
        return new JsonObject().put("type", type).put("address", address).put("headers", headers);
    }

    JsonObject next() {
        try {
            var frame = frames.poll(10, TimeUnit.SECONDS);
            assertThat(frame).as("a frame").isNotNull();
            return frame;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Goes away, without waiting for anything. */
    void leave() {
        client.close();
    }

    void mustClose() {
        await(closed.future());
    }
}
