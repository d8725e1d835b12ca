package io.vertebra.kernel.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertebra.testing.Simulation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;

/** Nodes that each hold their share while Redis is away: clocks jump, requests come late and twice, nodes crash. */
class WindowsSimulationTest {
    private static final long WINDOW_MS = 60_000;
    private static final Simulation.Network NETWORK = new Simulation.Network(0.05, 0.1, Duration.ofSeconds(20));
    private static final int REQUESTS = 400;

    /** A node: what it counted goes with a crash, its wall clock is put forward and back. */
    private static final class Node {
        private final Simulation world;
        private final BiFunction<Simulation, Node, LongSupplier> time;
        private long jumpedMs;
        private long begunMs;
        private Windows windows;

        Node(Simulation world, BiFunction<Simulation, Node, LongSupplier> time) {
            this.world = world;
            this.time = time;
            this.windows = new Windows(time.apply(world, this));
        }

        void crash() {
            begunMs = world.nowMs();
            windows = new Windows(time.apply(world, this));
        }
    }

    private static LongSupplier sinceStart(Simulation world, Node node) {
        return () -> world.nowMs() - node.begunMs;
    }

    private static LongSupplier wallClock(Simulation world, Node node) {
        return () -> world.now().toEpochMilli() + node.jumpedMs;
    }

    private static Consumer<Simulation> nodes(BiFunction<Simulation, Node, LongSupplier> time) {
        return world -> {
            int count = world.between(1, 4);
            int limit = count * world.between(2, 20);
            var nodes = new ArrayList<Node>();
            for (int i = 0; i < count; i++) {
                nodes.add(new Node(world, time));
            }
            var accepted = new ArrayList<Long>();
            var crashes = new ArrayList<Long>();
            var check = new Check(List.of(Allowance.perMinute("user", "ann", limit)), List.of());
            long at = 0;
            for (int i = 0; i < REQUESTS; i++) {
                at += world.chance(0.05) ? world.below(30_000) : world.below(1_000);
                var node = nodes.get(world.below(count));
                world.after(
                        at,
                        () -> world.send(NETWORK, () -> {
                            if (node.windows.rule(check, count).allowed()) {
                                accepted.add(world.nowMs());
                            }
                        }));
                if (world.chance(0.02)) {
                    int jump = world.between(-120_000, 120_000);
                    world.after(at, () -> node.jumpedMs += jump);
                } else if (world.chance(0.01)) {
                    world.after(at, () -> {
                        crashes.add(world.nowMs());
                        node.crash();
                    });
                }
            }
            world.run();
            assertThat(accepted).hasSizeGreaterThanOrEqualTo(Math.min(limit, 40) / 2);
            for (int first = 0; first < accepted.size(); first++) {
                hold(accepted, crashes, first, limit, limit / count);
            }
        };
    }

    /** In any minute at most the limit; a node that crashed in it may have given its share once more. */
    private static void hold(List<Long> accepted, List<Long> crashes, int first, int limit, int share) {
        long from = accepted.get(first);
        int within = 0;
        while (first + within < accepted.size() && accepted.get(first + within) < from + WINDOW_MS) {
            within++;
        }
        long crashed = crashes.stream()
                .filter(at -> at >= from && at < from + WINDOW_MS)
                .count();
        assertThat((long) within).isLessThanOrEqualTo(limit + crashed * share);
    }

    @Test
    void no_minute_holds_more_than_the_limit_over_all_nodes_whatever_their_clocks_do() {
        Simulation.everySeed(1_000, nodes(WindowsSimulationTest::sinceStart));
    }

    @Test
    void by_a_wall_clock_that_jumps_it_would() {
        Simulation.someSeedFails(50, nodes(WindowsSimulationTest::wallClock));
    }
}
