package io.vertebra.kernel.events;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The end of the log, read once on this node for every org that is followed here and kept in a bounded ring, so that a
 * subscription asks PostgreSQL only while it is behind the ring. Lives on one context. Its place is always a row that
 * was read, never a horizon: a number that was given away but is not yet on disk may come again after a crash of
 * PostgreSQL.
 */
final class Tail {
    private static final Logger LOG = LoggerFactory.getLogger(Tail.class);
    private static final String TAIL = "SELECT " + Logged.COLUMNS + " FROM events.tail($1, $2, $3)";
    private static final String NEWEST =
            "WITH h AS MATERIALIZED (SELECT events.horizon() AS seq) SELECT events.newest(h.seq) FROM h";
    private static final int ROWS_MAX = 1_000;
    private static final int PAGES_AT_ONCE = 16;
    private static final int TOLD_AT_ONCE = 256;
    private static final long LOOK_AGAIN_MS = 10;
    /** How long an org is read on after its last follower left, for those who come back. */
    private static final long LINGER_MS = 60_000;

    static final long NOWHERE = -1;

    /** An org that is followed on this node. */
    static final class Org {
        private final Ring ring = new Ring();
        private final Set<Follower> followers = new LinkedHashSet<>();
        /** The ring holds every event after this place; unknown until a read has begun that asks for the org. */
        private long from = NOWHERE;

        private long leftAtMs;

        Ring ring() {
            return ring;
        }

        /** Whether the ring holds anything yet. */
        boolean read() {
            return from != NOWHERE;
        }

        /** Whether whoever was told everything up to this place can go on from the ring. */
        boolean holdsAfter(long place) {
            return read() && place >= from;
        }
    }

    private final Vertx vertx;
    private final Context context;
    private final EventLog log;
    private final SqlClient kernel;
    private final int eventsMax;
    private final Map<UUID, Org> orgs = new HashMap<>();
    private final ArrayDeque<Logged> kept = new ArrayDeque<>();
    private final ArrayDeque<Runnable> pages = new ArrayDeque<>();
    /** What is to be told on each context. */
    private final Map<Context, List<Runnable>> post = new LinkedHashMap<>();

    private List<Follower> arriving = new ArrayList<>();

    private long place = NOWHERE;
    private int paging;
    private boolean reading;
    private boolean again;
    private boolean timed;
    private boolean gathering;

    Tail(Vertx vertx, EventLog log, SqlClient kernel, Wake wake, Duration poll, int eventsMax) {
        this.vertx = vertx;
        this.context = vertx.getOrCreateContext();
        this.log = log;
        this.kernel = kernel;
        this.eventsMax = eventsMax;
        context.runOnContext(on -> {
            wake.listen(types -> context.runOnContext(hint -> {
                read();
                readSoon();
            }));
            vertx.setPeriodic(poll.toMillis(), look -> read());
        });
    }

    EventLog.Subscription subscribe(EventLog.Wanted wanted, long after, EventLog.Listener listener) {
        var context = ((ContextInternal) vertx.getOrCreateContext()).unwrap();
        var follower = new Follower(this, context, wanted, after, listener);
        run(follower::begin);
        return follower;
    }

    void run(Runnable action) {
        context.runOnContext(on -> action.run());
    }

    /** Runs this on the context of a follower, together with what others there are told at the same time. */
    void tell(Context to, Runnable what) {
        post.computeIfAbsent(to, fresh -> new ArrayList<>()).add(what);
        if (!gathering) {
            deliver();
        }
    }

    private void go(Org org) {
        gathering = true;
        try {
            List.copyOf(org.followers).forEach(Follower::go);
        } finally {
            gathering = false;
            deliver();
        }
    }

    /** Some at once: a task for each would cost more than what it does, and one for all would hold up other work. */
    private void deliver() {
        post.forEach((to, all) -> {
            for (int from = 0; from < all.size(); from += TOLD_AT_ONCE) {
                var some = all.subList(from, Math.min(all.size(), from + TOLD_AT_ONCE));
                to.runOnContext(on -> some.forEach(Tail::tell));
            }
        });
        post.clear();
    }

    private static void tell(Runnable what) {
        try {
            what.run();
        } catch (RuntimeException e) {
            LOG.error("A follower of the log failed", e);
        }
    }

    void later(long millis, Runnable action) {
        vertx.setTimer(millis, over -> run(action));
    }

    /** The org, read from now on. */
    Org enter(Follower follower) {
        var org = orgs.computeIfAbsent(follower.orgId(), fresh -> new Org());
        org.followers.add(follower);
        if (!org.read()) {
            read();
        }
        return org;
    }

    void leave(Follower follower) {
        arriving.remove(follower);
        var org = orgs.get(follower.orgId());
        if (org != null && org.followers.remove(follower) && org.followers.isEmpty()) {
            org.leftAtMs = System.nanoTime() / 1_000_000;
        }
    }

    /** Tells a follower the newest place, by a read that begins after this. */
    void arrive(Follower follower) {
        arriving.add(follower);
        read();
    }

    /** Whether this is the newest place that was read. */
    boolean isAt(long newest) {
        return place == newest;
    }

    /** A page of the log; only some at once, so that many who come back do not hold up everybody else. */
    Future<EventLog.Slice> page(EventLog.Wanted wanted, long after, int limit) {
        return Future.future(promise -> {
            pages.add(() -> log.read(wanted.orgId(), after, wanted.types(), limit)
                    .onComplete(read -> run(() -> {
                        paging--;
                        promise.complete(read.result(), read.cause());
                        nextPage();
                    })));
            nextPage();
        });
    }

    private void nextPage() {
        while (paging < PAGES_AT_ONCE && !pages.isEmpty()) {
            paging++;
            pages.remove().run();
        }
    }

    private void read() {
        if (reading) {
            again = true;
            return;
        }
        forgetTheLeft();
        if (orgs.isEmpty() && arriving.isEmpty()) {
            place = NOWHERE;
            return;
        }
        reading = true;
        again = false;
        if (place == NOWHERE) {
            kernel.preparedQuery(NEWEST)
                    .execute()
                    .onComplete(found -> run(() -> {
                        reading = false;
                        if (found.succeeded()) {
                            place = found.result().iterator().next().getLong(0);
                            read();
                        } else {
                            LOG.debug("The end of the log could not be found: {}", String.valueOf(found.cause()));
                        }
                    }));
            return;
        }
        readOn();
    }

    private void readOn() {
        var begun = arriving;
        arriving = new ArrayList<>();
        var fresh = orgs.values().stream().filter(org -> !org.read()).toList();
        fresh.forEach(org -> org.from = place);
        var wanted = orgs.keySet().toArray(UUID[]::new);
        kernel.preparedQuery(TAIL)
                .execute(Tuple.of(place, wanted, ROWS_MAX))
                .onComplete(rows -> run(() -> {
                    reading = false;
                    if (rows.failed()) {
                        LOG.debug("The log could not be read: {}", String.valueOf(rows.cause()));
                        arriving.addAll(begun);
                        fresh.forEach(this::go);
                        return;
                    }
                    var moved = keep(rows.result());
                    begun.forEach(follower -> follower.beginAt(place));
                    fresh.forEach(this::go);
                    if (moved || again) {
                        read();
                    }
                }));
    }

    private boolean keep(RowSet<Row> rows) {
        boolean moved = false;
        var heard = new LinkedHashSet<Org>();
        for (var row : rows) {
            if (Logged.isMark(row)) {
                place = row.getLong(0);
                moved = true;
                continue;
            }
            var logged = Logged.of(row);
            var org = orgs.get(logged.orgId());
            if (org != null) {
                org.ring.add(logged);
                kept.add(logged);
                heard.add(org);
            }
        }
        heard.forEach(this::go);
        while (kept.size() > eventsMax) {
            drop(kept.remove());
        }
        return moved;
    }

    private void drop(Logged oldest) {
        var org = orgs.get(oldest.orgId());
        if (org != null && org.ring.first() < org.ring.end() && org.ring.get(org.ring.first()) == oldest) {
            org.ring.drop();
            org.from = oldest.seq();
        }
    }

    private void forgetTheLeft() {
        long now = System.nanoTime() / 1_000_000;
        orgs.values().removeIf(org -> org.followers.isEmpty() && now - org.leftAtMs > LINGER_MS);
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
}
