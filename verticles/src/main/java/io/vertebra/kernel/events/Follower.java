package io.vertebra.kernel.events;

import io.vertebra.bus.Problem;
import io.vertebra.bus.Problems;
import io.vertx.core.Context;
import java.util.ArrayDeque;
import java.util.Set;
import java.util.UUID;

/**
 * One subscription: reads pages from its place until it has caught up, then hears the tail. While it reads the last
 * pages, it already hears the tail and keeps what it hears, so that there is no gap. Its state belongs to the tail's
 * context.
 */
final class Follower implements EventLog.Subscription {
    private static final int PAGE = 200;
    private static final int HEARD_MAX = 1_000;
    private static final long RETRY_MS = 500;
    private static final long LOOK_AGAIN_MS = 5;

    /** Where a subscription stands; each begins in {@code BACK}. */
    private enum State {
        /** Reads pages and does not hear the tail. */
        BACK,
        /** Waits to hear the tail. */
        JOINING,
        /** Hears the tail, keeps it, and reads the last pages. */
        HEARING,
        /** Is told what the tail reads. */
        LIVE,
        PAUSED,
        CLOSED
    }

    private final Tail tail;
    private final Context context;
    private final UUID orgId;
    private final Set<String> types;
    private final EventLog.Listener listener;
    private final ArrayDeque<Logged> heard = new ArrayDeque<>();

    private State state = State.BACK;
    private long place;
    private long joinedAt;
    /** Grows when what was asked for before is of no interest any more. */
    private int turn;

    Follower(Tail tail, Context context, UUID orgId, long after, Set<String> types, EventLog.Listener listener) {
        this.tail = tail;
        this.context = context;
        this.orgId = orgId;
        this.place = after;
        this.types = Set.copyOf(types);
        this.listener = listener;
    }

    UUID orgId() {
        return orgId;
    }

    void begin() {
        if (place >= 0) {
            page();
            return;
        }
        int now = turn;
        tail.newest()
                .onComplete(found -> tail.run(() -> {
                    if (found.succeeded() && place < 0) {
                        place = found.result();
                        var begun = LogCursor.of(place);
                        context.runOnContext(on -> listener.begun(begun));
                    }
                    if (now != turn) {
                        return;
                    }
                    if (found.succeeded()) {
                        page();
                    } else {
                        startAgain(found.cause());
                    }
                }));
    }

    /** The tail lets it hear what comes after this place. */
    void joinedAt(long at) {
        if (state == State.JOINING) {
            state = State.HEARING;
            joinedAt = at;
            page();
        }
    }

    /** What the tail read. */
    void hear(Logged logged) {
        if (state == State.LIVE) {
            deliver(logged);
        } else if (heard.size() < HEARD_MAX) {
            heard.add(logged);
        } else {
            back();
            page();
        }
    }

    /** Something failed: begins again from its place after a pause. */
    void startAgain(Throwable failure) {
        if (state == State.PAUSED || state == State.CLOSED) {
            return;
        }
        back();
        context.runOnContext(on -> listener.trouble(failure));
        if (failure instanceof Problem problem && problem.is(Problems.CURSOR_EXPIRED)) {
            state = State.CLOSED;
            return;
        }
        int now = turn;
        tail.later(RETRY_MS, () -> {
            if (now == turn) {
                begin();
            }
        });
    }

    @Override
    public void pause() {
        tail.run(() -> {
            if (state != State.CLOSED) {
                back();
                state = State.PAUSED;
            }
        });
    }

    @Override
    public void resume() {
        tail.run(() -> {
            if (state == State.PAUSED) {
                state = State.BACK;
                begin();
            }
        });
    }

    @Override
    public void close() {
        tail.run(() -> {
            back();
            state = State.CLOSED;
        });
    }

    /** Leaves the tail; whatever the tail passed was told, so that its place may be taken over. */
    private void back() {
        turn++;
        if (state == State.LIVE) {
            place = Math.max(place, tail.place());
        }
        heard.clear();
        tail.leave(this);
        state = State.BACK;
    }

    private void page() {
        int now = turn;
        tail.page(orgId, place, types, PAGE)
                .onComplete(read -> tail.run(() -> {
                    if (now != turn) {
                        return;
                    }
                    if (read.failed()) {
                        startAgain(read.cause());
                        return;
                    }
                    read.result().events().forEach(this::deliver);
                    next(read.result());
                }));
    }

    private void next(EventLog.Slice slice) {
        if (slice.events().size() == PAGE) {
            page();
        } else if (state == State.BACK) {
            state = State.JOINING;
            tail.join(this);
        } else if (slice.horizon() >= joinedAt) {
            state = State.LIVE;
            heard.forEach(this::deliver);
            heard.clear();
        } else {
            int now = turn;
            tail.later(LOOK_AGAIN_MS, () -> {
                if (now == turn) {
                    page();
                }
            });
        }
    }

    private void deliver(Logged logged) {
        if (logged.seq() > place && types.contains(logged.type())) {
            place = logged.seq();
            context.runOnContext(on -> listener.event(logged));
        }
    }
}
