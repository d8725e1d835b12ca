package io.vertebra.launcher;

import io.vertebra.kernel.config.Configuration;
import io.vertebra.launcher.embedded.EmbeddedPostgres;
import io.vertebra.launcher.embedded.EmbeddedRedis;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** PostgreSQL and Redis of a {@code dev} process. */
final class DevServers implements AutoCloseable {
    private final EmbeddedPostgres postgres;
    private final EmbeddedRedis redis;

    private DevServers(EmbeddedPostgres postgres, EmbeddedRedis redis) {
        this.postgres = postgres;
        this.redis = redis;
    }

    /** Starts both at once; when one cannot start, the other is stopped. */
    static DevServers start(Path folder) {
        var cache = EmbeddedPostgres.userCache();
        var redis = CompletableFuture.supplyAsync(() -> EmbeddedRedis.start(folder, cache, 0));
        EmbeddedPostgres postgres;
        try {
            postgres = EmbeddedPostgres.start(EmbeddedPostgres.Options.in(folder));
        } catch (RuntimeException e) {
            redis.thenAccept(EmbeddedRedis::close)
                    .exceptionally(ignored -> null)
                    .join();
            throw e;
        }
        try {
            return new DevServers(postgres, redis.join());
        } catch (CompletionException e) {
            postgres.close();
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }

    /** The configuration with these servers. */
    Configuration in(Configuration configuration) {
        var where = "embedded server";
        return configuration
                .with("database.host", "127.0.0.1", where)
                .with("database.port", Integer.toString(postgres.port()), where)
                .with("database.name", EmbeddedPostgres.DATABASE, where)
                .with("database.user", EmbeddedPostgres.OWNER, where)
                .with("database.password", postgres.password(), where)
                .with("database.ssl", "disable", where)
                .with("redis.host", "127.0.0.1", where)
                .with("redis.port", Integer.toString(redis.port()), where)
                .with("redis.user", "", where)
                .with("redis.password", redis.password(), where)
                .with("redis.tls", "false", where);
    }

    @Override
    public void close() {
        redis.close();
        postgres.close();
    }
}
