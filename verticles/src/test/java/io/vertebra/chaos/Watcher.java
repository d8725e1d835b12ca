package io.vertebra.chaos;

import io.vertx.core.Vertx;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A live client that follows an org's new projects and resumes after every break where it stopped. */
final class Watcher implements AutoCloseable {
    private static final int AGAIN_MS = 250;
    private static final long SILENT_MS = 3_000;

    private final Vertx vertx = Vertx.vertx();
    private final WebSocketClient clients = vertx.createWebSocketClient(new WebSocketClientOptions());
    private final List<String> heard = Collections.synchronizedList(new ArrayList<>());
    private final int port;
    private final Scene scene;
    private String cursor = "e0";
    private WebSocket open;
    private long lastSignAt;
    private volatile boolean closed;

    Watcher(int port, Scene scene) {
        this.port = port;
        this.scene = scene;
        vertx.runOnContext(on -> {
            connect();
            vertx.setPeriodic(1_000, tick -> look());
        });
    }

    private void connect() {
        if (closed) {
            return;
        }
        var options = new WebSocketConnectOptions()
                .setHost("127.0.0.1")
                .setPort(port)
                .setURI("/v1/live")
                .setTimeout(2_000)
                .setAllowOriginHeader(false)
                .setSubProtocols(List.of("vertebra.live.v1", "bearer." + scene.token()));
        clients.connect(options).onComplete(this::follow, refused -> again());
    }

    private void again() {
        open = null;
        vertx.setTimer(AGAIN_MS, due -> connect());
    }

    private void follow(WebSocket socket) {
        open = socket;
        lastSignAt = System.nanoTime();
        socket.textMessageHandler(text -> {
            lastSignAt = System.nanoTime();
            var frame = new JsonObject(text);
            if (open == socket && "event".equals(frame.getString("op"))) {
                cursor = frame.getString("cursor");
                heard.add(frame.getJsonObject("event").getString("key"));
            }
        });
        socket.pongHandler(pong -> lastSignAt = System.nanoTime());
        socket.exceptionHandler(gone -> {});
        socket.closeHandler(gone -> {
            if (open == socket) {
                again();
            }
        });
        socket.writeTextMessage(new JsonObject()
                .put("op", "sub")
                .put("id", "s")
                .put("topic", "orgs/" + scene.id() + "/events/Orgs.ProjectCreated")
                .put("after", cursor)
                .encode());
    }

    /** A paused node keeps its connections: who hears nothing goes elsewhere. */
    private void look() {
        var socket = open;
        if (socket == null) {
            return;
        }
        if (System.nanoTime() - lastSignAt > TimeUnit.MILLISECONDS.toNanos(SILENT_MS)) {
            open = null;
            socket.close();
            again();
        } else {
            socket.writePing(io.vertx.core.buffer.Buffer.buffer("?"));
        }
    }

    /** What it heard, when that is as much as it should be, or after a while in any case. */
    List<String> heard(int expected) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (heard.size() < expected && System.nanoTime() < end) {
            TimeUnit.MILLISECONDS.sleep(50);
        }
        return List.copyOf(heard);
    }

    @Override
    public void close() throws Exception {
        closed = true;
        vertx.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }
}
