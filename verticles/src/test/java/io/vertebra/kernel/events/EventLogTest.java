package io.vertebra.kernel.events;

import static io.vertebra.testing.Await.await;
import static io.vertebra.testing.Await.failure;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertebra.bus.Problem;
import io.vertebra.kernel.config.EventsSettings;
import io.vertebra.testing.Servers;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnection;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class EventLogTest {
    private static final Set<String> TYPES = Set.of(LogWriter.TYPE);
    /** A session keeps a statement's plan from its sixth run on. */
    private static final int PLANS_KEPT_AFTER = 7;

    private static final String MANY = "ARRAY(SELECT 'test.reader_' || n FROM generate_series(1, 12) n)";

    private static Vertx vertx;
    private static Servers.Database database;
    private static Pool kernel;
    private static Pool writers;
    private static Wake wake;
    private static EventLog log;

    @BeforeAll
    static void open() {
        vertx = Vertx.vertx();
        database = Servers.freshDatabase();
        kernel = pool("kernel", 4);
        writers = pool("orgs", 8);
        wake = new Wake(vertx);
        log = new EventLog(vertx, kernel, wake, settings(), Clock.systemUTC());
    }

    @AfterAll
    static void close() {
        await(vertx.close());
    }

    static EventsSettings settings() {
        return settings(Duration.ofHours(1));
    }

    static EventsSettings settings(Duration outageMax) {
        return new EventsSettings(
                Duration.ofMillis(50),
                500,
                8,
                3,
                outageMax,
                Duration.ofMillis(20),
                Duration.ofMillis(100),
                Duration.ofDays(7),
                256);
    }

    @Test
    void events_show_to_their_org_in_order_and_by_page() {
        var org = UUID.randomUUID();
        append(org, UUID.randomUUID(), 5);
        append(UUID.randomUUID(), UUID.randomUUID(), 5);
        var first = await(log.read(org, null, TYPES, 3));
        assertThat(numbers(first.events())).containsExactly(0, 1, 2);
        var second = await(log.read(org, first.events().getLast().cursor(), TYPES, 3));
        assertThat(numbers(second.events())).containsExactly(3, 4);
        assertThat(await(log.read(org, null, Set.of("Orgs.OrgCreated"), 3)).events())
                .isEmpty();
    }

    @Test
    void an_open_writer_holds_the_horizon_and_a_long_transaction_does_not() {
        var org = UUID.randomUUID();
        var idle = await(PgConnection.connect(vertx, database.domain("orgs")));
        await(idle.query("BEGIN; SELECT 1").execute());
        var open = await(PgConnection.connect(vertx, database.domain("orgs")));
        await(open.query("BEGIN").execute());
        await(LogWriter.append(open, org, UUID.randomUUID(), 1));
        append(org, UUID.randomUUID(), 1);
        assertThat(await(log.read(org, null, TYPES, 10)).events()).isEmpty();
        await(open.query("COMMIT").execute());
        assertThat(numbers(await(log.read(org, null, TYPES, 10)).events())).containsExactly(1, 0);
        await(open.close());
        await(idle.close());
    }

    @Test
    void what_readers_look_at_does_not_grow_with_the_log() {
        var fresh = Servers.freshDatabase();
        var session = await(PgConnection.connect(vertx, fresh.domain("kernel")));
        await(session.query("SELECT events.register(name, '{Orgs.OrgDeleted}', true) FROM unnest(" + MANY + ") name")
                .execute());
        for (int i = 0; i < PLANS_KEPT_AFTER; i++) {
            assertThat(looked(session)).isZero();
        }
        var writer = await(PgConnection.connect(vertx, fresh.domain("orgs")));
        appended(writer, 2_000);
        looked(session);
        assertThat(looked(session)).isZero();
        appended(writer, 3);
        assertThat(looked(session)).isBetween(3L, 30L);
        await(session.close());
        await(writer.close());
    }

    private static void appended(PgConnection writer, int count) {
        var org = UUID.randomUUID();
        await(Future.all(IntStream.range(0, count)
                .mapToObj(number -> LogWriter.append(writer, org, org, number))
                .toList()));
    }

    /** How many rows of the log a poll of the readers reads. */
    private static long looked(PgConnection session) {
        long before = rowsRead(session);
        await(session.preparedQuery("SELECT * FROM events.due(" + MANY + ")").execute());
        await(session.preparedQuery("SELECT events.pass(" + MANY + ")").execute());
        return rowsRead(session) - before;
    }

    private static long rowsRead(PgConnection session) {
        await(session.query("SELECT pg_stat_force_next_flush()").execute());
        var rows = await(session.query("SELECT coalesce(sum(seq_tup_read + idx_tup_fetch), 0)::bigint"
                        + " FROM pg_stat_all_tables WHERE schemaname = 'events' AND relname LIKE 'log%'")
                .execute());
        return rows.iterator().next().getLong(0);
    }

    @Test
    void the_log_refuses_every_change_and_every_write_beside_append() {
        append(UUID.randomUUID(), UUID.randomUUID(), 1);
        var owner = await(PgConnection.connect(vertx, database.owner()));
        for (var sql : List.of(
                "UPDATE events.log SET type = 'x'",
                "DELETE FROM events.log",
                "TRUNCATE events.log",
                "TRUNCATE events.log_0")) {
            assertThat(failure(owner.query(sql).execute())).as(sql).hasMessageContaining("append-only");
        }
        await(owner.close());
        var lister = pool("events", 1);
        assertThat(failure(lister.query("INSERT INTO events.log SELECT * FROM events.log")
                        .execute()))
                .hasMessageContaining("permission denied");
        assertThat(await(lister.query("SELECT * FROM events.log").execute())).isEmpty();
        assertThat(failure(writers.query("SELECT * FROM events.log").execute()))
                .hasMessageContaining("permission denied");
        await(lister.close());
    }

    @Test
    void a_malformed_cursor_is_a_problem() {
        assertThat(LogCursor.parse(LogCursor.of(4711))).isEqualTo(4711);
        for (var bad : List.of("", "x1", "e", "e-1", "e01", "ezzzzzzzzzzzzzzzzz", "E1", "e1 ")) {
            assertThatThrownBy(() -> LogCursor.parse(bad)).as(bad).isInstanceOf(Problem.class);
        }
    }

    @Test
    void subscriptions_see_each_event_once_and_in_order_while_others_write() {
        var org = UUID.randomUUID();
        append(org, UUID.randomUUID(), 250);
        int more = 600;
        var followers =
                IntStream.range(0, 5).mapToObj(i -> new Heard(250 + more)).toList();
        followers.forEach(heard -> follow(org, LogCursor.of(0), heard).request(250 + more));
        var paused = new Heard(250 + more);
        var subscription = follow(org, LogCursor.of(0), paused);
        subscription.request(100);
        var done = new ArrayList<Future<?>>();
        for (int i = 0; i < more; i++) {
            done.add(LogWriter.append(writers, org, UUID.randomUUID(), i)
                    .onSuccess(ok -> wake.appended(List.of("Things.ThingMade"))));
            if (i == 200) {
                subscription.request(300);
            } else if (i == 400) {
                subscription.request(450);
            }
        }
        await(Future.all(done));
        var expected = all(org);
        assertThat(expected).hasSize(250 + more);
        for (var heard : followers) {
            assertThat(await(heard.complete.future())).isEqualTo(expected);
        }
        assertThat(await(paused.complete.future())).isEqualTo(expected);
    }

    @Test
    void a_subscription_without_a_cursor_begins_with_the_next_event() {
        var org = UUID.randomUUID();
        append(org, UUID.randomUUID(), 3);
        var heard = new Heard(1);
        var begun = follow(org, null, heard);
        begun.request(10);
        await(vertx.timer(300));
        append(org, UUID.randomUUID(), 1);
        assertThat(await(heard.complete.future())).hasSize(1).isEqualTo(all(org).subList(3, 4));
        begun.close();
    }

    @Test
    void partitions_are_made_ahead_and_dropped_only_behind_every_reader() {
        var fresh = Servers.freshDatabase();
        var pool = pool(fresh, "kernel", 2);
        await(LogWriter.append(pool, UUID.randomUUID(), UUID.randomUUID(), 1));
        await(pool.query("SELECT events.register('test.slow', ARRAY['Orgs.ProjectCreated'], true)")
                .execute());
        await(LogWriter.append(pool, UUID.randomUUID(), UUID.randomUUID(), 2));
        assertThat(maintain(pool, "2 days")).isZero();
        assertThat(maintain(pool, "30 days")).as("the reader has not read it").isZero();
        await(LogWriter.append(pool, UUID.randomUUID(), UUID.randomUUID(), 3));
        await(pool.query("SELECT events.retire('test.slow')").execute());
        assertThat(maintain(pool, "30 days")).isEqualTo(1);
        var distance = await(pool.query("SELECT events.newest(events.horizon()) - events.kept_from()")
                .execute());
        assertThat(distance.iterator().next().getLong(0)).isEqualTo(1);
        var old = "SELECT * FROM events.page(gen_random_uuid(), 2, ARRAY['Orgs.ProjectCreated'], 1)";
        assertThat(LogCursor.explain(failure(pool.query(old).execute())))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("not kept any more");
        await(pool.close());
    }

    private static int maintain(Pool pool, String later) {
        var sql = "SELECT events.maintain('7 days', '1 day', now() + interval '" + later + "')";
        return await(pool.query(sql).execute()).iterator().next().getInteger(0);
    }

    @Test
    void nobody_is_told_more_than_they_asked_for() {
        var org = UUID.randomUUID();
        append(org, UUID.randomUUID(), 40);
        var heard = new Heard(25);
        var subscription = follow(org, LogCursor.of(0), heard);
        subscription.request(20);
        await(vertx.timer(200));
        assertThat(heard.places).hasSize(20);
        subscription.request(5);
        assertThat(await(heard.complete.future())).isEqualTo(all(org).subList(0, 25));
        await(vertx.timer(100));
        assertThat(heard.places).hasSize(25);
    }

    @Test
    void a_cursor_of_an_event_that_was_lost_is_answered_by_a_reset() {
        var org = UUID.randomUUID();
        append(org, UUID.randomUUID(), 3);
        long newest = all(org).getLast();
        var present = new Heard(1);
        follow(org, LogCursor.of(newest - 1), present).request(10);
        await(present.complete.future());
        var ahead = new Heard(1);
        follow(org, LogCursor.of(newest + 1_000_000), ahead).request(10);
        assertThat(LogCursor.parse(await(ahead.reset.future()))).isGreaterThanOrEqualTo(newest);

        await(PgConnection.connect(vertx, database.owner())
                .compose(owner ->
                        owner.query("SELECT events.begin_history()").execute().eventually(owner::close)));
        append(org, UUID.randomUUID(), 1);
        assertThat(all(org).getLast()).isGreaterThan(newest + 1_000_000);
        var between = new Heard(1);
        follow(org, LogCursor.of(newest + 1_000_000), between).request(10);
        await(between.reset.future());
        assertThat(failure(log.read(org, LogCursor.of(newest + 1), TYPES, 10))).isInstanceOf(Problem.class);
    }

    private static EventLog.Subscription follow(UUID org, @Nullable String after, Heard heard) {
        return log.follow(EventLog.Wanted.of(org, TYPES), after, heard);
    }

    /** Collects what it is told. */
    private static final class Heard implements EventLog.Listener {
        private final int expected;
        private final List<Long> places = new ArrayList<>();
        private final Promise<List<Long>> complete = Promise.promise();
        private final Promise<String> reset = Promise.promise();

        Heard(int expected) {
            this.expected = expected;
        }

        @Override
        public void event(Logged logged) {
            places.add(logged.seq());
            if (places.size() == expected) {
                complete.complete(places);
            }
        }

        @Override
        public void reset(String cursor) {
            reset.complete(cursor);
        }
    }

    private static List<Long> all(UUID org) {
        return await(log.read(org, null, TYPES, 10_000)).events().stream()
                .map(Logged::seq)
                .toList();
    }

    private static List<Integer> numbers(List<Logged> events) {
        return events.stream()
                .map(e -> Integer.parseInt(e.data().getString("name")))
                .toList();
    }

    private static void append(UUID org, UUID project, int count) {
        var connection = await(PgConnection.connect(vertx, database.domain("orgs")));
        for (int i = 0; i < count; i++) {
            await(LogWriter.append(connection, org, project, i));
        }
        await(connection.close());
    }

    private static Pool pool(String domain, int size) {
        return pool(database, domain, size);
    }

    private static Pool pool(Servers.Database server, String domain, int size) {
        return PgBuilder.pool()
                .with(new PoolOptions().setMaxSize(size))
                .connectingTo(server.domain(domain))
                .using(vertx)
                .build();
    }
}
