package io.vertebra.kernel.db;

import io.vertebra.kernel.config.DatabaseSettings;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;

/** How the node's connections are shared out over the roles. */
final class Budget {
    private Budget() {}

    /** What each role gets; the writers of each shrink until all fit into the budget. */
    static Pools.Size share(DatabaseSettings settings, int loops, int roles, int waiting) {
        int readers = Math.max(settings.readers(), loops);
        int fair = settings.connectionsMax() / roles - readers;
        int writers = Math.min(settings.writersMax(), fair);
        if (writers < loops) {
            throw new IllegalStateException(
                    ("database.connections-max is %d, too few for %d roles with %d event loops each:"
                                    + " at least %d are needed.")
                            .formatted(settings.connectionsMax(), roles, loops, roles * (readers + loops)));
        }
        return new Pools.Size(
                loops,
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
