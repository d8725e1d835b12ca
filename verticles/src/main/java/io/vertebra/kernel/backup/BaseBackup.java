package io.vertebra.kernel.backup;

import io.vertebra.kernel.backup.Manifest.Piece;
import io.vertebra.kernel.backup.Manifest.Range;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgConnection;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Takes a backup of a running server: its files are copied between {@code pg_backup_start} and {@code pg_backup_stop},
 * then the log that was written meanwhile, which a temporary slot keeps from being removed. Everything is on the disk
 * before the backup gets its name. Works where the server's files can be read.
 */
public final class BaseBackup {
    private static final String LOOK = """
            SELECT current_setting('data_directory') AS data, current_setting('server_version') AS version,
                   (SELECT system_identifier FROM pg_control_system()) AS system,
                   (SELECT timeline_id FROM pg_control_checkpoint()) AS timeline,
                   pg_size_bytes(current_setting('wal_segment_size')) AS segment, pg_is_in_recovery() AS replica""";
    private static final String RESERVE = "SELECT pg_create_physical_replication_slot($1, true, true)";
    private static final String START = "SELECT pg_backup_start($1, true)::text";
    private static final String STOP =
            "SELECT lsn::text, labelfile, spcmapfile, clock_timestamp() AS now FROM pg_backup_stop(false)";
    private static final String LIMITS = "SET statement_timeout = 0; SET idle_session_timeout = 0";

    private final Vertx vertx;
    private final Source source;
    private final BackupShelf shelf;
    private final Clock clock;

    /**
     * A backup that is to be taken.
     *
     * @param vertx what copying runs on, on a thread of its own
     */
    public BaseBackup(Vertx vertx, Source source, BackupShelf shelf, Clock clock) {
        this.vertx = vertx;
        this.source = source;
        this.shelf = shelf;
        this.clock = clock;
    }

    /**
     * Of what.
     *
     * @param server the server, as a role that may make backups
     * @param data its data folder as this process sees it; null for the path that it names itself
     * @param secretId see {@link About#secretId}
     */
    public record Source(PgConnectOptions server, @Nullable Path data, String secretId) {}

    /** What the server says of itself. */
    private record Server(Path data, String version, long system, int timeline, long segmentBytes) {}

    /** The files as they were copied, and from where on the log is needed. */
    private record Copied(Server server, Instant startedAt, Path part, String from, List<Piece> pieces) {}

    /** Takes the backup. Fails in one sentence, and then leaves nothing behind. */
    public Future<StoredBackup> take() {
        var files = vertx.createSharedWorkerExecutor("backup", 1, 1, TimeUnit.DAYS);
        return PgConnection.connect(vertx, source.server())
                .recover(away -> refuse("The server cannot be reached: " + away.getMessage()))
                .compose(connection -> look(connection)
                        .compose(server -> on(connection, server, files))
                        .eventually(connection::close))
                .recover(failure -> Future.failedFuture(explained(failure)))
                .eventually(files::close);
    }

    private Future<Server> look(SqlConnection connection) {
        return connection.query(LOOK).execute().compose(rows -> {
            var row = rows.iterator().next();
            if (row.getBoolean("replica")) {
                return refuse("This server is a replica; back up the primary");
            }
            var data = source.data() == null ? Path.of(row.getString("data")) : source.data();
            return Future.succeededFuture(new Server(
                    data,
                    row.getString("version"),
                    row.getLong("system"),
                    row.getInteger("timeline"),
                    row.getLong("segment")));
        });
    }

    private Future<StoredBackup> on(SqlConnection connection, Server server, WorkerExecutor files) {
        var startedAt = clock.instant();
        return files.executeBlocking(() -> begin(server, startedAt)).compose(part -> start(connection)
                .compose(from ->
                        files.executeBlocking(() -> new Copied(server, startedAt, part, from, data(server, part))))
                .compose(copied -> connection
                        .query(STOP)
                        .execute()
                        .map(rows -> rows.iterator().next())
                        .compose(stop -> files.executeBlocking(() -> finish(copied, stop))))
                .recover(failure -> files.executeBlocking(() -> {
                            Copying.remove(part);
                            return part;
                        })
                        .transform(removed -> Future.failedFuture(failure))));
    }

    private Future<String> start(SqlConnection connection) {
        var slot = "vertebra_" + UUID.randomUUID().toString().replace('-', '_');
        return connection
                .query(LIMITS)
                .execute()
                .compose(set -> connection.preparedQuery(RESERVE).execute(Tuple.of(slot)))
                .compose(reserved -> connection.preparedQuery(START).execute(Tuple.of(slot)))
                .map(rows -> rows.iterator().next().getString(0));
    }

    private Path begin(Server server, Instant now) throws IOException {
        var control = server.data().resolve("global/pg_control");
        if (!Files.isReadable(control)) {
            throw new BackupRefused("PostgreSQL's data folder " + server.data() + " cannot be read: take the backup on"
                    + " its machine as its user, or set backup.data.");
        }
        if (system(control) != server.system()) {
            throw new BackupRefused("The data folder " + server.data() + " belongs to another server.");
        }
        if (!new Tree(server.data()).below("pg_tblspc").isEmpty()) {
            throw new BackupRefused("The server has tablespaces, which a backup would not hold: use pg_basebackup.");
        }
        return shelf.begin(now);
    }

    private static long system(Path control) throws IOException {
        var first = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.nativeOrder());
        try (var file = FileChannel.open(control, StandardOpenOption.READ)) {
            file.read(first);
        }
        return first.flip().getLong();
    }

    private static List<Piece> data(Server server, Path part) throws IOException {
        var tree = new Tree(server.data());
        for (var folder : tree.folders()) {
            Copying.folder(part.resolve(folder));
        }
        var pieces = new ArrayList<Piece>();
        for (var file : tree.files()) {
            var piece = Copying.copy(server.data().resolve(file), part.resolve(file), file);
            if (piece != null) {
                pieces.add(piece);
            }
        }
        return pieces;
    }

    private StoredBackup finish(Copied copied, Row stop) throws IOException {
        var part = copied.part();
        var server = copied.server();
        var until = stop.getString(0);
        if (!stop.getString(2).isBlank()) {
            throw new BackupRefused("The server has tablespaces, which a backup would not hold: use pg_basebackup.");
        }
        var pieces = new ArrayList<>(copied.pieces());
        for (var segment :
                Wal.segments(server.timeline(), Wal.place(copied.from()), Wal.place(until), server.segmentBytes())) {
            var name = Wal.FOLDER + "/" + segment;
            var piece = Copying.copy(server.data().resolve(name), part.resolve(name), name);
            if (piece == null) {
                throw new BackupRefused("The segment " + segment + " of the log is gone already.");
            }
            pieces.add(piece);
        }
        var now = stop.getOffsetDateTime(3).toInstant();
        pieces.add(Copying.write(part.resolve("backup_label"), "backup_label", stop.getString(1), now));
        var about = new About(
                copied.startedAt(), now, server.system(), server.version(), server.segmentBytes(), source.secretId());
        pieces.add(Copying.write(part.resolve(About.FILE), About.FILE, about.text(), now));
        var manifest = new Manifest(pieces, new Range(server.timeline(), copied.from(), until));
        Copying.write(part.resolve(Manifest.FILE), Manifest.FILE, manifest.text(), now);
        Copying.forceFolders(part);
        return StoredBackup.open(shelf.finish(part));
    }

    private static <T> Future<T> refuse(String why) {
        return Future.failedFuture(new BackupRefused(why + "."));
    }

    private static Throwable explained(Throwable failure) {
        return failure instanceof BackupRefused refused
                ? refused
                : new BackupRefused("The backup could not be taken: " + failure.getMessage() + ".");
    }
}
