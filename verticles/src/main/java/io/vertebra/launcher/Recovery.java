package io.vertebra.launcher;

import io.vertebra.kernel.backup.Backups;
import io.vertebra.kernel.backup.StoredBackup;
import io.vertebra.kernel.config.AppSettings;
import io.vertebra.kernel.config.Configuration;
import io.vertebra.kernel.secrets.MasterSecret;
import io.vertebra.launcher.embedded.EmbeddedPostgres;
import io.vertebra.launcher.embedded.StartFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A backup on its way into a data folder. It is copied and replayed beside the database that may be there, and takes
 * its place only when it is consistent, so that a restore that fails changes nothing.
 */
final class Recovery {
    private static final Duration REPLAY_MAX = Duration.ofDays(1);
    private static final String SCRATCH = "restoring";
    private static final String TOO_SHORT = "recovery ended before configured recovery target was reached";
    private static final DateTimeFormatter STAMP =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

    /** As the server takes it while it starts: it knows no names of zones yet. */
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSSSSS'+00'").withZone(ZoneOffset.UTC);

    private final Configuration configuration;
    private final DevFolder folder;
    private final Progress progress;
    private final List<Path> setAside = new ArrayList<>();
    private String asOf = "";

    Recovery(Configuration configuration, DevFolder folder, Progress progress) {
        this.configuration = Dev.secrets(configuration, folder)
                .with("cluster.enabled", "false")
                // What is restored or tried out must not write into the archive that others are restored from.
                .with("backup.folder", "");
        this.folder = folder;
        this.progress = progress;
    }

    /**
     * Where to stop.
     *
     * @param archive the log beyond that of the backup; null stops at the end of the backup
     * @param until null for all that the archive holds
     * @param timeline null for the latest
     */
    record Target(
            @Nullable Path archive,
            @Nullable Instant until,
            @Nullable Integer timeline) {
        EmbeddedPostgres.Options set(EmbeddedPostgres.Options options) {
            if (archive == null) {
                return options.with("restore_command", "false").with("recovery_target", "immediate");
            }
            var quoted = archive.toString().replace("%", "%%").replace("'", "'\\''");
            var set = options.with("restore_command", "cp '" + quoted + "'/%f \"%p\"");
            if (until != null) {
                set = set.with("recovery_target_time", TIME.format(until));
            }
            return timeline == null ? set : set.with("recovery_target_timeline", timeline.toString());
        }
    }

    /** Refuses what must not be restored, or not here. */
    void check(StoredBackup backup, boolean replace) throws Exception {
        var database = EmbeddedPostgres.data(folder.path());
        if (EmbeddedPostgres.running(folder.path()).isPresent()) {
            throw new CannotStart("The database in " + folder.path() + " runs: stop it first.");
        }
        if (Files.exists(database) && !replace) {
            throw new CannotStart("There is a database in " + folder.path()
                    + " already: restore into another folder, or set it aside with --replace.");
        }
        var secret = configuration.section("app", AppSettings.class).masterSecret();
        if (!Backups.secretId(new MasterSecret(secret.bytes()))
                .equals(backup.about().secretId())) {
            throw new CannotStart("The backup was taken under another master secret: put that one into "
                    + folder.path().resolve("master.secret") + " first.");
        }
        progress.step("Checking the backup " + backup, () -> {
            backup.check();
            return backup;
        });
    }

    /** Restores it, and proves what it restored. */
    Proof restore(StoredBackup backup, Target target) throws Exception {
        var scratch = folder.path().resolve(SCRATCH);
        remove(scratch);
        Files.createDirectory(scratch);
        var copy = EmbeddedPostgres.data(scratch);
        progress.step("Copying %d MiB".formatted(backup.bytes() >> 20), () -> {
            backup.copyTo(copy);
            Files.createFile(copy.resolve("recovery.signal"));
            EmbeddedPostgres.own(copy);
            return copy;
        });
        progress.step("Replaying the log", () -> replay(scratch, target));
        takePlace(copy);
        remove(scratch);
        EmbeddedPostgres.adopt(EmbeddedPostgres.Options.in(folder.path()));
        return progress.step("Proving audit chains and books", this::prove);
    }

    private Path replay(Path scratch, Target target) throws IOException {
        var options = target.set(DevServers.options(scratch, configuration)
                .with("recovery_target_action", "promote")
                // Else the server counts as ready as soon as it can be read, before all of the log is replayed.
                .with("hot_standby", "off")
                .readyWithin(REPLAY_MAX));
        try {
            EmbeddedPostgres.start(options).close();
            return scratch;
        } catch (StartFailure e) {
            var why = fatal(scratch.resolve("postgres.log"));
            throw new CannotStart(
                    why.contains(TOO_SHORT)
                            ? "The archive of the log in " + target.archive() + " ends before " + target.until()
                                    + ": leave --until out for the newest state that there is."
                            : e.getMessage() + " " + why);
        }
    }

    private static String fatal(Path log) throws IOException {
        try (var lines = Files.lines(log)) {
            return lines.filter(line -> line.contains("FATAL:")).reduce("", (before, line) -> line);
        }
    }

    /** What was there before goes aside; checkpoints that state what this history does not know go with it. */
    private void takePlace(Path copy) throws IOException {
        if (EmbeddedPostgres.running(folder.path()).isPresent()) {
            throw new CannotStart("The database in " + folder.path() + " was started meanwhile: it stays as it is.");
        }
        var stamp = ".before-" + STAMP.format(Clock.systemUTC().instant());
        var database = EmbeddedPostgres.data(folder.path());
        for (var path : List.of(database, folder.checkpoints("audit"), folder.checkpoints("ledger"))) {
            if (Files.exists(path)) {
                setAside.add(Files.move(path, path.resolveSibling(path.getFileName() + stamp)));
            }
        }
        Files.move(copy, database);
    }

    private Proof prove() throws Exception {
        try (var servers = DevServers.start(folder.path(), configuration)) {
            var complete = servers.in(configuration);
            // First of all: whoever starts the platform on this folder after a proof that failed needs it, too.
            asOf = Database.of(complete).connected(connection -> connection
                    .query("SELECT coalesce(events.begin_history()::text, 'without a change')")
                    .execute()
                    .map(rows -> rows.iterator().next().getString(0)));
            return Proof.of(complete);
        }
    }

    /** The time of the newest change that is there. */
    String asOf() {
        return asOf;
    }

    /** What stood in the way and was moved. */
    List<Path> setAside() {
        return setAside;
    }

    private static void remove(Path tree) throws IOException {
        if (Files.exists(tree)) {
            try (var all = Files.walk(tree)) {
                for (var one : all.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(one);
                }
            }
        }
    }
}
