package io.vertebra.chaos;

import java.time.Duration;
import java.util.Map;

/** What happens to PostgreSQL and Redis. */
final class ServerFaults {
    /** Commits are answered before they are on disk, and stay in memory for long. */
    private static final Map<String, String> NOT_FLUSHED = Map.of(
            "synchronous_commit",
            "off",
            "wal_writer_delay",
            "10s",
            "wal_writer_flush_after",
            "1GB",
            "wal_buffers",
            "64MB");

    private static final int WRITES_BETWEEN = 150;
    private static final Duration AWAY = Duration.ofSeconds(8);
    private static final Duration AWAY_LONG = Duration.ofSeconds(60);
    private static final int LONG_ROUNDS = 10;
    private static final double RECOVERY_SECONDS_MAX = 10;

    private ServerFaults() {}

    /** PostgreSQL is killed with all its processes in the middle of writes, and comes back. */
    static void postgresCrashed(Trial trial) throws Exception {
        var stage = trial.stage();
        boolean unsafe = trial.controls("commits-not-flushed");
        if (unsafe) {
            restart(stage, NOT_FLUSHED);
        }
        var guard = new Guard(stage, trial.scene());
        trial.begin(stage.client());
        int rounds = unsafe ? 1 : Math.max(2, trial.rounds() * 2 / 3);
        for (int round = 0; round < rounds; round++) {
            trial.work(WRITES_BETWEEN);
            stage.crashPostgres();
            guard.probe();
            stage.startPostgres(Map.of());
            long back = System.nanoTime();
            stage.awaitReady();
            trial.work(WRITES_BETWEEN);
            trial.outcome()
                    .bound("recoverySeconds", trial.journal().firstAcknowledgedMs(back) / 1000.0, RECOVERY_SECONDS_MAX);
        }
        guard.tell(trial.outcome());
        trial.finish();
    }

    private static void restart(Stage stage, Map<String, String> settings) throws Exception {
        stage.postgres().close();
        stage.startPostgres(settings);
        stage.awaitReady();
    }

    /** Redis is killed, stays away, and comes back empty: nothing that must be refused is let in. */
    static void redisKilled(Trial trial) throws Exception {
        var stage = trial.stage();
        var guard = new Guard(stage, trial.scene());
        trial.begin(stage.client());
        if (trial.controls("revocation-forgotten")) {
            forget(trial);
        }
        var away = trial.rounds() >= LONG_ROUNDS ? AWAY_LONG : AWAY;
        trial.disturb(
                () -> {
                    stage.killRedis();
                    long end = System.nanoTime() + away.toNanos();
                    guard.probe();
                    guard.refuses(guard.endSession());
                    while (System.nanoTime() < end) {
                        guard.probe();
                        Stage.pause(Duration.ofMillis(500));
                    }
                    stage.startRedis();
                    guard.probe();
                },
                Duration.ofSeconds(3));
        guard.probe();
        guard.tell(trial.outcome());
        trial.finish();
    }

    /** Takes the end of every session out of PostgreSQL, so that nobody can know of it any more. */
    private static void forget(Trial trial) throws Exception {
        try (var truth = new Truth(trial.stage().postgres())) {
            truth.tamper("DELETE FROM kernel.epochs WHERE subject IN (SELECT id FROM accounts.sessions)");
        }
    }

    /** Everything in Redis is thrown away, again and again. */
    static void redisFlushed(Trial trial) throws Exception {
        var stage = trial.stage();
        var guard = new Guard(stage, trial.scene());
        trial.begin(stage.client());
        if (trial.controls("revocation-forgotten")) {
            forget(trial);
        }
        trial.disturb(
                () -> {
                    for (int round = 0; round < trial.rounds(); round++) {
                        stage.redis("FLUSHALL");
                        guard.probe();
                        guard.refuses(guard.endSession());
                        guard.probe();
                    }
                },
                Duration.ofSeconds(1));
        guard.tell(trial.outcome());
        trial.finish();
    }
}
