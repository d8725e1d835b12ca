package io.vertebra.chaos;

import io.vertebra.launcher.cluster.Balancer;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** What happens to nodes. */
final class NodeFaults {
    private static final int WRITES_BETWEEN = 20;
    private static final Duration PAUSED = Duration.ofSeconds(15);
    private static final long REJOIN_SECONDS_MAX = 60;
    private static final int KEYS = 40;
    private static final int AT_ONCE = 6;

    private NodeFaults() {}

    /** Each node in turn is killed with -9 under load and started again. */
    static void killed(Trial trial) throws Exception {
        var stage = trial.stage();
        try (var careless = trial.controls("no-health-check") ? Balancer.careless(0, stage.ports()) : null) {
            trial.begin(careless == null ? stage.client() : new Client(careless.port()));
            int rounds = trial.controls("row-removed") ? 0 : trial.rounds();
            for (int round = 0; round < rounds; round++) {
                var node = stage.node(round);
                trial.disturb(node::kill, () -> {
                    long begun = System.nanoTime();
                    stage.awaitReady();
                    trial.outcome().bound("restartSeconds", (System.nanoTime() - begun) / 1e9, 120);
                });
                trial.scene().stayFresh(Stage.OPERATOR);
                trial.work(WRITES_BETWEEN);
            }
            trial.finish();
        }
    }

    /** A node stands still and goes on later: what its clients gave up meanwhile must not be done twice. */
    static void paused(Trial trial) throws Exception {
        var stage = trial.stage();
        trial.begin(stage.client());
        for (int round = 0; round < Math.max(1, trial.rounds() / 3); round++) {
            var node = stage.node(round);
            trial.disturb(node::pause, PAUSED);
            long resumed = System.nanoTime();
            node.resume();
            awaitWhole(stage);
            trial.outcome().bound("rejoinSeconds", (System.nanoTime() - resumed) / 1e9, REJOIN_SECONDS_MAX);
            stage.awaitReady();
        }
        trial.finish();
    }

    /** Until every node sees all of them: the one that was away does not know that the others gave it up. */
    static void awaitWhole(Stage stage) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(REJOIN_SECONDS_MAX);
        while (!isWhole(stage) && System.nanoTime() < end) {
            Stage.pause(Duration.ofMillis(100));
        }
    }

    private static boolean isWhole(Stage stage) {
        return stage.nodes().stream().allMatch(node -> {
            var seen = new Client(node.managementPort())
                    .get("/health", null)
                    .json()
                    .getJsonArray("nodes");
            return seen != null && seen.size() == stage.nodes().size();
        });
    }

    /** Each node in turn is stopped in order and started again. */
    static void rolled(Trial trial) throws Exception {
        var stage = trial.stage();
        try (var careless = trial.controls("no-health-check") ? Balancer.careless(0, stage.ports()) : null) {
            trial.begin(careless == null ? stage.client() : new Client(careless.port()));
            for (var node : careless == null ? stage.nodes() : stage.nodes().subList(0, 1)) {
                boolean inOrder = node.stop();
                trial.outcome().violation("notStoppedInOrder", inOrder ? 0 : 1);
                stage.awaitReady();
            }
            trial.outcome().violation("failedRequests", trial.journal().failures());
            trial.finish();
        }
    }

    /** The same request with the same key to every node at once, while one of them dies. */
    static void oneKey(Trial trial) throws Exception {
        var stage = trial.stage();
        for (int i = 0; i < KEYS; i++) {
            var key = trial.controls("no-keys") ? null : UUID.randomUUID().toString();
            var name = "key " + i;
            var asked = new ArrayList<CompletableFuture<String>>();
            for (int client = 0; client < AT_ONCE; client++) {
                var door = new Client(stage.node(client).port());
                asked.add(CompletableFuture.supplyAsync(() -> answer(trial, door, key, name)));
            }
            if (i == KEYS / 2) {
                stage.node(0).kill();
            }
            var bodies = new HashSet<String>();
            for (var one : asked) {
                bodies.add(one.get(60, TimeUnit.SECONDS));
            }
            bodies.remove("");
            trial.outcome().violation("answersDiffer", Math.max(0, bodies.size() - 1));
            bodies.forEach(body -> trial.journal().acknowledged(name, new JsonObject(body).getString("id")));
        }
        stage.awaitReady();
        trial.finish();
    }

    /** The bytes of the success; nothing when its node is dead. */
    private static String answer(Trial trial, Client door, String key, String name) {
        var body = new JsonObject().put("name", name);
        for (int tries = 0; tries < 100; tries++) {
            var answer = door.post(trial.scene().projects(), trial.scene().token(), key, body);
            if (answer.ok()) {
                return answer.body();
            }
            if (answer.status() != 409 && !answer.failed()) {
                trial.journal().anomaly("answered with " + answer.status());
                return "";
            }
            if (answer.status() == Client.NONE) {
                return "";
            }
            try {
                Stage.pause(Duration.ofMillis(20));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return "";
            }
        }
        return "";
    }
}
