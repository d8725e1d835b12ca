package io.vertebra.testing;

import static io.vertebra.testing.Await.await;

import io.vertebra.kernel.db.Migrations;
import io.vertebra.kernel.db.Roles;
import io.vertebra.kernel.db.SqlFolder;
import io.vertebra.launcher.embedded.EmbeddedPostgres;
import io.vertebra.launcher.embedded.EmbeddedRedis;
import io.vertebra.launcher.embedded.StartFailure;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgConnection;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One PostgreSQL and one Redis for the whole test run, and a fresh, migrated database for whoever asks. The servers
 * start with the first use and stop with the JVM; their data stays in {@code target/servers} for a faster next start.
 */
public final class Servers {
    /** The master secret that the roles' passwords of all test databases are derived from. */
    public static final String SECRET = "the-master-secret-of-all-tests-of-the-platform";

    private static final String TEMPLATE = "template_migrated";
    private static final int FOLDERS_MAX = 16;
    private static final AtomicInteger DATABASES = new AtomicInteger();
    private static final AtomicInteger REDIS_DATABASES = new AtomicInteger();

    private Servers() {}

    /**
     * A fresh database.
     *
     * @param name its name
     * @param port the server's port on 127.0.0.1
     * @param ownerPassword the password of {@link EmbeddedPostgres#OWNER}
     */
    public record Database(String name, int port, String ownerPassword) {
        /** Its address for the owner. */
        public String url() {
            return "postgresql://" + EmbeddedPostgres.OWNER + ":" + ownerPassword + "@127.0.0.1:" + port + "/" + name;
        }

        /** How the owner connects. */
        public PgConnectOptions owner() {
            return options(name, port, EmbeddedPostgres.OWNER, ownerPassword);
        }

        /** How the login role of a domain connects. */
        public PgConnectOptions domain(String domain) {
            var role = Roles.of(domain);
            return options(name, port, role, Roles.password(SECRET, role));
        }
    }

    private static final class Started {
        static final EmbeddedPostgres POSTGRES = startPostgres();
        static final EmbeddedRedis REDIS = startRedis();

        static {
            Runtime.getRuntime()
                    .addShutdownHook(new Thread(
                            () -> {
                                REDIS.close();
                                POSTGRES.close();
                            },
                            "stop-servers"));
        }
    }

    /** The PostgreSQL of this run. */
    public static EmbeddedPostgres postgres() {
        return Started.POSTGRES;
    }

    /** The Redis of this run. */
    public static EmbeddedRedis redis() {
        return Started.REDIS;
    }

    /** An address of the run's Redis with a database number that nobody else of this run has. */
    public static String freshRedis() {
        return redis().url(REDIS_DATABASES.incrementAndGet());
    }

    /** A database of its own, migrated; made by copying the template. */
    public static Database freshDatabase() {
        var name = "test_" + DATABASES.incrementAndGet();
        execute(postgres(), "CREATE DATABASE " + name + " TEMPLATE " + TEMPLATE);
        return new Database(name, postgres().port(), postgres().password());
    }

    private static EmbeddedPostgres startPostgres() {
        var postgres = inFreeFolder(folder -> EmbeddedPostgres.start(
                EmbeddedPostgres.Options.in(folder).with("fsync", "off").with("max_connections", "400")));
        dropLeftovers(postgres);
        execute(postgres, "CREATE DATABASE " + TEMPLATE);
        var options = options(TEMPLATE, postgres.port(), EmbeddedPostgres.OWNER, postgres.password());
        var vertx = Vertx.vertx();
        try {
            await(new Migrations(vertx, options, SECRET, SqlFolder.find(null)).up());
        } finally {
            await(vertx.close());
        }
        return postgres;
    }

    private static EmbeddedRedis startRedis() {
        return inFreeFolder(folder -> EmbeddedRedis.start(folder, EmbeddedPostgres.userCache(), 0));
    }

    /** Two runs at the same time take two folders. */
    private static <T> T inFreeFolder(java.util.function.Function<Path, T> start) {
        for (int number = 1; ; number++) {
            try {
                return start.apply(Path.of("target", "servers", Integer.toString(number)));
            } catch (StartFailure e) {
                if (number == FOLDERS_MAX || !e.getMessage().contains("in use")) {
                    throw e;
                }
            }
        }
    }

    private static void dropLeftovers(EmbeddedPostgres postgres) {
        var vertx = Vertx.vertx();
        try {
            await(PgConnection.connect(vertx, maintenance(postgres)).compose(connection -> connection
                    .query("SELECT datname FROM pg_database WHERE datname LIKE 'test\\_%' OR datname = '" + TEMPLATE
                            + "'")
                    .execute()
                    .compose(rows -> {
                        var done = io.vertx.core.Future.<Object>succeededFuture();
                        for (var row : rows) {
                            done = done.compose(dropped -> connection
                                    .query("DROP DATABASE " + row.getString(0) + " WITH (FORCE)")
                                    .execute()
                                    .mapEmpty());
                        }
                        return done;
                    })
                    .eventually(connection::close)));
        } finally {
            await(vertx.close());
        }
    }

    private static void execute(EmbeddedPostgres postgres, String sql) {
        var vertx = Vertx.vertx();
        try {
            await(PgConnection.connect(vertx, maintenance(postgres))
                    .compose(connection -> connection.query(sql).execute().eventually(connection::close)));
        } finally {
            await(vertx.close());
        }
    }

    private static PgConnectOptions maintenance(EmbeddedPostgres postgres) {
        return options(EmbeddedPostgres.DATABASE, postgres.port(), EmbeddedPostgres.OWNER, postgres.password());
    }

    private static PgConnectOptions options(String database, int port, String user, String password) {
        return new PgConnectOptions()
                .setHost("127.0.0.1")
                .setPort(port)
                .setDatabase(database)
                .setUser(user)
                .setPassword(password);
    }
}
