package io.vertebra.launcher;

import io.vertebra.kernel.backup.BackupShelf;
import io.vertebra.kernel.config.BackupSettings;
import io.vertebra.kernel.config.Configuration;
import io.vertebra.launcher.embedded.EmbeddedPostgres;
import io.vertebra.launcher.embedded.EmbeddedRedis;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** PostgreSQL and Redis of a {@code dev} process. */
final class DevServers implements AutoCloseable {
    private static final String WHERE = "embedded server";

    private final EmbeddedPostgres postgres;
    private final EmbeddedRedis redis;

    private DevServers(EmbeddedPostgres postgres, EmbeddedRedis redis) {
        this.postgres = postgres;
        this.redis = redis;
    }

    /**
     * Starts both at once; when one cannot start, the other is stopped. Where backups are configured, the log of
     * PostgreSQL is archived beside them.
     */
    static DevServers start(Path folder, Configuration configuration) {
        var cache = EmbeddedPostgres.userCache();
        var redis = CompletableFuture.supplyAsync(() -> EmbeddedRedis.start(folder, cache, 0));
        EmbeddedPostgres postgres;
        try {
            postgres = EmbeddedPostgres.start(options(folder, configuration));
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

    /** How PostgreSQL is started in a folder. */
    static EmbeddedPostgres.Options options(Path folder, Configuration configuration) {
        var options = EmbeddedPostgres.Options.in(folder);
        var backups = configuration.section("backup", BackupSettings.class).folder();
        return backups.isEmpty() ? options : options.archiving(new BackupShelf(Path.of(backups)).archive());
    }

    /** The configuration with these servers. */
    Configuration in(Configuration configuration) {
        return postgres(configuration, postgres.port(), postgres.password())
                .with("redis.host", "127.0.0.1", WHERE)
                .with("redis.port", Integer.toString(redis.port()), WHERE)
                .with("redis.user", "", WHERE)
                .with("redis.password", redis.password(), WHERE)
                .with("redis.tls", "false", WHERE);
    }

    /** The configuration with an embedded PostgreSQL. */
    static Configuration postgres(Configuration configuration, int port, String password) {
        return configuration
                .with("database.host", "127.0.0.1", WHERE)
                .with("database.port", Integer.toString(port), WHERE)
                .with("database.name", EmbeddedPostgres.DATABASE, WHERE)
                .with("database.user", EmbeddedPostgres.OWNER, WHERE)
                .with("database.password", password, WHERE)
                .with("database.ssl", "disable", WHERE)
                .with("backup.user", EmbeddedPostgres.SUPERUSER, WHERE)
                .with("backup.password", password, WHERE);
    }

    @Override
    public void close() {
        redis.close();
        postgres.close();
    }
}
