package io.vertebra.kernel.errors;

import static io.vertebra.testing.Await.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertebra.bus.Problem;
import io.vertebra.kernel.config.ErrorsSettings;
import io.vertebra.kernel.config.Secret;
import io.vertebra.testing.TestDb;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.json.JsonObject;
import io.vertx.pgclient.PgConnection;
import io.vertx.sqlclient.Row;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What is reported reaches PostgreSQL and a receiver that speaks Sentry's protocol, and stays within its bounds. */
class ErrorWriterTest {
    private static final int WAITING_MAX = 50;
    private static final int GROUPS_MAX = 5;
    private static final String NOTE = " ON FUNCTION errors.note(jsonb, text, text, bigint, integer) ";
    private static final AtomicInteger NODES = new AtomicInteger();

    private static Vertx vertx;
    private static TestDb database;

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final ErrorBus bus = new ErrorBus(Clock.systemUTC(), meters, WAITING_MAX);
    private final String node = "node-" + NODES.incrementAndGet();
    private @Nullable ErrorWriter writer;

    @BeforeAll
    static void open() {
        vertx = Vertx.vertx();
        database = TestDb.fresh(vertx, List.of("oracle"));
    }

    @AfterEach
    void stop() {
        if (writer != null) {
            await(writer.stop());
        }
        database.asOwner("TRUNCATE errors.groups, errors.losses");
    }

    @AfterAll
    static void close() {
        await(database.db().close());
        await(vertx.close());
    }

    private void start(String dsn) {
        var settings = new ErrorsSettings(
                Duration.ofMillis(20), WAITING_MAX, GROUPS_MAX, Secret.of(dsn), Duration.ofMinutes(1));
        var teller = new Sentry.Teller(node, "1.0", "local");
        var sentry = Sentry.of(vertx, settings, teller, meters, Clock.systemUTC());
        var kernel = database.db().kernel();
        writer = new ErrorWriter(bus, new ErrorWriter.Surroundings(vertx, kernel, settings, node, "1.0", sentry));
        writer.start();
    }

    private static List<Row> rows(String sql) {
        var found = new LinkedBlockingQueue<Row>();
        var options = database.server().owner();
        await(PgConnection.connect(vertx, options).compose(owner -> owner.query(sql)
                .execute()
                .onSuccess(rows -> rows.forEach(found::add))
                .eventually(owner::close)));
        return List.copyOf(found);
    }

    private static void until(BooleanSupplier holds) {
        for (int looks = 0; !holds.getAsBoolean(); looks++) {
            assertThat(looks).isLessThan(500);
            await(vertx.timer(20));
        }
    }

    @Test
    void failures_are_grouped_and_counted_and_problems_are_none() {
        start("");
        for (int i = 0; i < 7; i++) {
            bus.report("Orgs.CreateOrg", "request-" + i, new IllegalStateException("failure " + i));
        }
        bus.report("Orgs.CreateOrg", "request", Problem.notFound("org"));
        until(() -> rows("SELECT 1 FROM errors.groups WHERE count = 7").size() == 1);
        var group = rows("SELECT message, request_id, node, place FROM errors.groups")
                .getFirst();
        assertThat(group.getString(0)).isEqualTo("failure 6");
        assertThat(group.getString(1)).isEqualTo("request-6");
        assertThat(group.getString(2)).isEqualTo(node);
        assertThat(group.getString(3)).contains("ErrorWriterTest.failures_are_grouped");
        assertThat(rows("SELECT 1 FROM errors.groups")).hasSize(1);
    }

    private void report(String operation) {
        bus.report(operation, null, new IllegalStateException("reported"));
    }

    @Test
    void what_comes_faster_than_it_can_be_kept_is_counted_and_holds_nobody_up() {
        for (int i = 0; i < 10_000; i++) {
            report("storm");
        }
        assertThat(meters.get("errors.reported").counter().count()).isEqualTo(10_000);
        start("");
        until(() -> rows("SELECT 1 FROM errors.losses WHERE dropped = 9950").size() == 1);
        assertThat(rows("SELECT 1 FROM errors.groups WHERE operation = 'storm' AND count = 50"))
                .hasSize(1);
        assertThat(meters.get("errors.dropped").counter().count()).isEqualTo(9_950);
    }

    @Test
    void the_number_of_groups_is_bounded_and_the_newest_stay() {
        start("");
        for (int i = 0; i < 12; i++) {
            report("operation-" + i);
            int number = i;
            until(() -> rows("SELECT 1 FROM errors.groups WHERE operation = 'operation-" + number + "'")
                            .size()
                    == 1);
        }
        assertThat(rows("SELECT operation FROM errors.groups ORDER BY last_seen"))
                .extracting(row -> row.getString(0))
                .containsExactly("operation-7", "operation-8", "operation-9", "operation-10", "operation-11");
    }

    @Test
    void what_cannot_be_written_waits_and_is_written_later() {
        database.asOwner("REVOKE EXECUTE" + NOTE + "FROM vertebra_kernel");
        start("");
        for (int i = 0; i < 3; i++) {
            report("patient");
            await(vertx.timer(60));
        }
        assertThat(rows("SELECT 1 FROM errors.groups")).isEmpty();
        database.asOwner("GRANT EXECUTE" + NOTE + "TO vertebra_kernel");
        until(() -> rows("SELECT 1 FROM errors.groups WHERE operation = 'patient' AND count = 3")
                        .size()
                == 1);
    }

    /** What came to the receiver: the headers that matter, and the lines of the envelope. */
    private record Received(String path, @Nullable String auth, List<String> lines) {}

    private static HttpServer receiver(BlockingQueue<Received> received, int status) {
        return await(vertx.createHttpServer()
                .requestHandler(request -> request.body().onSuccess(body -> {
                    received.add(new Received(
                            request.path(),
                            request.getHeader("X-Sentry-Auth"),
                            body.toString().lines().toList()));
                    request.response()
                            .setStatusCode(status)
                            .putHeader("Retry-After", "60")
                            .end();
                }))
                .listen(0, "127.0.0.1"));
    }

    @Test
    void sentry_is_told_of_a_group_once_in_a_while() throws Exception {
        var received = new LinkedBlockingQueue<Received>();
        var server = receiver(received, 200);
        start("http://abc@127.0.0.1:" + server.actualPort() + "/42");
        for (int i = 0; i < 3; i++) {
            bus.report("Orgs.CreateOrg", "request-1", new IllegalStateException("of ada@example.com"));
            await(vertx.timer(60));
        }
        var told = received.poll(10, TimeUnit.SECONDS);
        assertThat(told).isNotNull();
        assertThat(told.path()).isEqualTo("/api/42/envelope/");
        assertThat(told.auth()).contains("sentry_version=7", "sentry_key=abc");
        assertThat(told.lines()).hasSize(3);
        var event = new JsonObject(told.lines().get(2));
        assertThat(new JsonObject(told.lines().get(1)).getInteger("length"))
                .isEqualTo(told.lines().get(2).length());
        assertThat(event.getString("event_id")).matches("[0-9a-f]{32}");
        assertThat(event.getString("transaction")).isEqualTo("Orgs.CreateOrg");
        assertThat(event.getJsonObject("tags").getString("request_id")).isEqualTo("request-1");
        var exception = event.getJsonObject("exception").getJsonArray("values").getJsonObject(0);
        assertThat(exception.getString("type")).isEqualTo("IllegalStateException");
        assertThat(exception.getString("value")).isEqualTo("of (e-mail)");
        var frames = exception.getJsonObject("stacktrace").getJsonArray("frames");
        assertThat(frames.getJsonObject(frames.size() - 1).getBoolean("in_app")).isTrue();
        until(() -> meters.counter("errors.sentry", "status", "repeated").count() >= 1);
        assertThat(received).isEmpty();
        await(server.close());
    }

    @Test
    void a_sentry_that_asks_for_quiet_or_is_away_gets_it_and_nothing_else_suffers() {
        var received = new LinkedBlockingQueue<Received>();
        var server = receiver(received, 429);
        start("http://abc@127.0.0.1:" + server.actualPort() + "/42");
        report("first");
        until(() -> meters.counter("errors.sentry", "status", "failed").count() == 1);
        report("second");
        until(() -> meters.counter("errors.sentry", "status", "dropped").count() == 1);
        until(() -> rows("SELECT 1 FROM errors.groups").size() == 2);
        assertThat(received).hasSize(1);
        await(server.close());
    }
}
