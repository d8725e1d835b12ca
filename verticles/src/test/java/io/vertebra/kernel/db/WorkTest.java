package io.vertebra.kernel.db;

import static io.vertebra.kernel.db.ThingsDb.COUNT;
import static io.vertebra.kernel.db.ThingsDb.INSERT;
import static io.vertebra.kernel.db.ThingsDb.member;
import static io.vertebra.kernel.db.ThingsDb.within;
import static io.vertebra.testing.Await.await;
import static io.vertebra.testing.Await.failure;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertebra.bus.Call;
import io.vertebra.bus.Caller;
import io.vertebra.bus.Grant;
import io.vertebra.bus.Problem;
import io.vertebra.bus.ProblemType;
import io.vertebra.bus.Problems;
import io.vertebra.testing.CutProxy;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WorkTest {
    private ThingsDb things;
    private final UUID org = UUID.randomUUID();

    @BeforeEach
    void open() {
        things = ThingsDb.open();
    }

    @AfterEach
    void close() {
        things.close();
    }

    @Test
    void a_change_its_audit_record_and_its_event_commit_together() {
        var call = member(org);
        var made = await(things.make(call, "one")).answer();
        assertThat(things.number(COUNT)).isEqualTo(1);
        assertThat(things.text("SELECT action || ' ' || target || ' ' || outcome || ' ' || role || ' ' || chain"
                        + " FROM audit.records"))
                .isEqualTo("Things.MakeThing thingId:" + made.id() + " done member " + org);
        assertThat(things.text("SELECT type || ' ' || key || ' ' || org_id || ' ' || actor FROM events.log"))
                .isEqualTo("Things.ThingMade " + made.id() + " " + org + " "
                        + call.caller().id());
    }

    @Test
    void one_event_and_several_are_written_alike() {
        var rows = new ArrayList<String>();
        for (int count = 1; count <= 2; count++) {
            int events = count;
            var id = UUID.randomUUID();
            await(things.things().work(member(org), ThingsDb.MAKE, new Things.MakeThing(org, "one"), work -> {
                for (int i = 0; i < events; i++) {
                    work.emit(new Things.ThingMade(org, id));
                }
                return work.run("SELECT 1");
            }));
            var written = things.text("SELECT string_agg((l.lane = events.lane_of(l.key))"
                    + " || ' ' || l.type || ' ' || l.version || ' ' || l.org_id || ' ' || l.key"
                    + " || ' ' || l.request || ' '"
                    + " || l.data, ';') FROM events.log l WHERE key = '" + id + "'");
            rows.addAll(java.util.List.of(written.replace(id.toString(), "id").split(";")));
        }
        assertThat(rows).hasSize(3).containsOnly(rows.getFirst());
        assertThat(rows.getFirst()).startsWith("true Things.ThingMade 1 " + org + " id request {\"orgId\":");
    }

    @Test
    void a_database_that_went_away_is_found_again_when_it_is_back() {
        try (var proxy = new CutProxy(things.database.port());
                var node = things.node(proxy.port(), 2)) {
            await(node.make(member(org), "before"));
            proxy.refuse(true);
            for (int i = 0; i < 3; i++) {
                assertThat(failure(node.make(member(org), "during"))).satisfies(is(Problems.UNAVAILABLE));
                assertThat(failure(node.things().read(member(org), read -> read.list(COUNT, row -> row.getLong(0)))))
                        .satisfies(is(Problems.UNAVAILABLE));
            }
            proxy.refuse(false);
            await(node.make(member(org), "after"));
            var counted = await(node.things().read(member(org), read -> read.list(COUNT, row -> row.getLong(0))));
            assertThat(counted).containsExactly(2L);
        }
    }

    @Test
    void a_failing_handler_leaves_nothing_behind() {
        var failed = failure(things.work(member(org), work -> work.run(INSERT, org, work.newId(), "one")
                .compose(done -> Future.failedFuture(Problem.notFound("thing")))));
        assertThat(failed).satisfies(is(Problems.NOT_FOUND));
        assertThat(things.number(COUNT)).isZero();
    }

    @Test
    void a_handler_that_throws_leaves_no_transaction_on_the_connection() {
        try (var node = things.node(things.database.port(), 1)) {
            assertThat(failure(node.work(member(org), work -> {
                        work.run(INSERT, org, work.newId(), "one");
                        throw new IllegalStateException("bug");
                    })))
                    .hasMessage("bug");
            var state = await(node.things()
                    .writers()
                    .pool()
                    .query("SELECT pg_current_xact_id_if_assigned()::text, current_setting('app.org', true)")
                    .execute());
            assertThat(state.iterator().next().getString(0)).isNull();
            assertThat(state.iterator().next().getString(1)).isEmpty();
            assertThat(things.number(COUNT)).isZero();
        }
    }

    @Test
    void a_swallowed_failure_is_no_success() {
        var swallowed = failure(things.work(member(org), work -> work.run(INSERT, org, work.newId(), "one")
                .compose(done -> work.run("SELECT 1 / 0"))
                .recover(failed -> Future.succeededFuture(0))));
        assertThat(swallowed).hasMessageContaining("division by zero");
        assertThat(things.number(COUNT)).isZero();
    }

    @Test
    void a_failure_that_nobody_waited_for_is_no_success() {
        var failed = failure(things.work(member(org), work -> {
            var done = work.run(INSERT, org, work.newId(), "one");
            return done.map(one -> {
                work.run("SELECT 1 / 0");
                return one;
            });
        }));
        assertThat(failed).hasMessageContaining("division by zero");
        assertThat(things.number(COUNT)).isZero();
    }

    @Test
    void a_refused_closing_statement_is_reported_not_the_commit() {
        things.execute("ALTER TABLE audit.records ADD CONSTRAINT nothing_passes CHECK (action = '') NOT VALID");
        assertThat(failure(things.make(member(org), "one"))).hasMessageContaining("nothing_passes");
        assertThat(things.number(COUNT)).isZero();
        assertThat(things.number("SELECT count(*) FROM events.log")).isZero();
    }

    @Test
    void a_statement_after_the_end_does_not_reach_the_connection() {
        var kept = new AtomicReference<Work>();
        await(things.work(member(org), work -> {
            kept.set(work);
            return work.run(INSERT, org, work.newId(), "one");
        }));
        assertThat(failure(kept.get().run("DELETE FROM things.things"))).hasMessageContaining("has ended");
    }

    @Test
    void a_violated_constraint_is_the_problem_that_it_stands_for() {
        things.things().constraint("things_name_key", Problem.of(Problems.CONFLICT, "The name is taken."));
        await(things.make(member(org), "one"));
        assertThat(failure(things.make(member(org), "one"))).satisfies(is(Problems.CONFLICT));
    }

    @Test
    void a_row_of_a_tenant_that_was_not_granted_cannot_be_written() {
        var other = UUID.randomUUID();
        assertThat(failure(things.work(member(org), work -> work.run(INSERT, other, work.newId(), "one"))))
                .satisfies(is(Problems.NOT_FOUND));
        assertThat(failure(things.work(
                        member(UUID.randomUUID(), null, null), work -> work.run(INSERT, org, work.newId(), "one"))))
                .satisfies(is(Problems.NOT_FOUND));
        assertThat(things.number(COUNT)).isZero();
    }

    @Test
    void transactions_that_deadlock_run_again() {
        var met = new ConcurrentHashMap<String, Promise<Void>>(Map.of("a", Promise.promise(), "b", Promise.promise()));
        var runs = new AtomicInteger();
        var both = Future.all(
                things.work(member(org), work -> crossing(work, "a", "b", met, runs)),
                things.work(member(org), work -> crossing(work, "b", "a", met, runs)));
        await(both);
        assertThat(runs.get()).isGreaterThanOrEqualTo(3);
        assertThat(things.number("SELECT sum(value)::bigint FROM things.counters"))
                .isEqualTo(4);
    }

    private Future<Integer> crossing(
            Work work, String first, String second, Map<String, Promise<Void>> met, AtomicInteger runs) {
        runs.incrementAndGet();
        var add = "UPDATE things.counters SET value = value + 1 WHERE name = $1";
        return work.run(add, first)
                .compose(locked -> {
                    met.get(first).tryComplete();
                    return met.get(second).future();
                })
                .compose(ready -> work.run(add, second));
    }

    @Test
    void a_statement_ends_with_the_deadline() {
        assertThat(failure(things.work(within(member(org), 300), work -> work.run("SELECT pg_sleep(10)"))))
                .satisfies(is(Problems.DEADLINE_EXCEEDED));
        assertThat(failure(things.work(within(member(org), -1), work -> work.run("SELECT 1"))))
                .satisfies(is(Problems.DEADLINE_EXCEEDED));
    }

    @Test
    void a_founded_tenant_can_be_written_to() {
        var founder = member(UUID.randomUUID(), null, null);
        var founded = await(things.work(founder, work -> work.foundTenant()
                .compose(tenant -> work.run(INSERT, tenant, work.newId(), "one").map(tenant))));
        assertThat(things.number(COUNT + " WHERE org_id = '" + founded + "'")).isEqualTo(1);
        var seen = await(things.things()
                .read(member(founded), read -> read.list("SELECT id, name FROM things.things", ThingsDb::thing)));
        assertThat(seen).hasSize(1);
    }

    @Test
    void only_a_platform_grant_goes_beyond_tenants() {
        await(things.make(member(org), "one"));
        var sql = "SELECT id, name FROM things.things";
        assertThat(failure(things.work(member(UUID.randomUUID()), Work::platform)))
                .satisfies(is(Problems.FORBIDDEN));
        var operator = operator();
        var without = await(things.work(operator, work -> work.list(sql, ThingsDb::thing)));
        var beyond =
                await(things.work(operator, work -> work.platform().compose(all -> all.list(sql, ThingsDb::thing))));
        var read = await(things.things().read(operator, reading -> reading.list(sql, ThingsDb::thing)));
        assertThat(without).isEmpty();
        assertThat(beyond).hasSize(1);
        assertThat(read).hasSize(1);
    }

    private static Call operator() {
        var caller = member(UUID.randomUUID()).caller().with(new Grant(null, null, "things.things.admin", "operator"));
        return member(UUID.randomUUID()).by(caller);
    }

    @Test
    void touched_subjects_are_pushed_after_the_commit_and_before_the_answer() {
        var pushed = new ArrayList<Map<UUID, Long>>();
        var subject = UUID.randomUUID();
        things.db.onTouched(raised -> {
            pushed.add(raised);
            return Future.succeededFuture();
        });
        for (int i = 0; i < 2; i++) {
            await(things.work(member(org), work -> {
                work.touch(subject);
                work.touch(Caller.NOBODY);
                return work.run(INSERT, org, work.newId(), work.newId().toString());
            }));
        }
        assertThat(pushed)
                .containsExactly(Map.of(subject, 1L, Caller.NOBODY, 1L), Map.of(subject, 2L, Caller.NOBODY, 2L));
        assertThat(things.number("SELECT epoch FROM kernel.epochs WHERE subject = '" + subject + "'"))
                .isEqualTo(2);
    }

    @Test
    void more_work_than_connections_waits_its_turn() {
        try (var node = things.node(things.database.port(), 1)) {
            var all = new ArrayList<Future<?>>();
            for (int i = 0; i < 50; i++) {
                all.add(node.make(member(org), "thing " + i));
            }
            await(Future.all(all));
            assertThat(things.number(COUNT)).isEqualTo(50);
        }
    }

    private static org.assertj.core.api.ThrowingConsumer<Throwable> is(ProblemType type) {
        return failure -> assertThat(failure)
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.code()).isEqualTo(type.code()));
    }
}
