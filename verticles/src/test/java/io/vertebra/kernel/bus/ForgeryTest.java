package io.vertebra.kernel.bus;

import static io.vertebra.kernel.bus.TestCluster.call;
import static io.vertebra.kernel.bus.TestCluster.saying;
import static io.vertebra.kernel.bus.TestCluster.wire;
import static io.vertebra.testing.Await.await;
import static io.vertebra.testing.Await.failure;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertebra.bus.Parcel;
import io.vertebra.bus.ParcelCodec;
import io.vertebra.bus.Problem;
import io.vertebra.bus.Problems;
import io.vertebra.bus.Reply;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Somebody who joined the event bus, but does not know the cluster's secret. */
class ForgeryTest {
    private static final long PATIENCE_MS = 30_000;
    private static final DeliveryOptions OPTIONS =
            new DeliveryOptions().setCodecName(ParcelCodec.NAME).setSendTimeout(PATIENCE_MS);

    private final TestCluster cluster = new TestCluster();

    @AfterEach
    void close() {
        cluster.close();
    }

    private static String address(TestCluster.Node node) {
        return "things@" + node.cluster.self();
    }

    private static double refused(TestCluster.Node node) {
        return node.meters.counter("bus.envelopes.refused").count();
    }

    @Test
    void what_was_not_sealed_by_the_cluster_is_refused() {
        var domain = cluster.node("domain").carries(saying("domain"));
        var door = cluster.node("door");
        door.knows(1);

        var failure = (ReplyException)
                failure(door.vertx.eventBus().request(address(domain), new Parcel(null, new byte[200]), OPTIONS));

        assertThat(failure.failureType()).isEqualTo(ReplyFailure.RECIPIENT_FAILURE);
        assertThat(refused(domain)).isEqualTo(1);
    }

    @Test
    void a_recorded_ask_is_served_once_and_by_the_node_that_it_was_for() {
        var served = new AtomicInteger();
        Answerer counting = (call, request) -> {
            served.incrementAndGet();
            return saying("domain").answer(call, request);
        };
        var domain = cluster.node("domain").carries(counting);
        var door = cluster.node("door");
        door.knows(1);
        Queue<byte[]> recorded = new ConcurrentLinkedQueue<>();
        door.vertx.eventBus().<Object>addOutboundInterceptor(sending -> {
            if (sending.body() instanceof Parcel parcel && parcel.content() != null) {
                recorded.add(parcel.bytes());
            }
            sending.next();
        });
        await(door.board.ask(call(PATIENCE_MS), new Things.Make("a")));
        var another = cluster.node("another").carries(counting);
        door.knows(2);

        for (var address : new String[] {address(domain), address(another)}) {
            var again = failure(door.vertx.eventBus().request(address, new Parcel(null, recorded.peek()), OPTIONS));
            assertThat(((ReplyException) again).failureType()).isEqualTo(ReplyFailure.RECIPIENT_FAILURE);
        }

        assertThat(served).hasValue(1);
        assertThat(refused(domain)).isEqualTo(1);
        assertThat(refused(another)).isEqualTo(1);
    }

    @Test
    void an_answer_with_a_foreign_seal_is_not_believed() {
        var foreign = wire("a-secret-that-only-the-intruder-knows-of");
        intercepted(message -> message.reply(
                new Parcel(
                        null,
                        foreign.write(
                                Reply.of(new Things.Thing("a", "intruder")),
                                message.body().bytes())),
                OPTIONS));
    }

    @Test
    void an_answer_to_another_ask_is_not_believed() {
        var own = wire(TestCluster.SECRET);
        var other = own.write(
                new io.vertebra.bus.Envelope(
                        call(PATIENCE_MS),
                        TestCluster.CONTRACTS.operation(Things.Make.class),
                        new Things.Make("other")),
                "domain");
        intercepted(message ->
                message.reply(new Parcel(null, own.write(Reply.of(new Things.Thing("a", "x")), other)), OPTIONS));
    }

    /** Believed, it would have the change made a second time on another node. */
    @Test
    void nobody_else_is_believed_that_an_ask_was_not_delivered() {
        intercepted(message -> message.reply(new ReplyException(ReplyFailure.NO_HANDLERS, "nobody here")));
    }

    /** The intruder stands at the address of a node, gets some of its asks and answers in its place. */
    private void intercepted(Consumer<Message<Parcel>> forging) {
        var domain = cluster.node("domain").carries(saying("domain"));
        var door = cluster.node("door");
        door.knows(1);
        var intruder = cluster.node("intruder");
        var caught = new AtomicInteger();
        await(intruder.vertx
                .eventBus()
                .<Parcel>consumer(address(domain), message -> {
                    caught.incrementAndGet();
                    forging.accept(message);
                })
                .completion());

        while (caught.get() == 0) {
            var outcome = await(
                    door.board.ask(call(3_000), new Things.Make("a")).transform(io.vertx.core.Future::succeededFuture));
            if (outcome.succeeded()) {
                assertThat(outcome.result().node()).isEqualTo("domain");
            } else {
                var problem = (Problem) outcome.cause();
                assertThat(problem.code()).as(problem::detail).isEqualTo(Problems.OUTCOME_UNKNOWN.code());
            }
        }
        assertThat(refused(door)).isPositive();
    }
}
