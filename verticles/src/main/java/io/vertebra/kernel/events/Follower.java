package io.vertebra.kernel.events;

import io.vertebra.bus.Problem;
import io.vertebra.bus.Problems;
import io.vertx.core.Context;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * One subscription: is told as many events as it asked for, from the tail's ring, or by pages from PostgreSQL while it
 * is behind the ring. Keeps nothing but its place. Its state belongs to the tail's context.
 */
final class Follower implements EventLog.Subscription {
    private static final int PAGE_MAX = 200;
    private static final long RETRY_MS = 500;
    private static final long LOOK_AGAIN_MS = 5;

    /** Where a subscription stands. */
    private enum State {
        /** Waits to be told the newest place. */
        ARRIVING,
        /** Is behind the ring. */
        BEHIND,
        /** Reads the ring. */
        ON_RING,
        CLOSED
    }

    private final Tail tail;
    private final Context context;
    private final EventLog.Wanted wanted;
    private final EventLog.Listener listener;

    private State state = State.BEHIND;
    private Tail.Org org = new Tail.Org();
    /** Everything up to here was told. */
    private long place;
    /** Whether the place is one of this log: after a restore, a cursor may name an event that was lost. */
    private boolean known;

    private long number;
    private int asked;
    private boolean paging;
    private boolean expired;

    Follower(Tail tail, Context context, EventLog.Wanted wanted, long after, EventLog.Listener listener) {
        this.tail = tail;
        this.context = context;
        this.wanted = wanted;
        this.place = after;
        this.listener = listener;
    }

    UUID orgId() {
        return wanted.orgId();
    }

    void begin() {
        if (state == State.CLOSED) {
            return;
        }
        org = tail.enter(this);
        if (place == Tail.NOWHERE) {
            state = State.ARRIVING;
            tail.arrive(this);
        } else {
            known = place == 0 || tail.isAt(place) || org.ring().holds(place);
            var cursor = LogCursor.of(place);
            tail.tell(context, () -> listener.begun(cursor));
            go();
        }
    }

    /** The newest place, for whoever begins with the next event. */
    void beginAt(long newest) {
        if (state != State.ARRIVING) {
            return;
        }
        place = newest;
        known = true;
        state = State.BEHIND;
        var cursor = LogCursor.of(newest);
        var again = expired;
        expired = false;
        tail.tell(context, () -> {
            if (again) {
                listener.reset(cursor);
            } else {
                listener.begun(cursor);
            }
        });
        go();
    }

    @Override
    public void request(int events) {
        tail.run(() -> {
            asked += events;
            go();
        });
    }

    @Override
    public void close() {
        tail.run(() -> {
            state = State.CLOSED;
            tail.leave(this);
        });
    }

    /** Tells what it may; called whenever there is more on the ring or more was asked for. */
    void go() {
        if (state == State.BEHIND && !paging) {
            catchUp(place);
        } else if (state == State.ON_RING) {
            if (number < org.ring().first()) {
                state = State.BEHIND;
                catchUp(place);
            } else {
                tellFromRing();
            }
        }
    }

    /** Takes to the ring when that holds everything after this place, otherwise reads a page. */
    private void catchUp(long complete) {
        if (known && org.holdsAfter(complete)) {
            state = State.ON_RING;
            number = org.ring().after(place);
            tellFromRing();
        } else if (asked > 0 && org.read()) {
            page();
        }
    }

    private void tellFromRing() {
        var ring = org.ring();
        var told = new ArrayList<Logged>();
        while (told.size() < asked && number < ring.end()) {
            var logged = ring.get(number++);
            // A page may have reached further than the ring did.
            if (logged.seq() > place) {
                place = logged.seq();
                if (wanted.holds(logged)) {
                    told.add(logged);
                }
            }
        }
        tell(told);
    }

    private void page() {
        paging = true;
        int limit = Math.min(asked, PAGE_MAX);
        tail.page(wanted, place, limit).onComplete(read -> {
            paging = false;
            if (state != State.BEHIND) {
                return;
            }
            if (read.failed()) {
                failed(read.cause());
                return;
            }
            known = true;
            var events = read.result().events();
            if (!events.isEmpty()) {
                place = events.getLast().seq();
                tell(events.stream().filter(wanted::holds).toList());
            }
            if (events.size() == limit) {
                go();
            } else if (org.holdsAfter(Math.max(place, read.result().horizon()))) {
                catchUp(Math.max(place, read.result().horizon()));
            } else {
                tail.later(LOOK_AGAIN_MS, this::go);
            }
        });
    }

    private void failed(Throwable failure) {
        if (failure instanceof Problem problem && problem.is(Problems.CURSOR_EXPIRED)) {
            expired = true;
            state = State.ARRIVING;
            tail.arrive(this);
            return;
        }
        tail.tell(context, () -> listener.trouble(failure));
        tail.later(RETRY_MS, this::go);
    }

    private void tell(List<Logged> events) {
        if (!events.isEmpty()) {
            asked -= events.size();
            tail.tell(context, () -> events.forEach(listener::event));
        }
    }
}
