package io.vertebra.bench;

import io.vertebra.launcher.embedded.EmbeddedPostgres;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgConnection;
import java.util.concurrent.TimeUnit;

/** The databases of one bench run. */
record Databases(EmbeddedPostgres postgres) {
    private static final int CREATE_SECONDS = 60;

    static String url(EmbeddedPostgres postgres, String name) {
        return "postgresql://" + EmbeddedPostgres.OWNER + ":" + postgres.password() + "@127.0.0.1:" + postgres.port()
                + "/" + name;
    }

    void create(String... names) throws Exception {
        var vertx = Vertx.vertx();
        try {
            var options = PgConnectOptions.fromUri(url(postgres, EmbeddedPostgres.DATABASE));
            var connection = PgConnection.connect(vertx, options)
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(CREATE_SECONDS, TimeUnit.SECONDS);
            for (String name : names) {
                connection
                        .query("CREATE DATABASE " + name)
                        .execute()
                        .toCompletionStage()
                        .toCompletableFuture()
                        .get(CREATE_SECONDS, TimeUnit.SECONDS);
            }
            connection.close();
        } finally {
            vertx.close();
        }
    }
}
