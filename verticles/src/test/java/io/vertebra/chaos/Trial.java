package io.vertebra.chaos;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** One run of an experiment on a stage: its org, its clients, and what comes out. */
final class Trial {
    private static final double FAILED_SHARE_MAX = 0.01;
    private static final double FAILED_SECONDS_MAX = 10;

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
        Stage.pause(Duration.ofMillis(1_000));
    }

    /** Does something, looks on for a while, and bounds what failed meanwhile. */
    void disturb(Fault fault, Duration observed) throws Exception {
        long before = journal.attempts();
        long at = System.nanoTime();
        fault.happen();
        Stage.pause(observed);
        long failed = journal.failuresSince(at);
        outcome.bound("failedShare", (double) failed / Math.max(1, journal.attempts() - before), FAILED_SHARE_MAX);
        outcome.bound("failedSeconds", journal.lastFailureMs(at) / 1000.0, FAILED_SECONDS_MAX);
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
