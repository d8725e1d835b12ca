package io.vertebra.kernel.db;

import static io.vertebra.kernel.db.ThingsDb.COUNT;
import static io.vertebra.kernel.db.ThingsDb.INSERT;
import static io.vertebra.kernel.db.ThingsDb.member;
import static io.vertebra.testing.Await.await;
import static io.vertebra.testing.Await.failure;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertebra.bus.Problem;
import io.vertebra.bus.Problems;
import io.vertebra.kernel.bus.Answered;
import io.vertebra.testing.CutProxy;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class IdempotencyTest {
    private static ThingsDb things;
    private final UUID org = UUID.randomUUID();
    private final UUID person = UUID.randomUUID();

    @BeforeAll
    static void open() {
        things = ThingsDb.open();
    }

    @AfterAll
    static void close() {
        things.close();
    }

    @BeforeEach
    void empty() {
        things.execute("TRUNCATE things.things, kernel.idempotency");
    }

    @Test
    void two_hundred_parallel_requests_under_one_key_have_one_effect() {
        try (var second = things.node(things.database.port(), 8);
                var third = things.node(things.database.port(), 8)) {
            var nodes = new ThingsDb[] {things, second, third};
            for (int round = 0; round < 5; round++) {
                race(nodes, "key " + round);
                assertThat(things.number(COUNT)).isEqualTo(round + 1);
            }
        }
    }

    private void race(ThingsDb[] nodes, String key) {
        var all = new ArrayList<Future<Answered<Things.Thing>>>();
        for (int i = 0; i < 200; i++) {
            all.add(nodes[i % nodes.length].make(member(person, org, key), key));
        }
        await(Future.join(all).otherwiseEmpty());
        var answers = new HashSet<Things.Thing>();
        for (var each : all) {
            if (each.succeeded()) {
                answers.add(each.result().answer());
            } else {
                assertThat(code(each.cause())).isEqualTo(Problems.REQUEST_IN_PROGRESS.code());
            }
        }
        assertThat(answers).hasSize(1);
    }

    @Test
    void the_same_request_gets_the_kept_answer() {
        var first = await(things.make(member(person, org, "key"), "one"));
        var second = await(things.make(member(person, org, "key"), "one"));
        assertThat(first.replayed()).isFalse();
        assertThat(second).isEqualTo(new Answered<>(first.answer(), true));
        assertThat(things.number("SELECT count(*) FROM audit.records WHERE actor = '" + person + "'"))
                .isEqualTo(1);
    }

    @Test
    void a_replay_does_not_depend_on_what_the_handler_finds() {
        await(things.make(member(person, org, "key"), "one"));
        var refused = things.things()
                .work(member(person, org, "key"), ThingsDb.MAKE, new Things.MakeThing(org, "one"), work -> {
                    throw Problem.notFound("org");
                });
        assertThat(await(refused).replayed()).isTrue();
    }

    @Test
    void a_replay_does_not_prepare_again() {
        var prepared = new AtomicInteger();
        for (int i = 0; i < 3; i++) {
            var answer = await(things.things()
                    .work(
                            member(person, org, "key"),
                            ThingsDb.MAKE,
                            new Things.MakeThing(org, "one"),
                            read -> Future.succeededFuture(prepared.incrementAndGet()),
                            (work, count) ->
                                    work.change("thing", INSERT, ThingsDb::thing, org, work.newId(), "one " + count)));
            assertThat(answer.answer().name()).isEqualTo("one 1");
            assertThat(answer.replayed()).isEqualTo(i > 0);
        }
        assertThat(prepared.get()).isEqualTo(1);
    }

    @Test
    void another_request_under_the_key_is_refused() {
        await(things.make(member(person, org, "key"), "one"));
        assertThat(code(failure(things.make(member(person, org, "key"), "two"))))
                .isEqualTo(Problems.KEY_REUSED.code());
    }

    @Test
    void a_key_belongs_to_its_caller() {
        await(things.make(member(person, org, "key"), "one"));
        assertThat(await(things.make(member(UUID.randomUUID(), org, "key"), "two"))
                        .replayed())
                .isFalse();
    }

    @Test
    void a_failure_is_not_kept() {
        var call = member(person, org, "key");
        var request = new Things.MakeThing(org, "one");
        var failed = things.things()
                .work(call, ThingsDb.MAKE, request, work -> work.run(INSERT, org, work.newId(), "one")
                        .compose(done -> Future.failedFuture(Problem.notFound("neighbour"))));
        assertThat(code(failure(failed))).isEqualTo(Problems.NOT_FOUND.code());
        assertThat(await(things.make(call, "one")).replayed()).isFalse();
    }

    @Test
    void an_answer_that_is_shown_once_is_not_kept() {
        var once = new Action("Things.MakeKey", String.class, Action.Reply.SINGLE_USE, true, request -> null);
        var call = member(person, org, "key");
        assertThat(await(things.things().work(call, once, "", work -> Future.succeededFuture("secret")))
                        .answer())
                .isEqualTo("secret");
        assertThat(code(failure(things.things().work(call, once, "", work -> Future.succeededFuture("secret")))))
                .isEqualTo(Problems.ALREADY_ANSWERED.code());
        assertThat(things.number("SELECT count(*) FROM kernel.idempotency WHERE response IS NULL"))
                .isEqualTo(1);
    }

    @Test
    void while_another_node_works_the_key_is_in_use_and_its_handler_does_not_run() {
        try (var node = things.node(things.database.port(), 2)) {
            Promise<Void> started = Promise.promise();
            Promise<Void> go = Promise.promise();
            var request = new Things.MakeThing(org, "one");
            var first = things.things().work(member(person, org, "key"), ThingsDb.MAKE, request, work -> work.change(
                            "thing", INSERT, ThingsDb::thing, org, work.newId(), "one")
                    .compose(thing -> {
                        started.complete();
                        return go.future().map(thing);
                    }));
            await(started.future());
            assertThat(code(failure(node.make(member(person, org, "key"), "one"))))
                    .isEqualTo(Problems.REQUEST_IN_PROGRESS.code());
            go.complete();
            assertThat(await(first).replayed()).isFalse();
            assertThat(await(node.make(member(person, org, "key"), "one")).replayed())
                    .isTrue();
        }
    }

    @Test
    void an_answer_lost_at_commit_is_looked_up_under_its_key() {
        try (var proxy = new CutProxy(things.database.port());
                var node = things.node(proxy.port(), 2)) {
            await(node.make(member(person, org, "warm"), "warm"));
            cutAtCommit(proxy);
            var answer = await(node.make(member(person, org, "key"), "one"));
            assertThat(answer.answer().name()).isEqualTo("one");
            assertThat(things.number(COUNT + " WHERE name = 'one'")).isEqualTo(1);
        }
    }

    @Test
    void an_answer_lost_at_commit_without_a_key_is_unknown_and_never_run_again() {
        try (var proxy = new CutProxy(things.database.port());
                var node = things.node(proxy.port(), 2)) {
            await(node.make(member(org), "warm"));
            cutAtCommit(proxy);
            assertThat(code(failure(node.make(member(org), "one")))).isEqualTo(Problems.OUTCOME_UNKNOWN.code());
            things.execute("BEGIN; LOCK TABLE things.things; COMMIT");
            assertThat(things.number("SELECT count(*) FROM audit.records WHERE org_id = '" + org + "'"))
                    .isEqualTo(2);
        }
    }

    private static void cutAtCommit(CutProxy proxy) {
        var armed = new AtomicInteger(1);
        proxy.cutAfter(sent -> sent.toString("ISO-8859-1").contains("COMMIT") && armed.getAndDecrement() == 1);
    }

    @Test
    void connections_cut_at_random_moments_leave_each_effect_once() {
        var random = new Random(7);
        try (var proxy = new CutProxy(things.database.port());
                var node = things.node(proxy.port(), 8)) {
            var left = new AtomicInteger(240);
            node.vertx.setPeriodic(3, tick -> {
                if (left.get() > 0 && random.nextInt(3) == 0) {
                    left.decrementAndGet();
                    proxy.cutAll();
                }
            });
            var all = new ArrayList<Future<?>>();
            for (int i = 0; i < 200; i++) {
                all.add(untilDone(node, "key " + i, "thing " + i));
            }
            await(Future.all(all));
            left.set(0);
            assertThat(things.number(COUNT)).isEqualTo(200);
            assertThat(things.number("SELECT count(DISTINCT name) FROM things.things"))
                    .isEqualTo(200);
            assertThat(things.number("SELECT count(*) FROM audit.records WHERE actor = '" + person + "'"))
                    .isEqualTo(200);
        }
    }

    private Future<?> untilDone(ThingsDb node, String key, String name) {
        return node.make(member(person, org, key), name).recover(failed -> {
            assertThat(code(failed))
                    .isIn(
                            Problems.UNAVAILABLE.code(),
                            Problems.OUTCOME_UNKNOWN.code(),
                            Problems.REQUEST_IN_PROGRESS.code());
            return node.vertx
                    .timer(5)
                    .compose(next -> untilDone(node, key, name))
                    .mapEmpty();
        });
    }

    private static String code(Throwable failure) {
        assertThat(failure).isInstanceOf(Problem.class);
        return ((Problem) failure).code();
    }
}
