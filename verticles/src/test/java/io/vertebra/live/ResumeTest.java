package io.vertebra.live;

import static io.vertebra.testing.Await.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertebra.kernel.events.LogWriter;
import io.vertebra.testing.Person;
import io.vertebra.testing.TestPlatform;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/**
 * Clients that come and go at random, read at random and stall at random while others write: what each has put together
 * over all of its connections is the log, without a gap and without a doubling. The ring is small, so that many of them
 * fall behind it.
 */
class ResumeTest {
    private static final Vertx VERTX = Vertx.vertx();
    private static final int CLIENTS = 6;
    private static final int EVENTS = 2_400;
    private static final int READ_MAX = 9;

    @Test
    void whoever_resumes_sees_each_event_once_and_in_order() throws Exception {
        var settings = Map.of(
                "events.ring-max", "64",
                "live.tcp.enabled", "true",
                "live.tcp.host", "127.0.0.1",
                "live.tcp.port", "0");
        try (var platform = TestPlatform.start(settings);
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var api = platform.api();
            var operator = Person.operator(platform);
            for (var limit : List.of("user", "address", "live-connections", "live-subscriptions", "live-messages")) {
                api.put("/v1/admin/policies/limits." + limit + "-per-minute", "{\"value\":1000000000}")
                        .as(operator.token())
                        .send()
                        .expect(200);
            }
            var owner = Person.signUp(api, "Ann Owner");
            var org = api.post("/v1/orgs", "{\"name\":\"Acme\"}")
                    .as(owner.token())
                    .send()
                    .expect(201)
                    .text("id");
            var connections = new AtomicInteger();
            var reading = new ArrayList<java.util.concurrent.Future<List<String>>>();
            for (int i = 0; i < CLIENTS; i++) {
                var client = new Wanderer(platform, owner.token(), org, new Random(i), connections, i % 2 == 0);
                reading.add(threads.submit(client::wander));
            }
            var written = threads.submit(() -> write(platform, UUID.fromString(org)));
            written.get(2, TimeUnit.MINUTES);
            var expected = all(platform, UUID.fromString(org));
            assertThat(expected).hasSize(EVENTS);
            for (var one : reading) {
                assertThat(one.get(4, TimeUnit.MINUTES)).isEqualTo(expected);
            }
            assertThat(connections.get()).isGreaterThan(2_000);
        }
        await(VERTX.close());
    }

    private static Object write(TestPlatform platform, UUID org) {
        var kernel = platform.platform().db().kernel();
        var random = new Random(4711);
        for (int i = 0; i < EVENTS; ) {
            var batch = new ArrayList<Future<?>>();
            for (int j = random.nextInt(1, 30); j > 0 && i < EVENTS; j--) {
                batch.add(LogWriter.append(kernel, org, UUID.randomUUID(), i++));
            }
            await(Future.all(batch));
            platform.platform().vertx().eventBus().publish("kernel.events.appended", "");
            await(VERTX.timer(random.nextInt(1, 25)));
        }
        return EVENTS;
    }

    private static List<String> all(TestPlatform platform, UUID org) {
        var sql = "SELECT data->>'name' FROM events.page($1, 0, ARRAY['Orgs.ProjectCreated'], 100000) "
                + "WHERE type IS NOT NULL";
        var names = new ArrayList<String>();
        await(platform.platform().db().kernel().preparedQuery(sql).execute(Tuple.of(org)))
                .forEach(row -> names.add(row.getString(0)));
        return names;
    }

    /** One client over all of its connections. */
    private record Wanderer(
            TestPlatform platform, String token, String org, Random random, AtomicInteger connections, boolean tcp) {

        List<String> wander() {
            var seen = new ArrayList<String>();
            var cursor = "e0";
            while (seen.size() < EVENTS) {
                connections.incrementAndGet();
                cursor = tcp ? overTcp(cursor, seen) : overWebSocket(cursor, seen);
                if (random.nextInt(4) == 0) {
                    await(VERTX.timer(random.nextInt(1, 30)));
                }
            }
            return seen;
        }

        private int some(List<String> seen) {
            return Math.min(random.nextInt(0, READ_MAX), EVENTS - seen.size());
        }

        private void stall() {
            if (random.nextInt(8) == 0) {
                await(VERTX.timer(random.nextInt(1, 10)));
            }
        }

        private String topic() {
            return "orgs/" + org + "/events/Orgs.ProjectCreated";
        }

        private String overTcp(String after, List<String> seen) {
            var cursor = after;
            var client = new TcpClient(VERTX, platform.platform().port("tcp"));
            var headers = new JsonObject().put("after", after);
            if (random.nextBoolean()) {
                headers.put("credit", Integer.toString(READ_MAX));
            }
            client.register(topic(), token, headers);
            for (int i = some(seen); i > 0; i--) {
                var frame = client.next();
                cursor = frame.getJsonObject("headers").getString("cursor");
                seen.add(frame.getJsonObject("body").getJsonObject("data").getString("name"));
                stall();
            }
            client.leave();
            return cursor;
        }

        private String overWebSocket(String after, List<String> seen) {
            var cursor = after;
            var options = new WebSocketConnectOptions()
                    .setHost("127.0.0.1")
                    .setPort(platform.platform().port("http"))
                    .setURI("/v1/live")
                    .setSubProtocols(List.of("vertebra.live.v1", "bearer." + token));
            var client = new LiveClient(VERTX, options);
            client.send(new JsonObject()
                    .put("op", "sub")
                    .put("id", "s")
                    .put("topic", topic())
                    .put("after", after));
            for (int i = some(seen); i > 0; ) {
                var frame = client.next();
                if (frame.getString("op").equals("event")) {
                    cursor = frame.getString("cursor");
                    seen.add(frame.getJsonObject("event").getJsonObject("data").getString("name"));
                    i--;
                    stall();
                }
            }
            client.leave();
            return cursor;
        }
    }
}
