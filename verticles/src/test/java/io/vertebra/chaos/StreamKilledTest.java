package io.vertebra.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** kill -9 of the server in the middle of a stream: a client that resumes hears of every committed event once. */
class StreamKilledTest {
    private static final String PASSWORD = "walnut cellar tidal quorum";
    private static final int ROUNDS = Integer.getInteger("vertebra.rounds", 2);
    private static final int WRITERS = 4;
    private static final int TOKEN_ROUNDS = 8;
    private static final int LOOKS_MAX = 3_000;
    private static final int WAIT_SECONDS = 120;

    @TempDir
    private Path folder;

    private final Vertx vertx = Vertx.vertx();
    private final WebSocketClient clients = vertx.createWebSocketClient();
    private final List<String> acknowledged = Collections.synchronizedList(new ArrayList<>());
    private final List<String> heard = Collections.synchronizedList(new ArrayList<>());
    private volatile String cursor = "e0";

    @Test
    void a_resuming_client_hears_of_every_event_once() throws Exception {
        var random = new Random(42);
        try (var dev = new DevProcess(folder.resolve("data"))) {
            dev.start();
            dev.expect(200, "POST", "/v1/auth/register", null, person().put("name", "Ada"));
            var token = token(dev);
            var org = dev.expect(201, "POST", "/v1/orgs", token, new JsonObject().put("name", "Engines"))
                    .getString("id");
            for (int round = 0; round < ROUNDS; round++) {
                // An account signs in only so often a minute, and a token lives longer than some rounds.
                token = round % TOKEN_ROUNDS == TOKEN_ROUNDS - 1 ? token(dev) : token;
                follow(dev, token, org);
                var stop = new AtomicBoolean();
                var writing = write(dev, token, org, round, stop);
                vertx.timer(random.nextInt(150, 500))
                        .toCompletionStage()
                        .toCompletableFuture()
                        .get();
                dev.kill();
                stop.set(true);
                writing.get(WAIT_SECONDS, TimeUnit.SECONDS);
                dev.start();
            }
            token = token(dev);
            follow(dev, token, org);
            var events = committed(dev, token, org);
            for (int look = 0; look < LOOKS_MAX && heard.size() < events.size(); look++) {
                vertx.timer(20).toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
            }
            assertThat(heard).isEqualTo(events);
            assertThat(events).containsAll(acknowledged).doesNotHaveDuplicates();
            assertThat(acknowledged).isNotEmpty();
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
        }
    }

    private void follow(DevProcess dev, String token, String org) throws Exception {
        var options = new WebSocketConnectOptions()
                .setHost("127.0.0.1")
                .setPort(dev.port())
                .setURI("/v1/live")
                .setSubProtocols(List.of("vertebra.live.v1", "bearer." + token));
        var begun = new CompletableFuture<Void>();
        clients.connect(options).onFailure(begun::completeExceptionally).onSuccess(socket -> {
            socket.textMessageHandler(text -> {
                var frame = new JsonObject(text);
                if (frame.getString("op").equals("event")) {
                    cursor = frame.getString("cursor");
                    heard.add(frame.getJsonObject("event").getString("key"));
                } else if (frame.containsKey("cursor")) {
                    begun.complete(null);
                }
            });
            socket.writeTextMessage(new JsonObject()
                    .put("op", "sub")
                    .put("id", "s")
                    .put("topic", "orgs/" + org + "/events/Orgs.ProjectCreated")
                    .put("after", cursor)
                    .encode());
        });
        begun.get(WAIT_SECONDS, TimeUnit.SECONDS);
    }

    private CompletableFuture<Void> write(DevProcess dev, String token, String org, int round, AtomicBoolean stop) {
        var writers = new ArrayList<CompletableFuture<Void>>();
        for (int i = 0; i < WRITERS; i++) {
            int writer = i;
            writers.add(CompletableFuture.runAsync(() -> {
                for (int number = 0; !stop.get(); number++) {
                    var name = "Project " + round + " " + writer + " " + number;
                    try {
                        var made = dev.send(
                                "POST", "/v1/orgs/" + org + "/projects", token, new JsonObject().put("name", name));
                        if (made.statusCode() == 201) {
                            acknowledged.add(new JsonObject(made.body()).getString("id"));
                        }
                    } catch (IOException killed) {
                        return;
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                        return;
                    }
                }
            }));
        }
        return CompletableFuture.allOf(writers.toArray(CompletableFuture[]::new));
    }

    private static List<String> committed(DevProcess dev, String token, String org) throws Exception {
        var all = new ArrayList<String>();
        var after = "e0";
        while (true) {
            var path = "/v1/orgs/" + org + "/events?type=Orgs.ProjectCreated&limit=200&after=" + after;
            var page = dev.expect(200, "GET", path, token, null);
            if (page.getJsonArray("items").isEmpty()) {
                return all;
            }
            page.getJsonArray("items").forEach(item -> all.add(((JsonObject) item).getString("key")));
            after = page.getString("next");
        }
    }

    private static JsonObject person() {
        return new JsonObject().put("email", "ada@example.com").put("password", PASSWORD);
    }

    private static String token(DevProcess dev) throws Exception {
        return dev.expect(200, "POST", "/v1/auth/login", null, person()).getString("accessToken");
    }
}
