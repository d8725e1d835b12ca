package io.vertebra.kernel.bus;

import static io.vertebra.testing.Await.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertebra.bus.ActorKind;
import io.vertebra.bus.Call;
import io.vertebra.bus.Caller;
import io.vertebra.bus.Contracts;
import io.vertebra.bus.Operation;
import io.vertebra.bus.Seal;
import io.vertebra.bus.Wire;
import io.vertebra.kernel.config.ClusterSettings;
import io.vertebra.kernel.config.Secret;
import io.vertebra.testing.FreePort;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/** A cluster of nodes in one JVM, each with a bus of its own and nothing else. */
final class TestCluster implements AutoCloseable {
    static final Contracts CONTRACTS = Contracts.of(Things.class);
    static final Caller PERSON = new Caller(ActorKind.USER, new UUID(0, 1), null, null, null);

    static final String SECRET = "a-secret-of-the-cluster-for-this-test-only";
    private static final int KNOWN_WITHIN_MS = 60_000;
    private static final int LOOK_MS = 25;

    private final int port = FreePort.any();
    private final List<Node> nodes = new ArrayList<>();

    /** A node that joined. */
    Node node(String name) {
        var node = new Node(name, port);
        nodes.add(node);
        return node;
    }

    /** Lets a node leave in order; answers when it is gone. */
    Future<Void> leave(Node node) {
        nodes.remove(node);
        return node.vertx.close();
    }

    /** The wire between nodes that share this secret. */
    static Wire wire(String secret) {
        return new Wire(CONTRACTS, new Seal(secret.getBytes(StandardCharsets.UTF_8)));
    }

    /** A call of {@link #PERSON} that may take so long. */
    static Call call(long timeout) {
        return new Call(PERSON, "r1", null, System.currentTimeMillis() + timeout, null, null, null, null);
    }

    /** Answers every {@link Things.Look} and {@link Things.Make} with the name of its node. */
    static Answerer saying(String node) {
        return (call, request) -> Future.succeededFuture(new Things.Thing("a", node));
    }

    @Override
    public void close() {
        nodes.forEach(node -> await(node.vertx.close()));
    }

    /** One of them. */
    static final class Node {
        final Vertx vertx;
        final Cluster cluster;
        final Switchboard board;
        final SimpleMeterRegistry meters = new SimpleMeterRegistry();
        private final Remote remote;

        private Node(String name, int port) {
            var settings = new ClusterSettings(
                    true, "test-" + port, "127.0.0.1", port, List.of("127.0.0.1:" + port), "", 0, Secret.of(SECRET));
            var manager = ClusterMember.manager(settings);
            vertx = await(Vertx.builder()
                    .with(new VertxOptions().setEventBusOptions(ClusterMember.eventBus(settings)))
                    .withClusterManager(manager)
                    .buildClustered());
            cluster = await(Cluster.join(vertx, manager, name, Clock.systemUTC()));
            board = new Switchboard(vertx, CONTRACTS, Clock.systemUTC(), meters);
            remote = new Remote(vertx, cluster, board, wire(SECRET), Clock.systemUTC(), meters);
            board.join(remote);
        }

        Node carries(Answerer answerer) {
            var all = new HashMap<Operation, Answerer>();
            CONTRACTS.operations().forEach(operation -> all.put(operation, answerer));
            await(Future.future(opened -> vertx.runOnContext(on -> {
                board.open("things", 1, all);
                opened.handle(Future.succeededFuture());
            })));
            await(remote.announce(new Cluster.Offer(Set.of("things"), Set.of(), Set.of("core"), 1, "1")));
            return this;
        }

        /** Waits until this node knows so many carriers. */
        void knows(int carriers) {
            for (int i = 0; i < KNOWN_WITHIN_MS / LOOK_MS && known() != carriers; i++) {
                await(Future.future(tick -> vertx.setTimer(LOOK_MS, t -> tick.handle(Future.succeededFuture()))));
            }
            assertThat(known()).isEqualTo(carriers);
        }

        private long known() {
            return cluster.nodes().stream()
                    .filter(node -> node.domains().contains("things"))
                    .count();
        }
    }
}
