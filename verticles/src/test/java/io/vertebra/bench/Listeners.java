package io.vertebra.bench;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/** W5: many who listen to one org over the live door, how soon all of them have an event, and what each costs. */
final class Listeners {
    private static final int AT_ONCE = 50;
    private static final int ROUNDS = 20;
    private static final int WAIT_SECONDS = 60;

    /** Makes an event of the org. */
    interface Event {
        void happen() throws Exception;
    }

    private final Server server;
    private final PrintWriter out;
    private final AtomicReference<CountDownLatch> hearing = new AtomicReference<>(new CountDownLatch(0));

    Listeners(Server server, PrintWriter out) {
        this.server = server;
        this.out = out;
    }

    void run(int count, String org, String token, Event event) throws Exception {
        var vertx = Vertx.vertx();
        try {
            var client = vertx.createWebSocketClient(new WebSocketClientOptions().setMaxConnections(count + 1));
            follow(client, org, token);
            event.happen();
            var before = Memory.of(server.pid());
            long begun = System.nanoTime();
            for (int made = 1; made < count; made += AT_ONCE) {
                var some = new ArrayList<Future<?>>();
                for (int i = 0; i < Math.min(AT_ONCE, count - made); i++) {
                    some.add(open(client, org, token));
                }
                wait(Future.all(some));
            }
            double connected = millis(begun);
            var after = Memory.of(server.pid());
            double heapEach = (after.heapKib() - before.heapKib()) / count;
            double residentEach = (after.residentKib() - before.residentKib()) / count;
            var times = new double[ROUNDS];
            for (int round = 0; round < ROUNDS; round++) {
                times[round] = round(count, event);
            }
            Arrays.sort(times);
            out.printf(
                    Locale.ROOT,
                    "W5 %d listeners: all have an event %.0f ms after it was asked for (best %.0f, worst %.0f), "
                            + "%.1f KiB of heap and %.1f KiB resident each, connected in %.1f s%n",
                    count,
                    times[ROUNDS / 2],
                    times[0],
                    times[ROUNDS - 1],
                    heapEach,
                    residentEach,
                    connected / 1000);
            out.flush();
            // A client that nobody holds closes its connections.
            client.close();
        } finally {
            vertx.close();
        }
    }

    private double round(int count, Event event) throws Exception {
        var all = new CountDownLatch(count);
        hearing.set(all);
        long begun = System.nanoTime();
        event.happen();
        if (!all.await(WAIT_SECONDS, TimeUnit.SECONDS)) {
            throw new IOException(all.getCount() + " listeners did not hear of an event");
        }
        return millis(begun);
    }

    private static double millis(long begun) {
        return (System.nanoTime() - begun) / 1e6;
    }

    private void follow(WebSocketClient client, String org, String token) throws Exception {
        wait(open(client, org, token));
    }

    private Future<?> open(WebSocketClient client, String org, String token) {
        var options = new WebSocketConnectOptions()
                .setHost("127.0.0.1")
                .setPort(server.port())
                .setURI("/v1/live")
                .setSubProtocols(List.of("vertebra.live.v1", "bearer." + token));
        return client.connect(options)
                .compose(socket -> Future.future(begun -> {
                    socket.textMessageHandler(text -> {
                        if (text.startsWith("{\"op\":\"event\"")) {
                            hearing.get().countDown();
                        } else if (text.contains("\"cursor\"")) {
                            begun.tryComplete();
                        } else if (text.startsWith("{\"op\":\"err\"")) {
                            begun.tryFail(text);
                        }
                    });
                    socket.writeTextMessage(new JsonObject()
                            .put("op", "sub")
                            .put("id", "s")
                            .put("topic", "orgs/" + org + "/events")
                            .encode());
                }));
    }

    private static void wait(Future<?> done) throws Exception {
        done.toCompletionStage().toCompletableFuture().get(WAIT_SECONDS, TimeUnit.SECONDS);
    }
}
