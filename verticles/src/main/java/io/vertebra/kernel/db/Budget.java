package io.vertebra.kernel.db;

import io.vertebra.kernel.config.DatabaseSettings;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;

/** How the node's connections are shared out over the roles. */
final class Budget {
    private Budget() {}

    /**
     * What each role gets: of as many event loops as fit into the budget each has connections of its own, further ones
     * share theirs, and the writers shrink until all fit.
     */
    static Pools.Size share(DatabaseSettings settings, int loops, int roles, int waiting) {
        int each = settings.connectionsMax() / roles;
        if (each < 2) {
            throw new IllegalStateException(
                    "database.connections-max is %d, too few for %d roles: at least %d are needed."
                            .formatted(settings.connectionsMax(), roles, 2 * roles));
        }
        int own = Math.min(loops, Math.min(settings.writersMax(), each / 2));
        int readers = Math.clamp(settings.readers(), own, each - own);
        int writers = Math.min(settings.writersMax(), each - readers);
        return new Pools.Size(
                own,
                writers,
                readers,
                settings.pipeline(),
                waiting,
                settings.acquireTimeout(),
                Connecting.transport(settings));
    }

    /** Fails when the server has fewer connections than the budget of this node. */
    static Future<Void> check(SqlConnection connection, DatabaseSettings settings) {
        return connection.query("""
                        SELECT current_setting('max_connections')::int
                          - current_setting('superuser_reserved_connections')::int
                          - current_setting('reserved_connections')::int""").execute().map(rows -> {
            int has = rows.iterator().next().getInteger(0);
            if (has < settings.connectionsMax()) {
                throw new IllegalStateException(
                        "database.connections-max is %d, but the server takes only %d connections."
                                .formatted(settings.connectionsMax(), has));
            }
            return null;
        });
    }
}
