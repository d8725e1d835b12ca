package io.vertebra.kernel.db;

import io.vertebra.kernel.config.DatabaseSettings;
import io.vertx.core.net.ClientSSLOptions;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.SslMode;
import java.time.Duration;

/** How a role connects to the database. */
public final class Connecting {
    /** Longer texts are never prepared; a statement that is not prepared stops its connection's pipeline. */
    static final int SQL_CHARACTERS_MAX = 4_096;

    private static final int STATEMENTS_MAX = 512;
    /** Work waits for nothing but PostgreSQL: a node that stands still in the middle of it lets go of its rows. */
    private static final Duration IDLE_IN_TRANSACTION = Duration.ofSeconds(8);

    private Connecting() {}

    /** The connection of a role, for pools. */
    public static PgConnectOptions options(DatabaseSettings settings, String role, String password) {
        var options = new PgConnectOptions()
                .setHost(settings.host())
                .setPort(settings.port())
                .setDatabase(settings.name())
                .setUser(role)
                .setPassword(password);
        options.setCachePreparedStatements(settings.preparedStatements());
        options.setUseLayer7Proxy(!settings.preparedStatements());
        options.setPreparedStatementCacheMaxSize(STATEMENTS_MAX);
        options.setPreparedStatementCacheSqlLimit(SQL_CHARACTERS_MAX);
        options.addProperty("application_name", "vertebra:" + role);
        options.addProperty(
                "statement_timeout", Long.toString(settings.statementTimeout().toMillis()));
        options.addProperty("idle_in_transaction_session_timeout", Long.toString(IDLE_IN_TRANSACTION.toMillis()));
        options.addProperty("jit", "off");
        encrypt(options, settings);
        return options;
    }

    /** The connection of the owner, for migrations: no limits on how long a statement runs. */
    public static PgConnectOptions owner(DatabaseSettings settings) {
        var options = options(settings, settings.user(), settings.password().reveal());
        options.setCachePreparedStatements(false);
        options.getProperties().remove("statement_timeout");
        return options;
    }

    /** How the socket is made. */
    static NetClientOptions transport(DatabaseSettings settings) {
        return new NetClientOptions()
                .setConnectTimeout((int) settings.connectTimeout().toMillis())
                .setTcpNoDelay(true);
    }

    private static void encrypt(PgConnectOptions options, DatabaseSettings settings) {
        var mode = SslMode.valueOf(settings.ssl().name());
        options.setSslMode(mode);
        if (mode == SslMode.DISABLE) {
            return;
        }
        var ssl = new ClientSSLOptions();
        if (settings.sslRoot().isBlank()) {
            ssl.setTrustAll(mode != SslMode.VERIFY_CA && mode != SslMode.VERIFY_FULL);
        } else {
            ssl.setTrustOptions(new PemTrustOptions().addCertPath(settings.sslRoot()));
        }
        ssl.setHostnameVerificationAlgorithm(mode == SslMode.VERIFY_FULL ? "HTTPS" : "");
        options.setSslOptions(ssl);
    }
}
