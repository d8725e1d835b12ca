package io.vertebra.chaos;

import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One way to break something and what must hold meanwhile and after.
 *
 * @param name what it is called
 * @param promises which promises it shows
 * @param controls the ways to run it with the promise broken on purpose: each must come out red
 * @param run does it
 * @param place the machine that it needs; null for the one that most share
 */
record Experiment(
        String name,
        List<String> promises,
        List<String> controls,
        Run run,
        @Nullable Place place) {
    private Experiment(String name, List<String> promises, List<String> controls, Run run) {
        this(name, promises, controls, run, null);
    }

    interface Run {
        void on(Trial trial) throws Exception;
    }

    /** All of them, in the order in which they run. */
    static List<Experiment> all() {
        return Stream.of(nodes(), servers(), pressure(), machines())
                .flatMap(List::stream)
                .toList();
    }

    private static List<Experiment> nodes() {
        return List.of(
                new Experiment(
                        "node-killed",
                        List.of("P1", "P2", "P3", "P4", "P10", "P15"),
                        List.of("no-health-check", "row-removed"),
                        NodeFaults::killed),
                new Experiment("node-paused", List.of("P1", "P3", "P4", "P10"), List.of("no-keys"), NodeFaults::paused),
                new Experiment("rolling-restart", List.of("P11"), List.of("no-health-check"), NodeFaults::rolled),
                new Experiment("one-key", List.of("P3"), List.of("no-keys"), NodeFaults::oneKey));
    }

    private static List<Experiment> servers() {
        return List.of(
                new Experiment(
                        "postgres-crashed",
                        List.of("P1", "P2", "P4", "P7", "P15"),
                        List.of("commits-not-flushed"),
                        ServerFaults::postgresCrashed),
                new Experiment(
                        "redis-killed",
                        List.of("P7", "P10"),
                        List.of("revocation-forgotten"),
                        ServerFaults::redisKilled),
                new Experiment(
                        "redis-flushed", List.of("P7"), List.of("revocation-forgotten"), ServerFaults::redisFlushed));
    }

    private static List<Experiment> pressure() {
        return List.of(
                new Experiment("limits", List.of("P8"), List.of("counters-forgotten"), Pressure::limits),
                new Experiment(
                        "limits-without-redis",
                        List.of("P8"),
                        List.of("whole-limit-each"),
                        Pressure::limitsWithoutRedis),
                new Experiment("overload", List.of("P13"), List.of("two-nodes-paused"), Pressure::overload),
                new Experiment("audit-tampered", List.of("P15"), List.of("record-changed"), Pressure::audit));
    }

    private static List<Experiment> machines() {
        return List.of(
                new Experiment("leaks", List.of("P14"), List.of("sockets-kept"), MachineFaults::leaks, Place.plain()),
                new Experiment(
                        "disk-full",
                        List.of("P1", "P2"),
                        List.of("row-removed"),
                        MachineFaults::diskFull,
                        Place.tmpfs()),
                new Experiment(
                        "partition",
                        List.of("P1", "P3", "P4", "P10"),
                        List.of("no-health-check"),
                        MachineFaults::partition,
                        Place.addresses()),
                new Experiment(
                        "clock-jump",
                        List.of("P8"),
                        List.of("counters-forgotten"),
                        MachineFaults::clockJump,
                        Place.clocks()),
                new Experiment(
                        "backup",
                        List.of("P18"),
                        List.of(),
                        trial -> {},
                        Place.nowhere("RestoreCheck shows it, a step of .ci/run")));
    }
}
