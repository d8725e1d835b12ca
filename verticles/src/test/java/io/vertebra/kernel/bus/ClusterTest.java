package io.vertebra.kernel.bus;

import static io.vertebra.kernel.bus.SwitchboardTest.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertebra.bus.ActorKind;
import io.vertebra.bus.Call;
import io.vertebra.bus.Caller;
import io.vertebra.bus.Contracts;
import io.vertebra.bus.Grant;
import io.vertebra.bus.Parcel;
import io.vertebra.bus.ParcelCodec;
import io.vertebra.bus.Problem;
import io.vertebra.bus.Problems;
import io.vertebra.bus.Request;
import io.vertebra.bus.Seal;
import io.vertebra.bus.Wire;
import io.vertebra.kernel.config.ClusterSettings;
import io.vertebra.kernel.config.Secret;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.eventbus.DeliveryOptions;
import java.io.IOException;
import java.net.ServerSocket;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ClusterTest {
    private static final Contracts CONTRACTS = Contracts.of(Things.class);
    private static final String SECRET = "a-secret-of-the-cluster-for-this-test-only";
    private static final Caller PERSON = new Caller(ActorKind.USER, new UUID(0, 1), null, null, null);

    private final int port = freePort();
    private final List<Node> nodes = new ArrayList<>();

    /** One node of the test's cluster. */
    private final class Node {
        private final Vertx vertx;
        private final Cluster cluster;
        private final Switchboard board;
        private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
        private final Remote remote;

        Node(String name) {
            var settings = new ClusterSettings(
                    true, "test-" + port, "127.0.0.1", port, List.of("127.0.0.1:" + port), "", 0, Secret.of(SECRET));
            var manager = ClusterMember.manager(settings);
            vertx = await(Vertx.builder()
                    .with(new VertxOptions().setEventBusOptions(ClusterMember.eventBus(settings)))
                    .withClusterManager(manager)
                    .buildClustered());
            cluster = new Cluster(vertx, manager, name, Clock.systemUTC());
            board = new Switchboard(vertx, CONTRACTS, Clock.systemUTC(), meters);
            var wire = new Wire(CONTRACTS, new Seal(SECRET.getBytes(java.nio.charset.StandardCharsets.UTF_8)));
            remote = new Remote(vertx, cluster, board, wire, Clock.systemUTC(), meters);
            board.join(remote);
            nodes.add(this);
        }

        Node carries(Answerer answerer) {
            var all = new HashMap<io.vertebra.bus.Operation, Answerer>();
            CONTRACTS.operations().forEach(operation -> all.put(operation, answerer));
            await(Future.future(opened -> vertx.runOnContext(on -> {
                board.open("things", 1, all);
                opened.handle(Future.succeededFuture());
            })));
            await(remote.announce(Set.of("things"), "1"));
            return this;
        }

        /** Waits until this node knows so many carriers. */
        void knows(int carriers) {
            for (int i = 0; i < 400 && known() != carriers; i++) {
                await(Future.future(tick -> vertx.setTimer(25, t -> tick.handle(Future.succeededFuture()))));
            }
            assertThat(known()).isEqualTo(carriers);
        }

        private long known() {
            return cluster.nodes().stream()
                    .filter(node -> node.domains().contains("things"))
                    .count();
        }
    }

    @AfterEach
    void close() {
        nodes.forEach(node -> await(node.vertx.close()));
    }

    private static int freePort() {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Call call(long timeout) {
        return new Call(PERSON, "r1", null, System.currentTimeMillis() + timeout, null, null, null, null);
    }

    private static Answerer saying(String node) {
        return (call, request) -> Future.succeededFuture(new Things.Thing(((Things.Look) request).name(), node));
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
        new Node("domain").carries(ClusterTest::answer);
        var door = new Node("door");
        door.knows(1);

        assertThat(await(door.board.ask(call(5_000), new Things.Look("a")))).isEqualTo(new Things.Thing("a", "r1"));
        var problem =
                catchThrowableOfType(Problem.class, () -> await(door.board.ask(call(5_000), new Things.Make("a"))));
        assertThat(problem.is(Problems.VALIDATION_ERROR)).isTrue();
        assertThat(problem.errors()).containsExactly(new Problem.FieldError("/name", "is taken"));
        assertThat(problem.more()).containsEntry("retryAfter", 3);
        var keyed = new Call(PERSON, "r1", null, System.currentTimeMillis() + 5_000, "key", null, null, null);
        assertThat(await(door.board.answer(keyed, new Things.Make("a"))).replayed())
                .isTrue();
        var broken = new Grant(null, null, "things.all.admin", "operator");
        var bug = catchThrowableOfType(
                Problem.class, () -> await(door.board.ask(call(5_000).with(broken), new Things.MakeAnywhere())));
        assertThat(bug.is(Problems.INTERNAL_ERROR)).isTrue();
        var service = ServiceBus.ofDoor(door.board, CONTRACTS, "http");
        service.declare(Things.Peek.class);
        assertThat(await(service.ask(call(5_000), new Things.Peek("a"))).node()).isEqualTo("service:http");
    }

    @Test
    void what_was_not_sealed_by_the_cluster_is_refused() {
        var domain = new Node("domain").carries(saying("domain"));
        var door = new Node("door");
        door.knows(1);
        var forged = new byte[200];
        var options = new DeliveryOptions().setCodecName(ParcelCodec.NAME).setSendTimeout(5_000);

        var reply = await(door.vertx
                .eventBus()
                .<Parcel>request("things@" + domain.cluster.self(), new Parcel(null, forged), options));

        assertThat(new String(reply.body().bytes(), java.nio.charset.StandardCharsets.ISO_8859_1))
                .contains("forbidden");
        assertThat(domain.meters.counter("bus.envelopes.refused").count()).isEqualTo(1);
    }

    @Test
    void a_node_prefers_itself() {
        new Node("other").carries(saying("other"));
        var both = new Node("both").carries(saying("both"));
        both.knows(2);

        for (int i = 0; i < 10; i++) {
            assertThat(await(both.board.ask(call(5_000), new Things.Look("a"))).node())
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
        new Node("one").carries(silentAtFirst);
        new Node("two").carries(silentAtFirst);
        var door = new Node("door");
        door.knows(2);

        long begun = System.nanoTime();
        assertThat(await(door.board.ask(call(6_000), new Things.Look("a"))).node())
                .isEqualTo("second");
        assertThat(asked).hasValue(2);
        assertThat(door.meters.counter("bus.retries").count()).isEqualTo(1);
    }

    @Test
    void a_change_that_a_node_took_with_it_is_never_tried_again() {
        var asked = new AtomicInteger();
        Map<String, Node> byId = new HashMap<>();
        var taken = Promise.<String>promise();
        for (var name : List.of("one", "two")) {
            var node = new Node(name);
            byId.put(node.cluster.self(), node);
            node.carries((call, request) -> {
                asked.incrementAndGet();
                taken.tryComplete(node.cluster.self());
                return Promise.promise().future();
            });
        }
        var door = new Node("door");
        door.knows(2);

        var asking = door.board.ask(call(15_000), new Things.Make("a"));
        var victim = byId.get(await(taken.future()));
        nodes.remove(victim);
        await(victim.vertx.close());

        var problem = catchThrowableOfType(Problem.class, () -> await(asking));
        assertThat(problem.is(Problems.OUTCOME_UNKNOWN)).isTrue();
        assertThat(asked).hasValue(1);
        door.knows(1);
    }

    @Test
    void reads_go_on_when_a_node_leaves() {
        var victim = new Node("one").carries(saying("one"));
        new Node("two").carries(saying("two"));
        var door = new Node("door");
        door.knows(2);
        nodes.remove(victim);
        var closing = victim.vertx.close();

        for (int i = 0; i < 200; i++) {
            assertThat(await(door.board.ask(call(4_000), new Things.Look("a"))).name())
                    .isEqualTo("a");
        }
        await(closing);
        door.knows(1);
    }

    @Test
    void a_node_that_stops_loses_no_request_not_even_a_change() {
        var stopping = new Node("one");
        stopping.carries((call, request) -> Future.succeededFuture(new Things.Thing("a", "one")));
        new Node("two").carries((call, request) -> Future.succeededFuture(new Things.Thing("a", "two")));
        var door = new Node("door");
        door.knows(2);

        await(stopping.board.drain());
        for (int i = 0; i < 20; i++) {
            assertThat(await(door.board.ask(call(5_000), new Things.Make("a"))).node())
                    .isEqualTo("two");
        }
        await(stopping.cluster.retire());
        door.knows(1);
    }
}
