package io.vertebra.kernel.events;

import static io.vertebra.testing.Await.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertebra.bus.Contracts;
import io.vertebra.contract.Orgs;
import io.vertebra.kernel.db.Work;
import io.vertebra.testing.Faults;
import io.vertebra.testing.Simulation;
import io.vertebra.testing.TestDb;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnection;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Two nodes read the same lanes on the real PostgreSQL while writers commit late or never, connections die between
 * statements, answers are lost and events are poison: each step in the order that a seed says.
 */
class LaneFaultsTest {
    private static final UUID ORG = UUID.fromString("019a0000-0000-7000-8000-000000000001");
    private static final String EFFECT = "INSERT INTO test.effects (reader, project, number) VALUES ($1, $2, $3)";
    private static final int STEPS = 30;
    private static final AtomicInteger WORLDS = new AtomicInteger();
    private static final Vertx VERTX = Vertx.vertx();

    private static Place place;

    @BeforeAll
    static void open() {
        place = Place.open("");
    }

    @AfterAll
    static void close() {
        await(VERTX.close());
    }

    /** A database with three writers in it, and four keys of which three share a lane. */
    private record Place(TestDb database, List<SqlConnection> writers, Map<UUID, Integer> lanes) {
        static Place open(String change) {
            var database = TestDb.fresh(VERTX, List.of("orgs"));
            database.asOwner("""
                    CREATE SCHEMA test;
                    CREATE TABLE test.effects (place bigserial, reader text, project uuid, number int);
                    GRANT USAGE ON SCHEMA test TO PUBLIC;
                    GRANT ALL ON ALL TABLES IN SCHEMA test TO PUBLIC;
                    GRANT ALL ON ALL SEQUENCES IN SCHEMA test TO PUBLIC;
                    """ + change);
            var writers = Stream.of("orgs", "orgs", "orgs")
                    .map(role -> (SqlConnection)
                            await(PgConnection.connect(VERTX, database.server().domain(role))))
                    .toList();
            return new Place(database, writers, keys(database));
        }

        private static Map<UUID, Integer> keys(TestDb database) {
            var byLane = new TreeMap<Integer, List<UUID>>();
            var sql = "SELECT k, events.lane_of(k::text) FROM (SELECT lpad(n::text, 32, '0')::uuid AS k"
                    + " FROM generate_series(1, 40) AS n) AS keys ORDER BY k";
            for (var row : await(database.db().kernel().query(sql).execute())) {
                byLane.computeIfAbsent(row.getInteger(1), lane -> new ArrayList<>())
                        .add(row.getUUID(0));
            }
            var keys = new TreeMap<UUID, Integer>();
            byLane.forEach((lane, some) -> {
                int wanted = keys.isEmpty() && some.size() >= 3 ? 3 : keys.size() == 3 ? 1 : 0;
                some.stream().limit(wanted).forEach(key -> keys.put(key, lane));
            });
            return keys;
        }
    }

    /** A transaction that appended an event and is still open, or none. */
    private static final class Writer {
        private final SqlConnection connection;
        private @Nullable UUID key;
        private int number;

        Writer(SqlConnection connection) {
            this.connection = connection;
        }
    }

    /** One node's way to the lanes. */
    private record Node(Faults faults, Batch batch) {}

    private static final class World {
        private final Simulation seed;
        private final Place in;
        private final String name = "seed" + WORLDS.incrementAndGet();
        private final List<Writer> writers;
        private final List<Node> nodes = new ArrayList<>();
        private final Map<UUID, List<Integer>> written = new HashMap<>();
        private final Set<String> poison = new HashSet<>();
        private int number;
        private boolean healed;
        private boolean inside;

        World(Simulation seed, Place in) {
            this.seed = seed;
            this.in = in;
            this.writers = in.writers().stream().map(Writer::new).toList();
            var types = new Follows(Contracts.load(), List.of(new Follow<>(Orgs.ProjectCreated.class, this::apply)));
            for (int i = 0; i < 2; i++) {
                var faults = new Faults(in.database().db().domain("orgs"));
                nodes.add(new Node(faults, new Batch(reader(), "orgs", faults, types, null, Clock.systemUTC())));
            }
            await(in.database()
                    .db()
                    .kernel()
                    .preparedQuery("SELECT events.register($1, $2, false)")
                    .execute(Tuple.tuple().addString(reader()).addArrayOfString(types.types())));
        }

        private String reader() {
            return "orgs." + name;
        }

        private UUID anyKey() {
            var keys = List.copyOf(in.lanes().keySet());
            return keys.get(seed.below(keys.size()));
        }

        private int lane(UUID key) {
            return in.lanes().get(key);
        }

        private Future<?> apply(Work work, Fact<Orgs.ProjectCreated> fact) {
            var key = fact.event().projectId();
            int one = Integer.parseInt(fact.event().name());
            return work.run(EFFECT, reader(), key, one).compose(done -> {
                if (!healed && poison.contains(key + ":" + one)) {
                    return Future.failedFuture(new IllegalStateException("poison"));
                }
                return meanwhile(key);
            });
        }

        /** What others do while a batch is under way: the other node looks at the same lane, a writer commits. */
        private Future<?> meanwhile(UUID key) {
            if (inside || !seed.chance(0.2)) {
                return Future.succeededFuture();
            }
            inside = true;
            return seed.chance(0.5)
                    ? nodes.get(1)
                            .batch()
                            .run(lane(key), 5, new AtomicLong())
                            .map(outcome -> {
                                assertThat(outcome).isEqualTo(Batch.Outcome.NOTHING);
                                return outcome;
                            })
                            .eventually(() -> {
                                inside = false;
                                return Future.succeededFuture();
                            })
                    : write(writers.get(seed.below(3))).onComplete(done -> inside = false);
        }

        /** Begins a transaction that appends, or ends the one that is open. */
        private Future<?> write(Writer writer) {
            var open = writer.key;
            if (open != null) {
                boolean kept = seed.chance(0.8);
                writer.key = null;
                if (kept) {
                    written.computeIfAbsent(open, key -> new ArrayList<>()).add(writer.number);
                }
                return writer.connection.query(kept ? "COMMIT" : "ROLLBACK").execute();
            }
            var key = anyKey();
            if (writers.stream().anyMatch(other -> key.equals(other.key))) {
                return Future.succeededFuture();
            }
            writer.key = key;
            writer.number = ++number;
            if (seed.chance(0.1)) {
                poison.add(key + ":" + writer.number);
            }
            return writer.connection
                    .query("BEGIN")
                    .execute()
                    .compose(begun -> LogWriter.append(writer.connection, ORG, key, writer.number));
        }

        /** Others do nothing beside a batch that breaks: it ends at once, and they would go on behind it. */
        private void fault(Node node) {
            inside = true;
            if (seed.chance(0.3)) {
                node.faults().killBefore(seed.between(1, 5));
            } else if (seed.chance(0.2)) {
                node.faults().loseAnswer();
            } else {
                inside = false;
            }
        }

        /** A batch, and what a reader does when an event in it is to blame. Answers whether there may be more. */
        private boolean read(Node node, int lane, int max) {
            var at = new AtomicLong(-1);
            var outcome = settled(node.batch().run(lane, max, at));
            if (outcome.succeeded()) {
                return !outcome.result().equals(Batch.Outcome.NOTHING);
            }
            if (outcome.cause() instanceof AssertionError wrong) {
                throw wrong;
            }
            if (max == 1 && "poison".equals(outcome.cause().getMessage())) {
                settled(node.batch().parkNext(lane, at.get(), "poison"));
            }
            return true;
        }

        private static <T> AsyncResult<T> settled(Future<T> future) {
            return await(future.transform(Future::succeededFuture));
        }

        void play() {
            for (int step = 0; step < STEPS; step++) {
                if (seed.chance(0.6)) {
                    await(write(writers.get(seed.below(3))));
                } else {
                    var node = nodes.get(seed.below(2));
                    fault(node);
                    read(node, lane(anyKey()), seed.chance(0.5) ? 1 : 100);
                    inside = false;
                }
            }
            for (var writer : writers) {
                if (writer.key != null) {
                    await(write(writer));
                }
            }
            inside = true;
            drain();
            assertThat(effects().keySet()).isSubsetOf(written.keySet());
            healed = true;
            for (var key : in.lanes().keySet()) {
                retry(key);
            }
            assertThat(effects()).isEqualTo(written);
        }

        private void drain() {
            for (int lane : Set.copyOf(in.lanes().values())) {
                boolean more = true;
                for (int reads = 0; more; reads++) {
                    assertThat(reads).as("reads of one lane").isLessThan(10 * STEPS);
                    more = read(nodes.getFirst(), lane, 1);
                }
            }
        }

        private void retry(UUID key) {
            var node = nodes.getLast();
            fault(node);
            inside = true;
            boolean more = true;
            while (more) {
                var again = settled(node.batch().retryOldest(key.toString()));
                more = again.failed() || again.result();
            }
        }

        private Map<UUID, List<Integer>> effects() {
            var effects = new HashMap<UUID, List<Integer>>();
            var sql = "SELECT project, number FROM test.effects WHERE reader = $1 ORDER BY place";
            for (var row : await(in.database().db().kernel().preparedQuery(sql).execute(Tuple.of(reader())))) {
                effects.computeIfAbsent(row.getUUID(0), key -> new ArrayList<>())
                        .add(row.getInteger(1));
            }
            return effects;
        }
    }

    @Test
    void each_event_has_its_effect_once_and_in_order_wherever_a_reader_dies() {
        Simulation.everySeed(12, seed -> new World(seed, place).play());
    }

    @Test
    void without_the_horizon_events_of_slow_writers_are_skipped() {
        var blind = Place.open("""
                CREATE OR REPLACE FUNCTION events.horizon() RETURNS bigint
                LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS
                'SELECT last_value FROM events.log_seq_seq';
                """);
        Simulation.someSeedFails(40, seed -> new World(seed, blind).play());
    }
}
