package io.vertebra.kernel.events;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * The end of the log, read once on this node for all subscriptions that have caught up. Lives on one context. Its place
 * is always a row that was read, never a horizon: a number that was given away but is not yet on disk may come again
 * after a crash of PostgreSQL.
 */
final class Tail {
    private static final String TAIL = "SELECT " + Logged.COLUMNS + " FROM events.tail($1, $2, $3)";
    private static final String NEWEST =
            "WITH h AS MATERIALIZED (SELECT events.horizon() AS seq) SELECT events.newest(h.seq) FROM h";
    private static final int ROWS_MAX = 1_000;
    private static final long LOOK_AGAIN_MS = 10;
    private static final long NOWHERE = -1;

    private final Vertx vertx;
    private final Context context;
    private final EventLog log;
    private final SqlClient kernel;
    private final Map<UUID, Set<Follower>> joined = new HashMap<>();
    private final List<Follower> joining = new ArrayList<>();

    private long place = NOWHERE;
    private boolean reading;
    private boolean again;
    private boolean timed;

    Tail(Vertx vertx, EventLog log, SqlClient kernel, Wake wake, Duration poll) {
        this.vertx = vertx;
        this.context = vertx.getOrCreateContext();
        this.log = log;
        this.kernel = kernel;
        context.runOnContext(on -> {
            wake.listen(() -> context.runOnContext(hint -> {
                read();
                readSoon();
            }));
            vertx.setPeriodic(poll.toMillis(), look -> read());
        });
    }

    EventLog.Subscription subscribe(UUID orgId, long after, Set<String> types, EventLog.Listener listener) {
        var follower = new Follower(this, vertx.getOrCreateContext(), orgId, after, types, listener);
        run(follower::begin);
        return follower;
    }

    void run(Runnable action) {
        context.runOnContext(on -> action.run());
    }

    void later(long millis, Runnable action) {
        vertx.setTimer(millis, over -> context.runOnContext(on -> action.run()));
    }

    Future<EventLog.Slice> page(UUID orgId, long after, Set<String> types, int limit) {
        return log.read(orgId, after, types, limit);
    }

    /** The place of the newest event up to the horizon. */
    Future<Long> newest() {
        return kernel.preparedQuery(NEWEST)
                .execute()
                .map(rows -> rows.iterator().next().getLong(0));
    }

    /** The row up to which everybody who is live was told everything. */
    long place() {
        return place;
    }

    /** Lets a follower hear what comes, from a place that it is told, between two reads. */
    void join(Follower follower) {
        joining.add(follower);
        if (!reading) {
            admit();
        }
    }

    void leave(Follower follower) {
        joining.remove(follower);
        var followers = joined.get(follower.orgId());
        if (followers != null && followers.remove(follower) && followers.isEmpty()) {
            joined.remove(follower.orgId());
        }
    }

    private void admit() {
        if (joining.isEmpty()) {
            return;
        }
        if (place != NOWHERE) {
            var admitted = List.copyOf(joining);
            joining.clear();
            for (var follower : admitted) {
                joined.computeIfAbsent(follower.orgId(), org -> new LinkedHashSet<>())
                        .add(follower);
                follower.joinedAt(place);
            }
            return;
        }
        reading = true;
        newest().onComplete(found -> run(() -> {
            reading = false;
            if (found.succeeded()) {
                place = found.result();
                admit();
            } else {
                sendBack(found.cause());
            }
        }));
    }

    private void read() {
        if (reading) {
            again = true;
            return;
        }
        if (joined.isEmpty()) {
            place = NOWHERE;
            return;
        }
        reading = true;
        again = false;
        var orgs = joined.keySet().toArray(UUID[]::new);
        kernel.preparedQuery(TAIL)
                .execute(Tuple.of(place, orgs, ROWS_MAX))
                .onComplete(rows -> run(() -> {
                    reading = false;
                    boolean moved = false;
                    if (rows.failed()) {
                        sendBack(rows.cause());
                    } else {
                        moved = hand(rows.result());
                    }
                    admit();
                    if (moved || again) {
                        read();
                    }
                }));
    }

    private boolean hand(RowSet<Row> rows) {
        boolean moved = false;
        for (var row : rows) {
            if (Logged.isMark(row)) {
                place = row.getLong(0);
                moved = true;
            } else {
                var logged = Logged.of(row);
                for (var follower : List.copyOf(joined.getOrDefault(logged.orgId(), Set.of()))) {
                    follower.hear(logged);
                }
            }
        }
        return moved;
    }

    private void readSoon() {
        if (!timed) {
            timed = true;
            later(LOOK_AGAIN_MS, () -> {
                timed = false;
                read();
            });
        }
    }

    /** The log could not be read: everybody begins again from their own place. */
    private void sendBack(Throwable failure) {
        var all = new ArrayList<>(joining);
        joined.values().forEach(all::addAll);
        all.forEach(follower -> follower.startAgain(failure));
        place = NOWHERE;
    }
}
