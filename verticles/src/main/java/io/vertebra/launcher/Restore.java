package io.vertebra.launcher;

import io.vertebra.kernel.backup.BackupShelf;
import io.vertebra.kernel.backup.StoredBackup;
import io.vertebra.kernel.config.Configuration;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code restore}. */
@Command(
        name = "restore",
        description =
                "Restores a backup into a folder of `dev` or `cluster`, replays the log, and proves audit chains and"
                        + " books.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "FOLDER with backups: the newest state that its archive of the log holds, or that at --until.",
            "A single backup: the state at its end.",
            "Exit code 0 when restored and proved, 1 otherwise. docs/backup.md has servers of your own."
        })
final class Restore implements Callable<Integer> {
    @Option(
            names = "--from",
            required = true,
            paramLabel = "FOLDER",
            description = "The folder with backups, or a single backup.")
    private Path from = Path.of("");

    @Option(
            names = "--data",
            paramLabel = "FOLDER",
            defaultValue = ".vertebra",
            description = "The folder that the database is restored into (default: ${DEFAULT-VALUE}).")
    private Path data = Path.of(".vertebra");

    @Option(
            names = "--until",
            paramLabel = "TIME",
            description = "The time to go back to: 2026-12-24T18:30:00Z. Needs the archive of the log.")
    private @Nullable Instant until;

    @Option(
            names = "--wal",
            paramLabel = "FOLDER",
            description = "The archive of the log (default: the folder `wal` beside the backups).")
    private @Nullable Path wal;

    @Option(
            names = "--timeline",
            paramLabel = "NUMBER",
            description = "Which history of the log to follow after earlier restores (default: the latest).")
    private @Nullable Integer timeline;

    @Option(names = "--replace", description = "Restores although a database is there; that is set aside, not removed.")
    private boolean replace;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        var configuration = Configuration.of(System.getenv(), Configuration.folder(System.getenv()));
        boolean single = Files.exists(from.resolve("backup_manifest"));
        var shelf = new BackupShelf(single ? from.toAbsolutePath().resolveSibling("") : from);
        var backup = single ? StoredBackup.open(from) : newest(shelf);
        var target = new Recovery.Target(archive(shelf, single), until, timeline);
        var progress = new Progress(spec.commandLine().getOut());
        var recovery = new Recovery(configuration, DevFolder.open(data), progress);
        recovery.check(backup, replace);
        var proof = recovery.restore(backup, target);
        progress.say("");
        progress.say("  %-10s %s of %s".formatted("restored", recovery.asOf(), backup));
        proof.lines().forEach(line -> progress.say("  " + line));
        recovery.setAside().forEach(path -> progress.say("  %-10s %s".formatted("set aside", path)));
        progress.say("  Take a backup now: this is the beginning of a new history.");
        return proof.intact() ? 0 : 1;
    }

    private StoredBackup newest(BackupShelf shelf) {
        return shelf.newest(until == null ? Instant.MAX : until)
                .orElseThrow(() -> new CannotStart(
                        until == null
                                ? "The folder " + from + " holds no complete backup."
                                : "The folder " + from + " holds no backup that was complete at " + until + "."));
    }

    /** Null when the log goes no further than that of the backup. */
    private @Nullable Path archive(BackupShelf shelf, boolean single) {
        var found = wal == null ? shelf.archive() : wal.toAbsolutePath().normalize();
        if (Files.isDirectory(found)) {
            return single && until == null ? null : found;
        }
        if (wal != null || until != null) {
            throw new CannotStart("There is no archive of the log in " + found
                    + ", which a restore to a time needs: name it with --wal.");
        }
        return null;
    }
}
