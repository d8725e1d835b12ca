package io.vertebra.kernel.db;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgConnection;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings a database to the state that this program needs: a schema and a login role per domain, then each migration
 * file once, in a transaction of its own. Runs as the owner of the database, who need not be a superuser, under a lock,
 * so that nodes may start at the same time. A file that was changed after it ran is an error.
 */
public final class Migrations {
    private static final Logger LOG = LoggerFactory.getLogger(Migrations.class);
    private static final long LOCK = 7_214_531;
    private static final int ROLE_ATTEMPTS_MAX = 10;
    /** Schemas whose functions every domain calls. */
    private static final Set<String> SHARED = Set.of("kernel", "events", "audit", "jobs", "ledger");

    private final Vertx vertx;
    private final PgConnectOptions owner;
    private final String secret;
    private final SqlFolder folder;

    /**
     * Migrations for one database.
     *
     * @param owner the database, as its owner
     * @param secret the master secret that the roles' passwords are derived from
     */
    public Migrations(Vertx vertx, PgConnectOptions owner, String secret, SqlFolder folder) {
        this.vertx = vertx;
        this.owner = owner;
        this.secret = secret;
        this.folder = folder;
    }

    /** Runs what has not run yet and answers how many files that were. */
    public Future<Integer> up() {
        var files = folder.files();
        return PgConnection.connect(vertx, owner).compose(connection -> connection
                .query("SET lock_timeout = '60s'; SELECT pg_advisory_lock(" + LOCK + ")")
                .execute()
                .compose(locked -> prepare(connection))
                .compose(ready -> applied(connection))
                .compose(applied -> apply(connection, files, applied))
                .eventually(connection::close));
    }

    private Future<?> prepare(SqlConnection connection) {
        Future<?> done = connection.query("""
                        SET client_min_messages = warning;
                        CREATE TABLE IF NOT EXISTS public._migrations (
                          version text PRIMARY KEY,
                          name text NOT NULL,
                          checksum text NOT NULL,
                          applied_at timestamptz NOT NULL DEFAULT now(),
                          millis integer NOT NULL
                        )""").execute();
        for (var domain : folder.domains()) {
            done = done.compose(ready -> role(connection, Roles.of(domain), 1));
        }
        for (var domain : folder.domains()) {
            done = done.compose(ready -> connection.query(schema(domain)).execute());
        }
        return done;
    }

    /** Roles belong to the whole cluster: another database's migrations may change the same row at the same time. */
    private Future<?> role(SqlConnection connection, String role, int attempt) {
        var verifier = Roles.verifier(secret, role);
        return connection
                .preparedQuery("SELECT 1 FROM pg_roles WHERE rolname = $1")
                .execute(Tuple.of(role))
                .compose(found -> connection
                        .query((found.size() == 0 ? "CREATE" : "ALTER") + " ROLE " + role + " LOGIN PASSWORD '"
                                + verifier + "'")
                        .execute())
                .mapEmpty()
                .recover(failure -> attempt < ROLE_ATTEMPTS_MAX && concurrent(failure)
                        ? role(connection, role, attempt + 1).mapEmpty()
                        : Future.failedFuture(failure));
    }

    private static boolean concurrent(Throwable failure) {
        return failure instanceof PgException e
                && Set.of("XX000", "42710", "23505").contains(e.getSqlState());
    }

    /** What a domain's role may do with its tables is said once: its migrations may take some of that back. */
    private String schema(String domain) {
        var role = Roles.of(domain);
        var statements = new StringBuilder("""
                DO $$ BEGIN
                  IF NOT EXISTS (SELECT FROM pg_namespace WHERE nspname = '%1$s') THEN
                    CREATE SCHEMA %1$s;
                    ALTER DEFAULT PRIVILEGES IN SCHEMA %1$s GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO %2$s;
                    ALTER DEFAULT PRIVILEGES IN SCHEMA %1$s GRANT USAGE, SELECT ON SEQUENCES TO %2$s;
                  END IF;
                END $$;
                """.formatted(domain, role));
        var users = SHARED.contains(domain) ? folder.domains() : List.of(domain);
        for (var user : users) {
            statements.append("GRANT USAGE ON SCHEMA " + domain + " TO " + Roles.of(user) + ";\n");
        }
        return statements.toString();
    }

    private static Future<Map<String, String>> applied(SqlConnection connection) {
        return connection
                .query("SELECT version, checksum FROM public._migrations")
                .execute()
                .map(rows -> {
                    var applied = new HashMap<String, String>();
                    rows.forEach(row -> applied.put(row.getString(0), row.getString(1)));
                    return applied;
                });
    }

    private Future<Integer> apply(SqlConnection connection, List<SqlFolder.File> files, Map<String, String> applied) {
        var done = Future.succeededFuture(0);
        for (var file : files) {
            var checksum = checksum(file.sql());
            var before = applied.get(file.version());
            if (before == null) {
                done = done.compose(count -> apply(connection, file, checksum).map(count + 1));
            } else if (!before.equals(checksum)) {
                return Future.failedFuture(new MigrationRefused("The migration " + file.name()
                        + " was changed after it ran on this database: take the change back and add a new file."));
            }
        }
        return done;
    }

    private static Future<?> apply(SqlConnection connection, SqlFolder.File file, String checksum) {
        long start = System.nanoTime();
        return connection
                .query("BEGIN")
                .execute()
                .compose(begun -> connection.query(file.sql()).execute())
                .compose(run -> connection
                        .preparedQuery("INSERT INTO public._migrations (version, name, checksum, millis)"
                                + " VALUES ($1, $2, $3, $4)")
                        .execute(Tuple.of(file.version(), file.name(), checksum, millisSince(start))))
                .compose(noted -> connection.query("COMMIT").execute())
                .onSuccess(committed -> LOG.info("Migrated {} in {} ms", file.name(), millisSince(start)))
                .mapEmpty()
                .recover(failure -> connection
                        .query("ROLLBACK")
                        .execute()
                        .transform(rolledBack -> Future.failedFuture(new MigrationRefused(
                                "The migration " + file.name() + " failed: " + failure.getMessage(), failure))));
    }

    private static int millisSince(long start) {
        return (int) TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
    }

    private static String checksum(String sql) {
        try {
            var digest = MessageDigest.getInstance("SHA-256").digest(sql.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("The JDK lacks SHA-256.", e);
        }
    }
}
