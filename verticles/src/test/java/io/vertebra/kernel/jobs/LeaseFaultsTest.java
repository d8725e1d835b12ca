package io.vertebra.kernel.jobs;

import static io.vertebra.testing.Await.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertebra.bus.Caller;
import io.vertebra.testing.Faults;
import io.vertebra.testing.Simulation;
import io.vertebra.testing.TestDb;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnection;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Clock;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Three nodes share a one-off on the real PostgreSQL while leases run out, nodes pause and die, connections break
 * between statements and answers are lost: each step in the order that a seed says.
 */
class LeaseFaultsTest {
    private static final String EFFECT = "INSERT INTO test.effects (job, token) VALUES ($1, $2)";
    private static final String EXPIRE = "UPDATE jobs.jobs SET lease_until = clock_timestamp() WHERE name = $1";
    private static final String SUBMIT = "SELECT jobs.submit($1, $1, '', now() - interval '1 second')";
    private static final String TOKENS = "SELECT token FROM test.effects WHERE job = $1 ORDER BY place";
    private static final long LEASE_MS = 60_000;
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

    private record Place(TestDb database, SqlConnection owner) {
        static Place open(String change) {
            var database = TestDb.fresh(VERTX, List.of("orgs"));
            database.asOwner("""
                    CREATE SCHEMA test;
                    CREATE TABLE test.effects (place bigserial, job text, token bigint);
                    GRANT USAGE ON SCHEMA test TO PUBLIC;
                    GRANT ALL ON ALL TABLES IN SCHEMA test TO PUBLIC;
                    GRANT ALL ON ALL SEQUENCES IN SCHEMA test TO PUBLIC;
                    """ + change);
            return new Place(
                    database,
                    await(PgConnection.connect(VERTX, database.server().owner())));
        }
    }

    /** What one node believes: that it runs the job with this token, or nothing. */
    private static final class Node {
        private final String name;
        private final Faults faults;
        private @Nullable JobRun run;
        private long token;

        Node(String name, Faults faults) {
            this.name = name;
            this.faults = faults;
        }
    }

    private static final class World {
        private final Simulation seed;
        private final Place in;
        private final String job = "orgs.seed" + WORLDS.incrementAndGet();
        private final List<Node> nodes;
        /** The newest token. */
        private long latest;
        /** Whether the newest run still holds the job. */
        private boolean held;

        private boolean expired;
        private boolean done;

        World(Simulation seed, Place in) {
            this.seed = seed;
            this.in = in;
            this.nodes = Stream.of("a", "b", "c")
                    .map(name -> new Node(name, new Faults(in.database().db().domain("orgs"))))
                    .toList();
            kernel(SUBMIT, Tuple.of(job));
        }

        private RowSet<Row> kernel(String sql, Tuple parameters) {
            return await(in.database().db().kernel().preparedQuery(sql).execute(parameters));
        }

        private static OffsetDateTime now() {
            return OffsetDateTime.now(Clock.systemUTC()).withOffsetSameInstant(ZoneOffset.UTC);
        }

        private Future<RowSet<Row>> asking(Node node) {
            return in.database()
                    .db()
                    .kernel()
                    .preparedQuery(Jobs.CLAIM)
                    .execute(Tuple.of(new String[] {job}, node.name, LEASE_MS, now()));
        }

        private void claim(Node node) {
            var rows = await(asking(node));
            boolean free = !done && (!held || expired);
            assertThat(rows.size()).as("claims what is free, and only that").isEqualTo(free ? 1 : 0);
            if (free) {
                node.token = rows.iterator().next().getLong(4);
                assertThat(node.token).isGreaterThan(latest);
                latest = node.token;
                held = true;
                expired = false;
                node.run = new JobRun(
                        job,
                        "",
                        node.token,
                        Caller.service("orgs"),
                        node.faults,
                        Duration.ofMillis(LEASE_MS),
                        Clock.systemUTC());
            }
        }

        private void expire() {
            await(in.owner().preparedQuery(EXPIRE).execute(Tuple.of(job)));
            expired = true;
        }

        private boolean mayWrite(Node node) {
            return held && node.token == latest;
        }

        /** A step of the run; while it writes nobody else may take the job, not even when its lease is over. */
        private void work(Node node, JobRun run) {
            boolean faulty = seed.chance(0.4);
            if (faulty && seed.chance(0.6)) {
                node.faults.killBefore(seed.between(1, 3));
            } else if (faulty) {
                node.faults.loseAnswer();
            }
            var thief = nodes.get(seed.below(3));
            boolean stolen = seed.chance(0.3);
            AsyncResult<Integer> outcome = settled(run.inWork(work -> work.run(EFFECT, job, node.token)
                    .compose(written -> stolen
                            ? in.owner()
                                    .preparedQuery("SELECT 1")
                                    .execute()
                                    .compose(waited -> asking(thief))
                                    .map(RowSet::size)
                            : Future.succeededFuture(0))));
            if (!mayWrite(node)) {
                assertThat(outcome.failed()).as("stale work is refused").isTrue();
            } else if (!faulty) {
                assertThat(outcome.succeeded()).isTrue();
                assertThat(outcome.result())
                        .as("nobody claims what is written in")
                        .isZero();
            }
        }

        private static <T> AsyncResult<T> settled(Future<T> future) {
            return await(future.transform(Future::succeededFuture));
        }

        private void renew(Node node) {
            boolean renewed = kernel(Jobs.RENEW, Tuple.of(job, node.token, LEASE_MS))
                    .iterator()
                    .next()
                    .getBoolean(0);
            assertThat(renewed).isEqualTo(mayWrite(node));
            expired = expired && !renewed;
        }

        private void finish(Node node, boolean well) {
            var parameters = Tuple.tuple()
                    .addString(job)
                    .addLong(node.token)
                    .addOffsetDateTime(now())
                    .addOffsetDateTime(well ? null : now().minusSeconds(1))
                    .addString(well ? null : "broken");
            boolean noted = kernel(Jobs.FINISH, parameters).iterator().next().getBoolean(0);
            assertThat(noted).as("only the newest run ends the job").isEqualTo(mayWrite(node));
            held = held && !noted;
            done = done || noted && well;
            // The note may have been made and its answer lost: then the node tries it again.
            if (seed.chance(0.7)) {
                node.run = null;
            }
        }

        private void step(Node node) {
            var run = node.run;
            int dice = seed.below(10);
            if (run == null) {
                claim(node);
            } else if (dice < 5) {
                work(node, run);
            } else if (dice < 6) {
                renew(node);
            } else if (dice < 7) {
                finish(node, seed.chance(0.3));
            } else if (dice < 8) {
                node.run = null;
            } else if (held) {
                expire();
            }
        }

        void play() {
            for (int step = 0; step < STEPS; step++) {
                step(nodes.get(seed.below(3)));
            }
            if (!done) {
                expire();
                var last = nodes.getFirst();
                claim(last);
                finish(last, true);
            }
            claim(nodes.getLast());
            var tokens = Stream.<Long>builder();
            kernel(TOKENS, Tuple.of(job)).forEach(row -> tokens.add(row.getLong(0)));
            assertThat(tokens.build()).as("in the order of the runs").isSorted();
        }
    }

    @Test
    void a_job_has_one_owner_at_a_time_and_nobody_else_writes() {
        Simulation.everySeed(30, seed -> new World(seed, place).play());
    }

    @Test
    void without_the_fence_stale_work_gets_through() {
        var open = Place.open("""
                CREATE OR REPLACE FUNCTION jobs.guard(p_name text, p_token bigint) RETURNS void
                LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS 'BEGIN END';
                """);
        Simulation.someSeedFails(30, seed -> new World(seed, open).play());
    }
}
