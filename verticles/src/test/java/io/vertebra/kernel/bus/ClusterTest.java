package io.vertebra.kernel.bus;

import static io.vertebra.kernel.bus.TestCluster.CONTRACTS;
import static io.vertebra.kernel.bus.TestCluster.PERSON;
import static io.vertebra.kernel.bus.TestCluster.call;
import static io.vertebra.kernel.bus.TestCluster.saying;
import static io.vertebra.testing.Await.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.vertebra.bus.Call;
import io.vertebra.bus.Grant;
import io.vertebra.bus.Problem;
import io.vertebra.bus.Problems;
import io.vertebra.bus.Request;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ClusterTest {
    private static final long PATIENCE_MS = 30_000;

    private final TestCluster cluster = new TestCluster();

    @AfterEach
    void close() {
        cluster.close();
    }

    private static Future<?> answer(Call call, Request<?> request) {
        return switch (request) {
            case Things.Look look -> Future.succeededFuture(new Things.Thing(look.name(), call.requestId()));
            case Things.Make make
            when call.idempotencyKey() != null ->
                Future.succeededFuture(new Answered<>(new Things.Thing("kept", ""), true));
            case Things.Make make ->
                Future.failedFuture(Problem.invalid("/name", "is taken").with("retryAfter", 3));
            case Things.Peek peek ->
                Future.succeededFuture(new Things.Thing("a", call.caller().service()));
            default -> throw new IllegalStateException("broken");
        };
    }

    @Test
    void a_node_asks_a_domain_of_another_and_gets_its_answer_or_its_problem() {
        cluster.node("domain").carries(ClusterTest::answer);
        var door = cluster.node("door");
        door.knows(1);

        assertThat(await(door.board.ask(call(PATIENCE_MS), new Things.Look("a"))))
                .isEqualTo(new Things.Thing("a", "r1"));
        var problem = catchThrowableOfType(
                Problem.class, () -> await(door.board.ask(call(PATIENCE_MS), new Things.Make("a"))));
        assertThat(problem.is(Problems.VALIDATION_ERROR)).isTrue();
        assertThat(problem.errors()).containsExactly(new Problem.FieldError("/name", "is taken"));
        assertThat(problem.more()).containsEntry("retryAfter", 3);
        var keyed = new Call(PERSON, "r1", null, System.currentTimeMillis() + PATIENCE_MS, "key", null, null, null);
        assertThat(await(door.board.answer(keyed, new Things.Make("a"))).replayed())
                .isTrue();
        var broken = new Grant(null, null, "things.all.admin", "operator");
        var bug = catchThrowableOfType(
                Problem.class, () -> await(door.board.ask(call(PATIENCE_MS).with(broken), new Things.MakeAnywhere())));
        assertThat(bug.is(Problems.INTERNAL_ERROR)).isTrue();
        var service = ServiceBus.ofDoor(door.board, CONTRACTS, "http");
        service.declare(Things.Peek.class);
        assertThat(await(service.ask(call(PATIENCE_MS), new Things.Peek("a"))).node())
                .isEqualTo("service:http");
    }

    @Test
    void a_node_prefers_itself() {
        cluster.node("other").carries(saying("other"));
        var both = cluster.node("both").carries(saying("both"));
        both.knows(2);

        for (int i = 0; i < 10; i++) {
            assertThat(await(both.board.ask(call(PATIENCE_MS), new Things.Look("a")))
                            .node())
                    .isEqualTo("both");
        }
    }

    @Test
    void a_read_that_a_silent_node_does_not_answer_is_asked_of_another_within_the_deadline() {
        var asked = new AtomicInteger();
        Answerer silentAtFirst = (call, request) -> {
            if (asked.getAndIncrement() == 0) {
                return Promise.promise().future();
            }
            return Future.succeededFuture(new Things.Thing("a", "second"));
        };
        cluster.node("one").carries(silentAtFirst);
        cluster.node("two").carries(silentAtFirst);
        var door = cluster.node("door");
        door.knows(2);

        assertThat(await(door.board.ask(call(PATIENCE_MS), new Things.Look("a")))
                        .node())
                .isEqualTo("second");
        assertThat(asked).hasValue(2);
        assertThat(door.meters.counter("bus.retries").count()).isEqualTo(1);
    }

    @Test
    void a_change_that_a_node_took_with_it_is_never_tried_again() {
        var asked = new AtomicInteger();
        Map<String, TestCluster.Node> byId = new HashMap<>();
        var taken = Promise.<String>promise();
        for (var name : List.of("one", "two")) {
            var node = cluster.node(name);
            byId.put(node.cluster.self(), node);
            node.carries((call, request) -> {
                asked.incrementAndGet();
                taken.tryComplete(node.cluster.self());
                return Promise.promise().future();
            });
        }
        var door = cluster.node("door");
        door.knows(2);

        var asking = door.board.ask(call(PATIENCE_MS), new Things.Make("a"));
        var victim = byId.get(await(taken.future()));
        await(cluster.leave(victim));

        var problem = catchThrowableOfType(Problem.class, () -> await(asking));
        assertThat(problem.is(Problems.OUTCOME_UNKNOWN)).isTrue();
        assertThat(asked).hasValue(1);
        door.knows(1);
    }

    @Test
    void reads_go_on_when_a_node_leaves() {
        var victim = cluster.node("one").carries(saying("one"));
        cluster.node("two").carries(saying("two"));
        var door = cluster.node("door");
        door.knows(2);
        var closing = cluster.leave(victim);

        for (int i = 0; i < 200; i++) {
            assertThat(await(door.board.ask(call(PATIENCE_MS), new Things.Look("a")))
                            .name())
                    .isEqualTo("a");
        }
        await(closing);
        door.knows(1);
    }

    @Test
    void a_node_that_stops_loses_no_request_not_even_a_change() {
        var stopping = cluster.node("one");
        stopping.carries((call, request) -> Future.succeededFuture(new Things.Thing("a", "one")));
        cluster.node("two").carries((call, request) -> Future.succeededFuture(new Things.Thing("a", "two")));
        var door = cluster.node("door");
        door.knows(2);

        await(stopping.board.drain());
        for (int i = 0; i < 20; i++) {
            assertThat(await(door.board.ask(call(PATIENCE_MS), new Things.Make("a")))
                            .node())
                    .isEqualTo("two");
        }
        await(stopping.cluster.retire());
        door.knows(1);
    }

    @Test
    void what_a_node_was_asked_before_it_took_itself_off_the_list_is_answered() {
        var taken = Promise.<Void>promise();
        var done = Promise.<Things.Thing>promise();
        var stopping = cluster.node("one").carries((call, request) -> {
            taken.tryComplete();
            return done.future();
        });
        var door = cluster.node("door");
        door.knows(1);
        var asking = door.board.ask(call(PATIENCE_MS), new Things.Make("a"));
        await(taken.future());

        await(stopping.cluster.retire());
        door.knows(0);
        done.complete(new Things.Thing("a", "one"));

        assertThat(await(asking).node()).isEqualTo("one");
    }

    @Test
    void who_watches_a_node_that_left_before_is_told_at_once() {
        var leaving = cluster.node("one").carries(saying("one"));
        var door = cluster.node("door");
        door.knows(1);
        var id = leaving.cluster.self();
        var early = Promise.<Void>promise();
        door.cluster.watch(id, early::tryComplete);
        await(cluster.leave(leaving));
        await(early.future());

        var late = Promise.<Void>promise();
        door.cluster.watch(id, late::tryComplete);

        await(late.future());
    }
}
