package io.vertebra.launcher;

import io.vertebra.kernel.backup.Backups;
import io.vertebra.kernel.backup.StoredBackup;
import io.vertebra.kernel.config.AppSettings;
import io.vertebra.kernel.config.BackupSettings;
import io.vertebra.kernel.config.Configuration;
import io.vertebra.kernel.config.DatabaseSettings;
import io.vertebra.kernel.secrets.MasterSecret;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Clock;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code backup}. */
@Command(
        name = "backup",
        description = "Takes a base backup of the running database, with checksums and the log that it needs.",
        mixinStandardHelpOptions = true,
        footer = "%nRuns where the files of PostgreSQL can be read, as a user who may; see docs/backup.md.")
final class TakeBackup implements Callable<Integer> {
    @Option(
            names = "--to",
            paramLabel = "FOLDER",
            description = "Where backups are kept, a folder for each (default: backup.folder).")
    private @Nullable Path to;

    @Option(
            names = "--data",
            paramLabel = "FOLDER",
            description = "The folder of `dev` or `cluster` that is backed up (default: .vertebra, unless another"
                    + " database is configured).")
    private @Nullable Path data;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        var configuration = Configuration.of(System.getenv(), Configuration.folder(System.getenv()));
        var folder = folder(configuration);
        var progress = new Progress(spec.commandLine().getOut());
        try (var database = Chosen.of(data, configuration)) {
            var taken = progress.step("Copying the database", () -> take(database.configuration(), folder));
            progress.say("");
            progress.say("  %-10s %s".formatted("backup", taken.path()));
            progress.say("  %-10s %d MiB, every file with its SHA-256".formatted("size", taken.bytes() >> 20));
            progress.say("  %-10s %s".formatted("good from", taken.about().finishedAt()));
            progress.say(
                    "  Keep the master secret elsewhere: it is not in the backup, and nothing is read without it.");
        }
        return 0;
    }

    private Path folder(Configuration configuration) {
        if (to != null) {
            return to;
        }
        var configured = configuration.section("backup", BackupSettings.class).folder();
        if (configured.isEmpty()) {
            throw new CannotStart("Say where the backup goes with --to, or set backup.folder.");
        }
        return Path.of(configured);
    }

    private static StoredBackup take(Configuration configuration, Path folder) throws Exception {
        var secret = configuration.section("app", AppSettings.class).masterSecret();
        var vertx = Vertx.vertx();
        try {
            return new Backups(
                            vertx,
                            configuration.section("backup", BackupSettings.class),
                            configuration.section("database", DatabaseSettings.class),
                            new MasterSecret(secret.bytes()),
                            Clock.systemUTC())
                    .take(folder)
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().get();
        }
    }
}
