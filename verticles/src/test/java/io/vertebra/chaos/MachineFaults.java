package io.vertebra.chaos;

import io.vertebra.launcher.cluster.Balancer;
import io.vertebra.launcher.cluster.NodeProcess;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** What happens to the machine: its disk, its network, its clock; and whether it is used up. */
final class MachineFaults {
    private static final String TABLE = "vertebra_chaos";
    private static final Duration FULL = Duration.ofSeconds(5);
    private static final Duration CUT = Duration.ofSeconds(15);
    private static final int CHUNK = 1 << 16;
    private static final double GROWTH_MAX = 1.25;
    private static final int KEPT_SOCKETS = 400;

    private static volatile Path disk = Path.of(".");

    private MachineFaults() {}

    static void disk(Path mounted) {
        disk = mounted;
    }

    static Path disk() {
        return disk;
    }

    /** The disk of PostgreSQL fills up under load and is emptied again. */
    static void diskFull(Trial trial) throws Exception {
        var stage = trial.stage();
        trial.begin(stage.client());
        var ballast = disk.resolve("ballast");
        fill(ballast);
        Stage.pause(FULL);
        trial.outcome().put("failedWhileFull", trial.journal().failures());
        Files.delete(ballast);
        long emptied = System.nanoTime();
        while (trial.journal().firstAcknowledgedMs(emptied) < 0 && System.nanoTime() - emptied < 60_000_000_000L) {
            if (!stage.postgres().process().isAlive()) {
                stage.postgres().close();
                stage.startPostgres(Map.of());
            }
            Stage.pause(Duration.ofMillis(50));
        }
        trial.outcome().bound("recoverySeconds", (System.nanoTime() - emptied) / 1e9, 30);
        trial.finish();
    }

    private static void fill(Path ballast) throws IOException {
        var chunk = new byte[CHUNK];
        try (var out = Files.newOutputStream(ballast)) {
            while (true) {
                out.write(chunk);
            }
        } catch (IOException full) {
            if (Files.size(ballast) == 0) {
                throw full;
            }
        }
    }

    /** One node is cut off from the others, but not from its clients, its database and Redis; then healed. */
    static void partition(Trial trial) throws Exception {
        var stage = trial.stage();
        try (var careless = trial.controls("no-health-check") ? Balancer.careless(0, stage.ports()) : null) {
            trial.begin(careless == null ? stage.client() : new Client(careless.port()));
            trial.disturb(
                    () -> {
                        cut("127.9.0.13");
                        if (careless != null) {
                            stage.node(2).pause();
                        }
                    },
                    CUT);
            stage.node(2).resume();
            heal();
            long healed = System.nanoTime();
            NodeFaults.awaitWhole(stage);
            trial.outcome().bound("rejoinSeconds", (System.nanoTime() - healed) / 1e9, 60);
            stage.awaitReady();
            trial.finish();
        }
    }

    private static void cut(String address) throws Exception {
        Shell.run("nft", "add", "table", "inet", TABLE);
        Shell.run("nft", "add", "chain", "inet", TABLE, "out", "{ type filter hook output priority 0; }");
        Shell.run("nft", "add", "rule", "inet", TABLE, "out", "ip", "daddr", address, "drop");
        Shell.run("nft", "add", "rule", "inet", TABLE, "out", "ip", "saddr", address, "drop");
    }

    static void heal() throws Exception {
        if (Shell.works("nft", "list", "table", "inet", TABLE)) {
            Shell.run("nft", "delete", "table", "inet", TABLE);
        }
    }

    /** The clocks of all nodes jump to and fro while somebody meets a limit. */
    static void clockJump(Trial trial) throws Exception {
        var offsets = List.of("+3600", "-3600", "+0", "+90");
        var jumps = new AtomicInteger();
        Pressure.limits(trial, () -> {}, turn -> {
            if (turn % 150 == 0) {
                int jump = jumps.getAndIncrement();
                FakeTime.set(trial.stage().folder(), offsets.get(jump % offsets.size()));
            }
        });
        FakeTime.set(trial.stage().folder(), "+0");
        trial.outcome().put("jumps", jumps.get());
    }

    /** A minute of load for each round, after one to warm up: what a node holds must not grow. */
    static void leaks(Trial trial) throws Exception {
        var stage = trial.stage();
        trial.begin(stage.client());
        Stage.pause(Duration.ofMinutes(1));
        var before = held(stage);
        var kept = new ArrayList<Socket>();
        for (int round = 0; round < trial.rounds(); round++) {
            for (int i = 0; trial.controls("sockets-kept") && i < KEPT_SOCKETS; i++) {
                kept.add(new Socket("127.0.0.1", stage.node(i).port()));
            }
            Stage.pause(Duration.ofMinutes(1));
            trial.scene().refresh(Stage.OPERATOR);
        }
        var after = held(stage);
        for (int i = 0; i < before.size(); i++) {
            trial.outcome().bound("descriptorsGrowth", after.get(i)[0] / before.get(i)[0], GROWTH_MAX);
            trial.outcome().bound("memoryGrowth", after.get(i)[1] / before.get(i)[1], GROWTH_MAX);
        }
        for (var socket : kept) {
            socket.close();
        }
        trial.finish();
    }

    /** Descriptors and resident memory of each node. */
    private static List<double[]> held(Stage stage) throws IOException {
        var all = new ArrayList<double[]>();
        for (NodeProcess node : stage.nodes()) {
            var process = Path.of("/proc", Long.toString(node.pid()));
            try (var descriptors = Files.list(process.resolve("fd"))) {
                var pages = Files.readString(process.resolve("statm")).split(" ", -1)[1];
                all.add(new double[] {descriptors.count(), Double.parseDouble(pages)});
            }
        }
        return all;
    }
}
