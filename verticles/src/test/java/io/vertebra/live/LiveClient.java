package io.vertebra.live;

import static io.vertebra.testing.Await.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.json.JsonObject;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A client that keeps every frame until it is asked for. */
final class LiveClient {
    final LinkedBlockingQueue<JsonObject> frames = new LinkedBlockingQueue<>();
    private final LinkedBlockingQueue<Short> closed = new LinkedBlockingQueue<>();
    final WebSocket socket;
    /** Kept: a client that nobody holds closes its connections. */
    private final WebSocketClient client;

    LiveClient(Vertx vertx, WebSocketConnectOptions options) {
        client = vertx.createWebSocketClient();
        socket = await(client.connect(options).map(opened -> {
            opened.textMessageHandler(text -> frames.add(new JsonObject(text)));
            opened.closeHandler(over -> closed.add(opened.closeStatusCode()));
            return opened;
        }));
    }

    /** Goes away, without waiting for anything. */
    void leave() {
        client.close();
    }

    void send(JsonObject frame) {
        await(socket.writeTextMessage(frame.encode()));
    }

    JsonObject next() {
        try {
            var frame = frames.poll(10, TimeUnit.SECONDS);
            assertThat(frame).isNotNull();
            return frame;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    int closeCode() {
        try {
            var code = closed.poll(10, TimeUnit.SECONDS);
            assertThat(code).isNotNull();
            return code;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    void subscribe(String id, String orgId, @Nullable String after) {
        var frame = new JsonObject().put("op", "sub").put("id", id).put("topic", "orgs/" + orgId + "/events");
        send(after == null ? frame : frame.put("after", after));
    }
}
