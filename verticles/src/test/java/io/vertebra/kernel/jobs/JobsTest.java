package io.vertebra.kernel.jobs;

import static io.vertebra.testing.Await.await;
import static io.vertebra.testing.Await.failure;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertebra.bus.Call;
import io.vertebra.bus.Caller;
import io.vertebra.kernel.config.JobsSettings;
import io.vertebra.kernel.db.Db;
import io.vertebra.kernel.db.Transactions;
import io.vertebra.kernel.errors.ErrorBus;
import io.vertebra.kernel.health.Health;
import io.vertebra.kernel.health.State;
import io.vertebra.testing.TestDb;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class JobsTest {
    private static Vertx vertx;
    private static Db db;
    private static Transactions transactions;
    private final Health health = new Health(Clock.systemUTC());
    private final List<Jobs> nodes = new ArrayList<>();

    @BeforeAll
    static void open() {
        vertx = Vertx.vertx();
        db = TestDb.fresh(vertx, List.of("orgs", "oracle")).db();
        transactions = db.domain("orgs");
    }

    @AfterEach
    void stop() {
        nodes.forEach(node -> await(node.stop()));
    }

    @AfterAll
    static void close() {
        await(db.close());
        await(vertx.close());
    }

    @Test
    void of_two_nodes_one_runs_a_job_at_a_time() {
        var now = new AtomicInteger();
        var most = new AtomicInteger();
        var runs = new AtomicInteger();
        var enough = Promise.<Void>promise();
        for (var name : List.of("a", "b")) {
            var node = node(name);
            node.add("orgs", "together", Schedule.each(Duration.ofMillis(10)), transactions, run -> {
                most.accumulateAndGet(now.incrementAndGet(), Math::max);
                return vertx.timer(20).onComplete(over -> {
                    now.decrementAndGet();
                    if (runs.incrementAndGet() == 10) {
                        enough.tryComplete();
                    }
                });
            });
            await(node.start());
        }
        await(enough.future());
        assertThat(most).hasValue(1);
    }

    @Test
    void work_of_an_owner_whose_job_was_taken_over_is_refused() {
        submit("orgs.fenced", "");
        assertThat(claim("orgs.fenced", "paused", 0)).isEqualTo(1);
        assertThat(claim("orgs.fenced", "next", 60_000)).isEqualTo(2);
        assertThat(failure(run("orgs.fenced", 1).inWork(work -> work.run("SELECT 1"))))
                .hasMessageContaining("belongs to another run");
        int touched = await(run("orgs.fenced", 2).inWork(work -> work.run("SELECT 1")));
        assertThat(touched).isEqualTo(1);
    }

    @Test
    void nobody_takes_a_job_over_while_its_owner_is_in_a_transaction() {
        submit("orgs.held", "");
        assertThat(claim("orgs.held", "owner", 0)).isEqualTo(1);
        var hold = Promise.<Void>promise();
        var inside = Promise.<Void>promise();
        var work = run("orgs.held", 1).inWork(tx -> {
            inside.complete();
            return hold.future();
        });
        await(inside.future());
        assertThat(claim("orgs.held", "thief", 0)).as("skips what is held").isZero();
        hold.complete();
        await(work);
        assertThat(claim("orgs.held", "next", 60_000)).isEqualTo(2);
    }

    @Test
    void a_run_that_outlives_its_leases_goes_on_as_long_as_they_are_renewed() {
        var done = Promise.<Integer>promise();
        for (var name : List.of("a", "b")) {
            var node = node(name, Duration.ofMillis(300));
            node.add("orgs", "long", Schedule.onDemand(), transactions, run -> steps(run, 12)
                    .onComplete(done));
            await(node.start());
        }
        submit("orgs.long", "");
        assertThat(await(done.future())).isEqualTo(12);
        while (await(nodes.getFirst().standing()).stream()
                .anyMatch(job -> job.name().equals("orgs.long"))) {
            await(vertx.timer(20));
        }
    }

    /** So many transactions with a pause between, over several leases. */
    private static Future<Integer> steps(Run run, int steps) {
        return steps == 0
                ? Future.succeededFuture(0)
                : vertx.timer(100)
                        .compose(paused -> run.inWork(work -> work.run("SELECT 1")))
                        .compose(done -> steps(run, steps - 1))
                        .map(before -> before + 1);
    }

    @Test
    void a_run_that_learns_that_it_was_taken_over_writes_nothing_more() {
        var run = run("orgs.lost", 1);
        run.lose();
        assertThat(failure(run.inWork(work -> work.run("SELECT 1")))).hasMessageContaining("belongs to another run");
    }

    @Test
    void a_failing_job_is_retried_and_says_why_it_failed() {
        var failures = new AtomicInteger();
        var done = Promise.<Void>promise();
        var node = node("a");
        node.add("orgs", "shaky", Schedule.cron("0 0 1 1 *"), transactions, run -> {
            if (failures.incrementAndGet() < 3) {
                throw new IllegalStateException("not yet");
            }
            return Future.succeededFuture().onComplete(ok -> done.complete());
        });
        await(node.start());
        runNow("orgs.shaky");
        await(done.future());
        await(node.stop());
        var standing = await(node.standing()).stream()
                .filter(job -> job.name().equals("orgs.shaky"))
                .findFirst()
                .orElseThrow();
        assertThat(standing.failures()).isEqualTo(2);
        assertThat(standing.runs()).isEqualTo(3);
        assertThat(standing.attempts()).isZero();
        assertThat(standing.lastError()).contains("not yet");
        assertThat(standing.nextRunAt()).isAfter(Clock.systemUTC().instant());
    }

    @Test
    void a_one_off_runs_once_with_its_arguments_and_goes() {
        var seen = Promise.<String>promise();
        var node = node("a");
        node.add("orgs", "purge", Schedule.onDemand(), transactions, run -> run.inWork(work -> work.run("SELECT 1"))
                .onSuccess(ok -> seen.complete(run.arguments())));
        await(node.start());
        await(transactions.open(
                call(),
                work -> work.run("SELECT jobs.submit('orgs.purge:1', 'orgs.purge', '{\"org\":1}', $1)", work.now())));
        assertThat(await(seen.future())).isEqualTo("{\"org\":1}");
        await(node.stop());
        assertThat(await(node.standing())).noneMatch(job -> job.name().equals("orgs.purge:1"));
    }

    @Test
    void a_one_off_that_keeps_failing_gives_up_visibly_and_a_person_can_run_it() {
        var runs = new AtomicInteger();
        var node = node("a");
        node.add("orgs", "doomed", Schedule.onDemand(), transactions, run -> {
            runs.incrementAndGet();
            return Future.failedFuture("broken");
        });
        await(node.start());
        submit("orgs.doomed", "");
        while (!(standing(node, "orgs.doomed").nextRunAt() == null
                && standing(node, "orgs.doomed").attempts() == 3)) {
            await(vertx.timer(20));
        }
        assertThat(standing(node, "orgs.doomed").lastError()).contains("broken");
        assertThat(health.part("jobs").status().state()).isEqualTo(State.DEGRADED);
        assertThat(health.part("jobs").status().detail()).contains("orgs.doomed failed 3 times");
        runNow("orgs.doomed");
        while (runs.get() < 4) {
            await(vertx.timer(20));
        }
    }

    private static void runNow(String name) {
        await(db.domain("oracle").open(call(), work -> new JobsAdmin().runNow(work, name)));
    }

    private static Jobs.Standing standing(Jobs node, String name) {
        return await(node.standing()).stream()
                .filter(job -> job.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private Jobs node(String name) {
        return node(name, Duration.ofSeconds(5));
    }

    private Jobs node(String name, Duration lease) {
        var settings =
                new JobsSettings(Duration.ofMillis(20), 4, lease, 3, Duration.ofMillis(20), Duration.ofMillis(100));
        var clock = Clock.systemUTC();
        var node = new Jobs(new Jobs.Surroundings(
                vertx,
                db.kernel(),
                settings,
                name,
                new SimpleMeterRegistry(),
                health,
                new ErrorBus(Clock.systemUTC(), new SimpleMeterRegistry(), 100),
                clock));
        nodes.add(node);
        return node;
    }

    private static void submit(String name, String arguments) {
        await(transactions.open(
                call(),
                work -> work.run(
                        "SELECT jobs.submit($1, $1, $2, $3)",
                        name,
                        arguments,
                        work.now().minusSeconds(1))));
    }

    /** The token of the claim; 0 when there was nothing to claim. */
    private static long claim(String handler, String owner, long leaseMs) {
        var sql = "SELECT token FROM jobs.claim(ARRAY['" + handler + "'], '" + owner + "', " + leaseMs + ", now())";
        var rows = await(db.kernel().query(sql).execute());
        return rows.size() == 0 ? 0 : rows.iterator().next().getLong(0);
    }

    private static JobRun run(String name, long token) {
        var service = Caller.service("orgs");
        return new JobRun(name, "", token, service, transactions, Duration.ofSeconds(5), Clock.systemUTC());
    }

    private static Call call() {
        return Call.inside(Caller.service("orgs"), Clock.systemUTC().millis() + 30_000);
    }
}
