package io.vertebra.kernel.bus;

import static io.vertebra.testing.Await.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertebra.bus.ActorKind;
import io.vertebra.bus.Call;
import io.vertebra.bus.Caller;
import io.vertebra.bus.Contracts;
import io.vertebra.bus.Grant;
import io.vertebra.bus.Nothing;
import io.vertebra.bus.Operation;
import io.vertebra.bus.Problem;
import io.vertebra.bus.Problems;
import io.vertebra.bus.Request;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SwitchboardTest {
    private static final Contracts CONTRACTS = Contracts.of(Things.class);
    private static final UUID ORG = new UUID(0, 7);
    private static final Caller PERSON = new Caller(ActorKind.USER, new UUID(0, 1), null, null, null);

    private final Vertx vertx = Vertx.vertx();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final Switchboard board = new Switchboard(vertx, CONTRACTS, Clock.systemUTC(), meters);

    @AfterEach
    void close() {
        vertx.close().await();
    }

    private void open(Answerer answerer) {
        Map<Operation, Answerer> all = new HashMap<>();
        CONTRACTS.operations().forEach(operation -> all.put(operation, answerer));
        await(Future.future(opened -> vertx.runOnContext(on -> {
            board.open("things", 1, all);
            opened.handle(Future.succeededFuture());
        })));
    }

    private static Call call(Caller caller, long timeout) {
        return new Call(caller, "r1", null, System.currentTimeMillis() + timeout, null, null, null, null);
    }

    private <R> R ask(Caller caller, Request<R> request) {
        return await(board.ask(call(caller, 5_000), request));
    }

    private static Problem problem(Runnable asking) {
        return catchThrowableOfType(Problem.class, asking::run);
    }

    @Test
    void a_request_reaches_its_domain_as_the_same_instance() {
        var seen = new AtomicReference<Request<?>>();
        var answer = new Things.Thing("a", "here");
        open((call, request) -> {
            seen.set(request);
            return Future.succeededFuture(answer);
        });
        var request = new Things.Look("a");

        assertThat(ask(Caller.ANONYMOUS, request)).isSameAs(answer);
        assertThat(seen.get()).isSameAs(request);
    }

    @Test
    void an_ask_from_the_station_s_own_event_loop_stays_on_it() {
        var there = new AtomicReference<Thread>();
        open((call, request) -> {
            there.set(Thread.currentThread());
            return Future.succeededFuture(new Things.Thing("a", "here"));
        });
        ask(Caller.ANONYMOUS, new Things.Look("first"));
        var loop = there.get();

        assertThat(loop.getName()).contains("eventloop");
    }

    @Test
    void whatever_a_handler_fails_with_becomes_a_problem() {
        open((call, request) -> Future.failedFuture(new IllegalStateException("secret inside")));
        assertThat(problem(() -> ask(Caller.ANONYMOUS, new Things.Look("a"))).is(Problems.INTERNAL_ERROR))
                .isTrue();
    }

    @Test
    void a_handler_that_throws_is_no_different() {
        open((call, request) -> {
            throw new StackOverflowError();
        });
        var problem = problem(() -> ask(Caller.ANONYMOUS, new Things.Look("a")));

        assertThat(problem.is(Problems.INTERNAL_ERROR)).isTrue();
        assertThat(meters.get("bus.request.duration")
                        .tags("operation", "Things.Look", "status", "internal_error")
                        .timer()
                        .count())
                .isEqualTo(1);
    }

    @Test
    void a_handler_that_answers_null_is_a_bug_unless_there_is_nothing_to_say() {
        open((call, request) -> Future.succeededFuture());

        assertThat(problem(() -> ask(Caller.ANONYMOUS, new Things.Look("a"))).is(Problems.INTERNAL_ERROR))
                .isTrue();
        var operator = PERSON.with(new Grant(null, null, "things.all.admin", "operator"));
        assertThat(ask(operator, new Things.MakeAnywhere())).isEqualTo(Nothing.NOTHING);
    }

    @Test
    void a_problem_comes_as_it_is() {
        open((call, request) -> Future.failedFuture(Problem.notFound("thing")));

        assertThat(problem(() -> ask(Caller.ANONYMOUS, new Things.Look("a"))).detail())
                .isEqualTo("There is no such thing.");
    }

    @Test
    void a_handler_that_never_answers_is_cut_off_at_the_deadline() {
        open((call, request) -> Promise.promise().future());

        assertThat(problem(() -> await(board.ask(call(PERSON, 200), new Things.Look("a"))))
                        .is(Problems.DEADLINE_EXCEEDED))
                .isTrue();
        assertThat(problem(() -> await(board.ask(call(PERSON, 200), new Things.Make("a"))))
                        .is(Problems.OUTCOME_UNKNOWN))
                .isTrue();
        assertThat(problem(() -> await(board.ask(call(PERSON, -1), new Things.Make("a"))))
                        .is(Problems.DEADLINE_EXCEEDED))
                .isTrue();
    }

    @Test
    void more_than_the_limit_at_once_is_refused_at_once() {
        var slow = Promise.<Things.Thing>promise();
        open((call, request) -> slow.future());
        for (int i = 0; i < Switchboard.MAX_IN_FLIGHT; i++) {
            var unused = board.ask(call(PERSON, 5_000), new Things.Look("a"));
        }

        assertThat(problem(() -> ask(PERSON, new Things.Look("a"))).is(Problems.UNAVAILABLE))
                .isTrue();
        slow.complete(new Things.Thing("a", "here"));
        await(Future.future(next -> vertx.runOnContext(v -> next.handle(Future.succeededFuture()))));
        assertThat(ask(PERSON, new Things.Look("a")).name()).isEqualTo("a");
        assertThat(board.inFlight("things")).isZero();
    }

    @Test
    void the_access_rule_is_checked_again_before_the_handler() {
        open((call, request) -> Future.succeededFuture(Nothing.NOTHING));
        var write = new Grant(ORG, null, "things.things.write", "owner");

        assertThat(problem(() -> ask(Caller.ANONYMOUS, new Things.Make("a"))).is(Problems.UNAUTHENTICATED))
                .isTrue();
        assertThat(problem(() -> ask(PERSON, new Things.MakeIn(ORG, "a"))).is(Problems.FORBIDDEN))
                .isTrue();
        assertThat(problem(() -> ask(PERSON.with(write), new Things.MakeIn(new UUID(0, 8), "a")))
                        .is(Problems.FORBIDDEN))
                .isTrue();
        var other = new Grant(ORG, null, "things.things.read", "viewer");
        assertThat(problem(() -> ask(PERSON.with(other), new Things.MakeIn(ORG, "a")))
                        .is(Problems.FORBIDDEN))
                .isTrue();
        var inOrg = new Grant(ORG, null, "things.all.admin", "owner");
        assertThat(problem(() -> ask(PERSON.with(inOrg), new Things.MakeAnywhere()))
                        .is(Problems.FORBIDDEN))
                .isTrue();
        var peek = new Grant(null, null, "things.inside.read", "service");
        assertThat(problem(() -> ask(PERSON.with(peek), new Things.Peek("a"))).is(Problems.NOT_FOUND))
                .isTrue();
        assertThat(ask(PERSON.with(write), new Things.MakeIn(ORG, "a"))).isEqualTo(Nothing.NOTHING);
    }

    @Test
    void a_service_asks_only_what_it_declared_and_in_its_own_name() {
        var seen = new AtomicReference<Call>();
        open((call, request) -> {
            seen.set(call);
            return Future.succeededFuture(new Things.Thing("a", "here"));
        });
        var service = ServiceBus.ofDomain(board, CONTRACTS, "orders");

        assertThat(problem(() -> await(service.ask(call(PERSON, 5_000), new Things.Peek("a"))))
                        .is(Problems.INTERNAL_ERROR))
                .isTrue();
        service.declare(Things.Peek.class);
        await(service.ask(call(PERSON, 5_000), new Things.Peek("a")));
        assertThat(seen.get().caller().service()).isEqualTo("service:orders");
        assertThat(seen.get().caller().grant().permission()).isEqualTo("things.inside.read");
        assertThat(seen.get().requestId()).isEqualTo("r1");
    }

    @Test
    void a_kept_answer_is_told_apart_by_those_who_want_to_know() {
        open((call, request) -> Future.succeededFuture(new Answered<>(new Things.Thing("a", "here"), true)));
        var keyed = new Call(PERSON, "r1", null, System.currentTimeMillis() + 5_000, "key", null, null, null);

        assertThat(await(board.answer(keyed, new Things.Make("a"))).replayed()).isTrue();
        assertThat(await(board.ask(keyed, new Things.Make("a"))).name()).isEqualTo("a");
    }

    @Test
    void a_domain_that_no_node_carries_is_unavailable() {
        assertThat(problem(() -> ask(PERSON, new Things.Look("a"))).is(Problems.UNAVAILABLE))
                .isTrue();
    }

    @Test
    void a_draining_node_finishes_what_runs_and_takes_no_more() {
        var slow = Promise.<Things.Thing>promise();
        var taken = Promise.<Void>promise();
        open((call, request) -> {
            taken.complete();
            return slow.future();
        });
        var running = board.ask(call(PERSON, 5_000), new Things.Look("a"));
        await(taken.future());
        var drained = board.drain();

        assertThat(problem(() -> ask(PERSON, new Things.Look("b"))).is(Problems.UNAVAILABLE))
                .isTrue();
        assertThat(drained.isComplete()).isFalse();
        slow.complete(new Things.Thing("a", "here"));
        await(drained);
        assertThat(await(running).name()).isEqualTo("a");
    }
}
