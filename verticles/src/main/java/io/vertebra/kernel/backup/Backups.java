package io.vertebra.kernel.backup;

import io.vertebra.kernel.backup.BaseBackup.Source;
import io.vertebra.kernel.config.BackupSettings;
import io.vertebra.kernel.config.DatabaseSettings;
import io.vertebra.kernel.db.Connecting;
import io.vertebra.kernel.jobs.Run;
import io.vertebra.kernel.jobs.Schedule;
import io.vertebra.kernel.secrets.MasterSecret;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HexFormat;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The backups that the configuration asks for. */
public final class Backups {
    private static final Logger LOG = LoggerFactory.getLogger(Backups.class);
    private static final int ID_BYTES = 8;

    private final Vertx vertx;
    private final BackupSettings settings;
    private final Source source;
    private final Clock clock;

    /** Backups of the configured database, by the role that the configuration names for it. */
    public Backups(Vertx vertx, BackupSettings settings, DatabaseSettings database, MasterSecret secret, Clock clock) {
        this.vertx = vertx;
        this.settings = settings;
        this.clock = clock;
        var user = settings.user().isEmpty() ? database.user() : settings.user();
        var password = settings.user().isEmpty() ? database.password() : settings.password();
        var server = Connecting.options(database, user, password.reveal()).setCachePreparedStatements(false);
        this.source = new Source(server, settings.data().isEmpty() ? null : Path.of(settings.data()), secretId(secret));
    }

    /** Which master secret this is, without saying anything of it. */
    public static String secretId(MasterSecret secret) {
        var key = secret.key("backup", "secret-id").getEncoded();
        return HexFormat.of().formatHex(key, 0, ID_BYTES);
    }

    /** When one is due. */
    public Schedule schedule() {
        return Schedule.cron(settings.schedule());
    }

    /** Takes one now, to this folder. */
    public Future<StoredBackup> take(Path folder) {
        return new BaseBackup(vertx, source, new BackupShelf(folder), clock).take();
    }

    /**
     * Takes the one that is due, then removes those that are past their retention, unless another node took over. What
     * cannot be removed is said, and not a reason to take another one.
     */
    public Future<?> due(Run run) {
        var folder = Path.of(settings.folder());
        return take(folder)
                .onSuccess(taken -> LOG.info("Took the backup {} of {} bytes", taken, taken.bytes()))
                .compose(taken -> run.inWork(work -> Future.succeededFuture(taken)))
                .compose(ours -> expire(folder));
    }

    private Future<Void> expire(Path folder) {
        var now = clock.instant();
        var shelf = new BackupShelf(folder);
        return vertx.executeBlocking(() -> shelf.expire(now, settings.retention()), false)
                .onSuccess(removed -> removed.forEach(name -> LOG.info("Removed the backup {}", name)))
                .onFailure(failure -> LOG.error("Old backups in {} cannot be removed", folder, failure))
                .transform((removed, failure) -> Future.succeededFuture());
    }
}
