package io.vertebra.chaos;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Too much at once, and who meddles with what is kept. */
final class Pressure {
    private static final int LIMIT = 300;
    private static final double TOLERANCE = 1.02;
    private static final Duration BLAST = Duration.ofSeconds(8);
    private static final int CAPACITY = 32;
    private static final int OVERLOAD = 3;
    private static final int TURNS = 3;
    private static final double GOODPUT_MIN = 0.8;
    private static final int TOO_MANY = 429;
    private static final int UNAVAILABLE = 503;

    private Pressure() {}

    /** One person asks all nodes much more than the limit of a minute allows. */
    static void limits(Trial trial) throws Exception {
        limits(trial, () -> {}, turn -> {});
    }

    /** The same while Redis is away: each node holds its share. */
    static void limitsWithoutRedis(Trial trial) throws Exception {
        var stage = trial.stage();
        try {
            limits(
                    trial,
                    () -> {
                        stage.killRedis();
                        Stage.pause(Duration.ofSeconds(2));
                    },
                    turn -> {});
        } finally {
            stage.startRedis();
            Stage.pause(Duration.ofSeconds(6));
        }
    }

    interface Meddling {
        void at(int turn) throws Exception;
    }

    /** The same while somebody meddles. */
    static void limits(Trial trial, Trial.Fault before, Meddling meddling) throws Exception {
        var stage = trial.stage();
        var scene = trial.scene();
        int set = trial.controls("whole-limit-each") ? LIMIT * stage.nodes().size() : LIMIT;
        stage.limit(scene.operator(), "limits.user-per-minute", Integer.toString(set));
        Stage.pause(Duration.ofSeconds(2));
        var token = new Scene(stage.client(), Stage.OPERATOR).token();
        before.happen();
        var accepted = new AtomicLong();
        var refused = new AtomicLong();
        var turn = new AtomicInteger();
        blast(16, BLAST, () -> {
            var door = new Client(stage.node(turn.getAndIncrement() & 0xffff).port());
            var answer = door.get("/v1/me", token);
            if (answer.ok()) {
                accepted.incrementAndGet();
            } else if (answer.status() == TOO_MANY) {
                refused.incrementAndGet();
            }
            meddling.at(turn.get());
            if (trial.controls("counters-forgotten") && turn.get() % 200 == 0) {
                stage.redis("FLUSHALL");
            }
        });
        stage.limit(scene.operator(), "limits.user-per-minute", "1000000000");
        Stage.pause(Duration.ofSeconds(1));
        trial.outcome().put("limit", LIMIT).put("refused", refused.get());
        trial.outcome().bound("accepted", accepted.get(), LIMIT * TOLERANCE);
        trial.outcome().violation("neverRefused", refused.get() > 0 ? 0 : 1);
    }

    /** Three times as many clients as fill the platform: it refuses some, and does as much as before. */
    static void overload(Trial trial) throws Exception {
        var stage = trial.stage();
        var path = trial.scene().org();
        var token = trial.scene().token();
        var client = stage.client();
        blast(CAPACITY, Duration.ofSeconds(2), () -> client.get(path, token));
        var full = new ArrayList<Long>();
        var over = new ArrayList<Long>();
        for (int turn = 0; turn < TURNS; turn++) {
            full.add(goodput(trial, CAPACITY, path, token));
            if (trial.controls("two-nodes-paused")) {
                stage.node(0).pause();
                stage.node(1).pause();
            }
            over.add(goodput(trial, CAPACITY * OVERLOAD, path, token));
            stage.node(0).resume();
            stage.node(1).resume();
            stage.awaitReady();
        }
        long capacity = median(full);
        long overloaded = median(over);
        trial.outcome().put("capacity", capacity).put("overloaded", overloaded);
        trial.outcome().violation("goodputBelow" + GOODPUT_MIN, overloaded < capacity * GOODPUT_MIN ? 1 : 0);
    }

    private static long median(List<Long> figures) {
        return figures.stream().sorted().toList().get(figures.size() / 2);
    }

    /** How many good answers came in a while; every other one must be an early refusal. */
    private static long goodput(Trial trial, int clients, String path, String token) throws Exception {
        var good = new AtomicLong();
        var wrong = new AtomicLong();
        var refused = new AtomicLong();
        var client = trial.stage().client();
        blast(clients, Duration.ofSeconds(3), () -> {
            var answer = client.get(path, token);
            if (answer.ok()) {
                good.incrementAndGet();
            } else if (!answer.retryAfter() || answer.status() != TOO_MANY && answer.status() != UNAVAILABLE) {
                wrong.incrementAndGet();
            } else {
                refused.incrementAndGet();
            }
        });
        trial.outcome().put("refused", refused.get());
        trial.outcome().violation("notRefusedInOrder", wrong.get());
        return good.get();
    }

    /** The chain of an org whose clients worked a while; with a record that was changed behind its back, or without. */
    static void audit(Trial trial) throws Exception {
        trial.begin(trial.stage().client());
        Stage.pause(Duration.ofSeconds(7));
        if (trial.controls("record-changed")) {
            try (var truth = new Truth(trial.stage().postgres())) {
                truth.tamper("ALTER TABLE audit.records DISABLE TRIGGER ALL");
                truth.tamper("UPDATE audit.records SET actor = gen_random_uuid() WHERE seq = (SELECT min(r.seq)"
                        + " FROM audit.records r JOIN audit.seals s ON s.record_seq = r.seq WHERE r.org_id = '"
                        + trial.scene().id() + "')");
            }
        }
        trial.finish();
    }

    private interface Act {
        void once() throws Exception;
    }

    /** So many clients do something again and again for a while. */
    private static void blast(int clients, Duration time, Act act) throws Exception {
        long end = System.nanoTime() + time.toNanos();
        var threads = new ArrayList<Thread>();
        for (int i = 0; i < clients; i++) {
            threads.add(Thread.ofVirtual().start(() -> {
                try {
                    while (System.nanoTime() < end) {
                        act.once();
                    }
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            }));
        }
        for (var thread : threads) {
            thread.join();
        }
    }
}
