package io.vertebra.launcher;

import io.vertebra.kernel.config.Configuration;
import io.vertebra.kernel.config.Environment;
import io.vertebra.launcher.embedded.EmbeddedPostgres;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The database that a verb works on: that of a folder of {@code dev} or {@code cluster}, whether it runs or not, or the
 * configured one.
 */
final class Chosen implements AutoCloseable {
    private static final Path USUAL = Path.of(".vertebra");
    /** What names another database. */
    private static final List<String> OTHERS = List.of("DATABASE_URL", "POSTGRES_HOST", "VERTEBRA_DATABASE_HOST");

    private final Configuration configuration;
    private final @Nullable DevServers servers;

    private Chosen(Configuration configuration, @Nullable DevServers servers) {
        this.configuration = configuration;
        this.servers = servers;
    }

    /**
     * Chooses.
     *
     * @param data the folder that was named; without one the usual folder, if it holds a database and no other database
     *     is configured
     */
    static Chosen of(@Nullable Path data, Configuration configuration) {
        if (data == null && !usual(configuration)) {
            return new Chosen(configuration, null);
        }
        var named = data == null ? USUAL : data;
        if (!Files.isDirectory(EmbeddedPostgres.data(named))) {
            throw new CannotStart("The folder " + named + " holds no database of `dev`.");
        }
        var folder = DevFolder.open(named);
        var own = Dev.secrets(configuration, folder).with("cluster.enabled", "false");
        var running = EmbeddedPostgres.running(folder.path());
        if (running.isPresent()) {
            var server = running.get();
            return new Chosen(DevServers.postgres(own, server.port(), server.password()), null);
        }
        var servers = DevServers.start(folder.path(), own.with("backup.folder", ""));
        return new Chosen(servers.in(own), servers);
    }

    private static boolean usual(Configuration configuration) {
        return Files.isDirectory(EmbeddedPostgres.data(USUAL))
                && configuration.environment() == Environment.LOCAL
                && OTHERS.stream().noneMatch(System.getenv()::containsKey);
    }

    /** The configuration with this database. */
    Configuration configuration() {
        return configuration;
    }

    @Override
    public void close() {
        if (servers != null) {
            servers.close();
        }
    }
}
