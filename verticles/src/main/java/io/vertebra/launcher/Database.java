package io.vertebra.launcher;

import io.vertebra.kernel.config.AppSettings;
import io.vertebra.kernel.config.Configuration;
import io.vertebra.kernel.config.DatabaseSettings;
import io.vertebra.kernel.db.Migrations;
import io.vertebra.kernel.db.SqlFolder;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.ClientSSLOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgConnection;
import io.vertx.pgclient.SslMode;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/** The configured database as its owner sees it, for verbs that do one thing and end. */
final class Database {
    private static final long PATIENCE_SECONDS = 600;

    private final DatabaseSettings settings;
    private final AppSettings app;

    private Database(DatabaseSettings settings, AppSettings app) {
        this.settings = settings;
        this.app = app;
    }

    static Database of(Configuration configuration) {
        return new Database(
                configuration.section("database", DatabaseSettings.class),
                configuration.section("app", AppSettings.class));
    }

    /** Migrates and answers how many files were run. */
    int migrate() throws Exception {
        return with(vertx -> {
            var secret = app.masterSecret().reveal();
            return new Migrations(vertx, owner(), secret, SqlFolder.find(null)).up();
        });
    }

    /** Does something on one connection of the owner. */
    <T> T connected(Function<PgConnection, Future<T>> work) throws Exception {
        return with(vertx -> PgConnection.connect(vertx, owner())
                .compose(connection -> work.apply(connection).eventually(connection::close)));
    }

    private PgConnectOptions owner() {
        var options = new PgConnectOptions()
                .setHost(settings.host())
                .setPort(settings.port())
                .setDatabase(settings.name())
                .setUser(settings.user())
                .setPassword(settings.password().reveal())
                .setSslMode(SslMode.of(
                        settings.ssl().name().toLowerCase(Locale.ROOT).replace('_', '-')));
        if (!settings.sslRoot().isEmpty()) {
            options.setSslOptions(new ClientSSLOptions()
                    .setHostnameVerificationAlgorithm("HTTPS")
                    .setTrustOptions(new PemTrustOptions().addCertPath(settings.sslRoot())));
        } else if (settings.ssl() != DatabaseSettings.Ssl.DISABLE) {
            options.setSslOptions(
                    new ClientSSLOptions().setTrustAll(settings.ssl().compareTo(DatabaseSettings.Ssl.REQUIRE) <= 0));
        }
        return options;
    }

    private <T> T with(Function<Vertx, Future<T>> work) throws Exception {
        var vertx = Vertx.vertx();
        try {
            return work.apply(vertx).toCompletionStage().toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (java.util.concurrent.ExecutionException e) {
            throw new CannotStart("The database " + settings.name() + " on " + settings.host() + ":" + settings.port()
                    + " cannot be used: " + CannotStart.reason(e));
        } catch (TimeoutException e) {
            throw new CannotStart("The database did not answer within " + PATIENCE_SECONDS + " seconds.");
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        }
    }
}
