package io.vertebra.kernel.db;

import io.vertebra.kernel.config.DatabaseSettings;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * The connections of this node, shared by all roles. Each role keeps its pipelined connections for reads and the right
 * to one connection for transactions on each of its event loops; the rest goes to whoever has work, and back when
 * others wait. Safe for any thread; loops that grow at once may exceed the budget by one connection each.
 */
final class Budget {
    /** Of this many connections of a role, one loop has one reading and one writing; the rest is for all roles. */
    private static final int SHARE = 4;

    private final int loops;
    private final int readers;
    private final int total;
    private final int most;
    private final int slots;
    private final List<Writers> all = new CopyOnWriteArrayList<>();

    private Budget(int loops, int readers, int total, int most, int slots) {
        this.loops = loops;
        this.readers = readers;
        this.total = total;
        this.most = most;
        this.slots = slots;
    }

    /**
     * The budget for so many roles. Where they are many, fewer event loops have connections of their own and the others
     * share those.
     */
    static Budget of(DatabaseSettings settings, int eventLoops, int roles) {
        int each = settings.connectionsMax() / roles;
        if (each < 2) {
            throw new IllegalStateException(
                    "database.connections-max is %d, too few for %d roles: at least %d are needed."
                            .formatted(settings.connectionsMax(), roles, 2 * roles));
        }
        int loops = Math.clamp(each / SHARE, 1, eventLoops);
        int readers = Math.clamp(settings.readers(), loops, each - loops);
        int total = settings.connectionsMax() - readers * roles;
        int slots = loops * roles;
        return new Budget(loops, readers, total, Math.max(1, settings.writersMax() / loops), slots);
    }

    /** How many event loops of a role have connections of their own. */
    int loops() {
        return loops;
    }

    /** The reading connections of one role. */
    int readers() {
        return readers;
    }

    /** The most writing connections of one role on one event loop. */
    int most() {
        return most;
    }

    /** The most writing connections of one role. */
    int ofRole() {
        return most * loops;
    }

    void join(Writers writers) {
        all.add(writers);
    }

    /** Whether a pool that has so many connections may open another. */
    boolean mayGrow(int size) {
        return size == 0 || size < most && open() < total;
    }

    /** Whether a connection should be closed rather than kept: others wait, and this pool has more than its part. */
    boolean mustShrink(Writers writers) {
        int size = writers.size();
        if (size < 2 || open() < total) {
            return false;
        }
        int busy = 0;
        boolean othersWait = false;
        for (var one : all) {
            busy += one.isBusy() ? 1 : 0;
            othersWait |= one != writers && one.waiting() > 0 && one.size() < most;
        }
        return othersWait && size > 1 + (total - slots) / Math.max(1, busy) + 1;
    }

    /** What is open, and what every pool may open at any time. */
    private int open() {
        int open = slots;
        for (var one : all) {
            open += Math.max(0, one.size() - 1);
        }
        return open;
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
