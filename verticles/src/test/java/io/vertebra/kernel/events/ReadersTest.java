package io.vertebra.kernel.events;

import static io.vertebra.testing.Await.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertebra.bus.Call;
import io.vertebra.bus.Caller;
import io.vertebra.bus.Contracts;
import io.vertebra.contract.Orgs;
import io.vertebra.kernel.db.Cursor;
import io.vertebra.kernel.db.Db;
import io.vertebra.kernel.db.Transactions;
import io.vertebra.kernel.db.Work;
import io.vertebra.kernel.errors.ErrorBus;
import io.vertebra.kernel.health.Health;
import io.vertebra.testing.TestDb;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnection;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ReadersTest {
    private static final UUID ORG = UUID.fromString("019a0000-0000-7000-8000-000000000001");
    private static final String EFFECT =
            "INSERT INTO test.effects (reader, project, number, org) VALUES ($1, $2, $3, current_setting('app.org'))";
    private static final String COUNT = "UPDATE test.counters SET n = n + 1 WHERE project = $1 RETURNING n";

    private static final String FOREIGN = "Orgs.OrgDeleted";

    private Vertx vertx;
    private TestDb database;
    private Db db;
    private final Health health = new Health(Clock.systemUTC());
    private final List<Readers> nodes = new ArrayList<>();

    @BeforeEach
    void open() {
        vertx = Vertx.vertx();
        database = TestDb.fresh(vertx, List.of("orgs", "oracle"));
        db = database.db();
        database.asOwner("""
                CREATE SCHEMA test;
                CREATE TABLE test.effects (place bigserial, reader text, project uuid, number int, org text);
                CREATE TABLE test.counters (project uuid PRIMARY KEY, n int NOT NULL);
                GRANT USAGE ON SCHEMA test TO PUBLIC;
                GRANT ALL ON ALL TABLES IN SCHEMA test TO PUBLIC;
                GRANT ALL ON ALL SEQUENCES IN SCHEMA test TO PUBLIC;
                """);
    }

    @AfterEach
    void close() {
        nodes.forEach(node -> await(node.stop()));
        await(db.close());
        await(vertx.close());
    }

    /** Inserts the effect of one event. */
    private static Future<?> effect(Work work, String reader, Fact<Orgs.ProjectCreated> fact) {
        var number = Integer.parseInt(fact.event().name());
        return work.run(EFFECT, reader, fact.event().projectId(), number);
    }

    @Test
    void nothing_is_skipped_doubled_or_out_of_order_whatever_the_writers_do() {
        var readers = List.of("a", "b", "c");
        for (int node = 0; node < 2; node++) {
            start(readers, Map.of());
        }
        var written = write(16, 60, 24);
        awaitEffects(readers, written);
        readers.forEach(reader -> assertThat(effects(reader)).as(reader).isEqualTo(expected(written)));
        assertThat(column("SELECT DISTINCT org FROM test.effects")).containsExactly(ORG.toString());
    }

    @Test
    void a_reader_that_dies_between_effect_and_cursor_doubles_nothing() {
        var died = ConcurrentHashMap.<UUID>newKeySet();
        Follow.Handler<Orgs.ProjectCreated> mortal = (work, fact) -> effect(work, "mortal", fact)
                .compose(done -> Integer.parseInt(fact.event().name()) % 7 == 3 && died.add(fact.id())
                        ? work.run("SELECT pg_terminate_backend(pg_backend_pid())")
                        : Future.succeededFuture(0));
        start(List.of("mortal"), Map.of("mortal", mortal));
        start(List.of("mortal"), Map.of("mortal", mortal));
        var written = write(4, 50, 8);
        awaitEffects(List.of("mortal"), written);
        assertThat(died).isNotEmpty();
        assertThat(effects("mortal")).isEqualTo(expected(written));
    }

    @Test
    void a_poison_event_is_parked_and_its_key_waits_behind_it_while_others_go_on() {
        var broken = new AtomicBoolean(true);
        Follow.Handler<Orgs.ProjectCreated> picky = (work, fact) -> {
            if (broken.get() && fact.event().name().equals("3")) {
                return effect(work, "picky", fact)
                        .compose(done -> Future.failedFuture(new IllegalStateException("cannot bear a three")));
            }
            return effect(work, "picky", fact);
        };
        var sick = UUID.randomUUID();
        var well = sameLane(sick);
        var readers = start(List.of("picky"), Map.of("picky", picky));
        for (int number = 1; number <= 5; number++) {
            append(sick, number);
            append(well, number * 10);
        }
        awaitRows(7);
        assertThat(effects("picky")).isEqualTo(Map.of(sick, List.of(1, 2), well, List.of(10, 20, 30, 40, 50)));
        awaitLetters(3);
        var letters = letters();
        assertThat(letters).extracting(ReadersAdmin.DeadLetter::key).containsOnly(sick.toString());
        assertThat(letters.getFirst().reason()).contains("cannot bear a three");
        assertThat(await(readers.standing()).getFirst().parked()).isEqualTo(3L);
        assertThat(health.part("events").status().detail()).contains("orgs.picky has 3 dead letters");

        append(sick, 6);
        awaitLetters(4);
        retry(letters.getLast().id());
        while (letters().getFirst().retries() < 1) {
            await(vertx.timer(20));
        }
        assertThat(letters()).as("wait in their order").hasSize(4);
        broken.set(false);
        retry(letters.getLast().id());
        awaitLetters(0);
        append(sick, 7);
        awaitRows(12);
        assertThat(effects("picky").get(sick)).containsExactly(1, 2, 3, 4, 5, 6, 7);
    }

    @Test
    void a_reader_from_now_on_begins_with_the_next_event() {
        var project = UUID.randomUUID();
        append(project, 1);
        start(List.of("late"), Map.of());
        append(project, 2);
        awaitRows(1);
        assertThat(effects("late").get(project)).containsExactly(2);
    }

    @Test
    void what_nobody_follows_opens_no_transaction_and_is_passed() {
        var opened = new AtomicInteger();
        Transactions counting = new Transactions() {
            @Override
            public <T> Future<T> open(Call call, Function<Work, Future<T>> body) {
                opened.incrementAndGet();
                return db.domain("orgs").open(call, body);
            }
        };
        var node = node();
        Follow.Handler<Orgs.ProjectCreated> plain = (work, fact) -> effect(work, "choosy", fact);
        node.add("orgs", "choosy", From.NOW, List.of(new Follow<>(Orgs.ProjectCreated.class, plain)), counting);
        await(node.start());
        var project = UUID.randomUUID();
        for (int number = 1; number <= 40; number++) {
            await(LogWriter.append(db.kernel(), FOREIGN, ORG, UUID.randomUUID(), number));
        }
        while (await(node.standing()).getFirst().oldestUnreadAt() != null) {
            await(vertx.timer(20));
        }
        assertThat(opened).hasValue(0);
        append(project, 1);
        awaitRows(1);
        assertThat(effects("choosy").get(project)).containsExactly(1);
    }

    @Test
    void a_long_transaction_that_writes_no_event_holds_nobody_up() {
        start(List.of("quick"), Map.of());
        var other = await(PgConnection.connect(vertx, database.server().domain("orgs")));
        await(other.query("BEGIN; INSERT INTO test.counters VALUES (gen_random_uuid(), 0)")
                .execute());
        append(UUID.randomUUID(), 1);
        awaitRows(1);
        await(other.close());
    }

    @Test
    void a_node_of_an_older_release_does_not_read_past_what_it_does_not_know() {
        var old = node();
        var deleted = new Follow<>(Orgs.OrgDeleted.class, (work, fact) -> Future.succeededFuture());
        add(old, "grown", From.START, List.of(deleted));
        await(old.start());
        var newer = node();
        var created = new Follow<>(Orgs.ProjectCreated.class, (work, fact) -> effect(work, "grown", fact));
        add(newer, "grown", From.START, List.of(created));
        var project = UUID.randomUUID();
        await(newer.start());
        append(project, 1);
        awaitRows(1);
    }

    private static Call call() {
        return Call.inside(Caller.service("oracle"), Clock.systemUTC().millis() + 30_000);
    }

    private List<ReadersAdmin.DeadLetter> letters() {
        return await(db.domain("oracle")
                .read(call(), read -> new ReadersAdmin().deadLetters(read, null, Cursor.first(), 10)));
    }

    private void retry(UUID letter) {
        await(db.domain("oracle").open(call(), work -> new ReadersAdmin().retry(work, letter)));
    }

    private void awaitLetters(int count) {
        while (letters().size() != count) {
            await(vertx.timer(20));
        }
    }

    private Readers start(List<String> names, Map<String, Follow.Handler<Orgs.ProjectCreated>> handlers) {
        var node = node();
        for (var name : names) {
            Follow.Handler<Orgs.ProjectCreated> plain = (work, fact) -> effect(work, name, fact);
            var handler = handlers.getOrDefault(name, plain);
            add(node, name, From.NOW, List.of(new Follow<>(Orgs.ProjectCreated.class, handler)));
        }
        await(node.start());
        return node;
    }

    private Readers node() {
        var node = new Readers(new Readers.Surroundings(
                vertx,
                Contracts.load(),
                db.kernel(),
                new Wake(vertx),
                EventLogTest.settings(),
                new SimpleMeterRegistry(),
                health,
                null,
                new ErrorBus(Clock.systemUTC(), new SimpleMeterRegistry(), 100),
                Clock.systemUTC()));
        nodes.add(node);
        return node;
    }

    private void add(Readers node, String name, From from, List<Follow<?>> follows) {
        node.add("orgs", name, from, follows, db.domain("orgs"));
    }

    /** Slow, fast and rolled-back writers at once, several for each key. Answers the last number of each key. */
    private Map<UUID, Integer> write(int writers, int times, int keys) {
        var projects = IntStream.range(0, keys).mapToObj(i -> UUID.randomUUID()).toList();
        var setup = await(PgConnection.connect(vertx, database.server().domain("kernel")));
        for (var project : projects) {
            await(setup.preparedQuery("INSERT INTO test.counters VALUES ($1, 0)")
                    .execute(Tuple.of(project)));
        }
        await(Future.all(IntStream.range(0, writers)
                .mapToObj(seed -> PgConnection.connect(vertx, database.server().domain("kernel"))
                        .compose(writer -> writeOn(writer, new Random(seed), projects, times)
                                .eventually(writer::close)))
                .toList()));
        var last = new HashMap<UUID, Integer>();
        for (var row : await(setup.query("SELECT project, n FROM test.counters").execute())) {
            last.put(row.getUUID(0), row.getInteger(1));
        }
        await(setup.close());
        return last;
    }

    private Future<?> writeOn(SqlConnection writer, Random random, List<UUID> projects, int times) {
        if (times == 0) {
            return Future.succeededFuture();
        }
        var project = projects.get(random.nextInt(projects.size()));
        var before = pause(random);
        var after = pause(random);
        var end = random.nextInt(10) == 0 ? "ROLLBACK" : "COMMIT";
        return writer.query("BEGIN")
                .execute()
                .compose(begun -> writer.preparedQuery(COUNT).execute(Tuple.of(project)))
                .compose(counted -> writer.query(before)
                        .execute()
                        .compose(slept -> foreign(writer, project, random.nextInt(3)))
                        .compose(done -> LogWriter.append(
                                writer, ORG, project, counted.iterator().next().getInteger(0))))
                .compose(appended -> writer.query(after).execute())
                .compose(slept -> writer.query(end).execute())
                .compose(done -> writeOn(writer, random, projects, times - 1));
    }

    /** Events that the readers do not follow. */
    private static Future<?> foreign(SqlClient writer, UUID project, int count) {
        return count == 0
                ? Future.succeededFuture()
                : LogWriter.append(writer, FOREIGN, ORG, project, count)
                        .compose(done -> foreign(writer, project, count - 1));
    }

    private static String pause(Random random) {
        int dice = random.nextInt(20);
        double seconds = dice == 0 ? 0.1 : dice < 5 ? random.nextInt(10) / 1000.0 : 0;
        return "SELECT pg_sleep(" + seconds + ")";
    }

    private UUID sameLane(UUID key) {
        var lane = column("SELECT events.lane_of('" + key + "')::text");
        return Stream.generate(UUID::randomUUID)
                .filter(other ->
                        column("SELECT events.lane_of('" + other + "')::text").equals(lane))
                .findFirst()
                .orElseThrow();
    }

    private void append(UUID project, int number) {
        await(LogWriter.append(db.kernel(), ORG, project, number));
    }

    private void awaitEffects(List<String> readers, Map<UUID, Integer> written) {
        awaitRows(readers.size() * written.values().stream().mapToInt(n -> n).sum());
    }

    private void awaitRows(int rows) {
        long deadline = System.nanoTime() + 60_000_000_000L;
        int there = 0;
        while (there < rows) {
            there = Integer.parseInt(
                    column("SELECT count(*)::text FROM test.effects").iterator().next());
            assertThat(System.nanoTime()).as("%s effects of %s", there, rows).isLessThan(deadline);
            await(vertx.timer(20));
        }
        await(vertx.timer(100));
    }

    private Map<UUID, List<Integer>> expected(Map<UUID, Integer> written) {
        var expected = new HashMap<UUID, List<Integer>>();
        written.forEach((project, last) -> {
            if (last > 0) {
                expected.put(project, IntStream.rangeClosed(1, last).boxed().toList());
            }
        });
        return expected;
    }

    private Map<UUID, List<Integer>> effects(String reader) {
        var effects = new HashMap<UUID, List<Integer>>();
        var sql = "SELECT project, number FROM test.effects WHERE reader = $1 ORDER BY place";
        for (var row : await(db.kernel().preparedQuery(sql).execute(Tuple.of(reader)))) {
            effects.computeIfAbsent(row.getUUID(0), key -> new ArrayList<>()).add(row.getInteger(1));
        }
        return effects;
    }

    private Set<String> column(String sql) {
        var values = new java.util.HashSet<String>();
        await(db.kernel().query(sql).execute()).forEach(row -> values.add(row.getString(0)));
        return values;
    }
}
