package io.vertebra.testing;

import static io.vertebra.testing.Await.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertebra.bus.Contracts;
import io.vertebra.kernel.config.DatabaseSettings;
import io.vertebra.kernel.config.Secret;
import io.vertebra.kernel.db.Db;
import io.vertebra.kernel.health.Health;
import io.vertebra.launcher.embedded.EmbeddedPostgres;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnection;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;

/**
 * A fresh, migrated database and the kernel's way to it, without the rest of the platform.
 *
 * @param server the database
 * @param db the connections of the domains that were named
 */
public record TestDb(Vertx vertx, Servers.Database server, Db db) {
    private static final int WRITERS = 8;

    /** A database of its own, opened for these domains. */
    public static TestDb fresh(Vertx vertx, Collection<String> domains) {
        return on(vertx, Servers.freshDatabase(), domains);
    }

    /** A database that is there, opened for these domains. */
    public static TestDb on(Vertx vertx, Servers.Database server, Collection<String> domains) {
        var settings = settings(server, domains.size());
        var clock = Clock.systemUTC();
        var around = new Db.Surroundings(
                vertx,
                settings,
                Servers.SECRET,
                1,
                clock,
                new SimpleMeterRegistry(),
                Contracts.load(),
                Db.breaker(new Health(clock).part("database"), settings));
        return new TestDb(vertx, server, await(Db.open(around, domains)));
    }

    /** Runs statements as the owner of the database. */
    public void asOwner(String sql) {
        await(PgConnection.connect(vertx, server.owner())
                .compose(connection -> connection.query(sql).execute().eventually(connection::close)));
    }

    /** Runs statements as a superuser of the server, whom no right and no trigger stops. */
    public void asSuperuser(String sql) {
        var options = server.owner().setUser(EmbeddedPostgres.SUPERUSER);
        await(PgConnection.connect(vertx, options)
                .compose(connection -> connection.query(sql).execute().eventually(connection::close)));
    }

    private static DatabaseSettings settings(Servers.Database server, int domains) {
        return new DatabaseSettings(
                "127.0.0.1",
                server.port(),
                server.name(),
                EmbeddedPostgres.OWNER,
                Secret.of(server.ownerPassword()),
                DatabaseSettings.Ssl.DISABLE,
                "",
                false,
                true,
                (domains + 1) * (WRITERS + 1),
                WRITERS,
                1,
                64,
                Duration.ofSeconds(10),
                Duration.ofSeconds(5),
                Duration.ofSeconds(30),
                Duration.ofSeconds(5),
                100,
                Duration.ofSeconds(1));
    }
}
