package io.vertebra.chaos;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One run of an experiment on a stage: its org, its clients, and what comes out. */
final class Trial {
    private static final double FAILED_SHARE_MAX = 0.01;
    private static final long FAILED_SECONDS_MAX = 10;
    private static final int WRITES = 50;
    private static final Duration WORK_MAX = Duration.ofSeconds(60);
    private static final Duration LOOK = Duration.ofMillis(20);

    private final Stage stage;
    private final int rounds;
    private final @Nullable String control;
    private final Outcome outcome;
    private final Scene scene;
    private final Journal journal;
    private @Nullable Load load;
    private @Nullable Watcher watcher;

    Trial(Stage stage, int rounds, @Nullable String control, Outcome outcome) throws Exception {
        this.stage = stage;
        this.rounds = rounds;
        this.control = control;
        this.outcome = outcome;
        this.scene = new Scene(stage.client(), Stage.OPERATOR);
        this.journal = new Journal(stage.folder().resolve("journal-" + scene.id() + ".ndjson"));
    }

    Stage stage() {
        return stage;
    }

    int rounds() {
        return rounds;
    }

    Scene scene() {
        return scene;
    }

    Journal journal() {
        return journal;
    }

    Outcome outcome() {
        return outcome;
    }

    /** Whether this run breaks the promise in this way. */
    boolean controls(String way) {
        return way.equals(control);
    }

    /** Lets clients work through this door. */
    void begin(Client client) throws InterruptedException {
        watcher = new Watcher(stage.port(), scene);
        load = Load.begin(client, scene, journal, !controls("no-keys"));
        work(WRITES);
    }

    /** Lets the clients finish so many more writes. */
    void work(int writes) throws InterruptedException {
        int enough = journal.acknowledged().size() + writes;
        long end = System.nanoTime() + WORK_MAX.toNanos();
        while (journal.acknowledged().size() < enough && System.nanoTime() < end) {
            Stage.pause(LOOK);
        }
        outcome.violation("nothingDone", journal.acknowledged().size() < enough ? 1 : 0);
    }

    /** Does something, looks on until it is over, and bounds what failed in the ten seconds that it may take. */
    void disturb(Fault fault, Fault over) throws Exception {
        long at = System.nanoTime();
        fault.happen();
        over.happen();
        long bound = at + TimeUnit.SECONDS.toNanos(FAILED_SECONDS_MAX);
        outcome.bound("failedShare", journal.failedShare(at, bound), FAILED_SHARE_MAX);
        outcome.bound("failedSeconds", journal.lastFailureMs(at) / 1000.0, FAILED_SECONDS_MAX);
    }

    /** The same, looking on for a while. */
    void disturb(Fault fault, Duration observed) throws Exception {
        disturb(fault, () -> Stage.pause(observed));
    }

    interface Fault {
        void happen() throws Exception;
    }

    /** Lets the clients finish and compares what they were told with what is there. */
    void finish() throws Exception {
        if (load != null) {
            load.close();
        }
        try (var truth = new Truth(stage.postgres())) {
            if (controls("row-removed")) {
                truth.tamper("DELETE FROM orgs.projects WHERE id = (SELECT id FROM orgs.projects WHERE org_id = '"
                        + scene.id() + "' LIMIT 1)");
            }
            truth.check(scene, journal, outcome);
            if (watcher != null) {
                var events = truth.created(scene);
                var heard = watcher.heard(events.size());
                outcome.violation("streamDiffers", heard.equals(events) ? 0 : 1);
                watcher.close();
            }
        }
        proofs();
        if (journal.attempts() > 0) {
            outcome.put("requests", journal.attempts()).put("failed", journal.failures());
        }
        journal.close();
    }

    /** The platform's own proofs: no stale sealer wrote into a chain. */
    private void proofs() throws Exception {
        var client = stage.client();
        scene.refresh(Stage.OPERATOR);
        var audit = client.expect("GET", scene.org() + "/audit/verification", scene.token(), null);
        var book = client.expect("GET", scene.org() + "/ledger/verification", scene.token(), null);
        outcome.violation("auditChainBroken", audit.getBoolean("intact", false) ? 0 : 1);
        outcome.violation("bookBroken", book.getBoolean("intact", false) ? 0 : 1);
    }
}
