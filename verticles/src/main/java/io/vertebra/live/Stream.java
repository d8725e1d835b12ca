package io.vertebra.live;

import io.vertebra.kernel.events.EventLog;
import io.vertebra.kernel.events.Logged;
import io.vertebra.live.Dialect.To;
import java.util.ArrayDeque;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A subscription to events. Asks the log for a few at a time, never for more than the client has granted, and only
 * while the client takes what is written; all else waits in the log.
 */
final class Stream implements Subscription {
    private static final int WINDOW = 32;
    private static final long UNBOUNDED = -1;

    private final Room room;
    private final Session session;
    private final String name;
    private final Place place;
    private final To to;
    private final String head;
    private final ArrayDeque<Logged> waiting = new ArrayDeque<>(0);
    private @Nullable String after;
    private @Nullable Follow follow;
    private Set<String> types = Set.of();
    private long credit;
    private boolean told;

    Stream(Room room, Session session, Subscribe asked) {
        this.room = room;
        this.session = session;
        this.name = asked.name();
        this.place = asked.place();
        this.to = asked.to();
        this.after = asked.after();
        this.credit = asked.credit() == null ? UNBOUNDED : Math.min(Integer.MAX_VALUE, asked.credit());
        this.head = session.dialect().eventHead(name);
    }

    /** What a client asks for. */
    record Subscribe(
            To to,
            String name,
            Place place,
            @Nullable String after,
            @Nullable Long credit) {}

    @Override
    public String name() {
        return name;
    }

    @Override
    public Place place() {
        return place;
    }

    @Override
    public void allow(Set<String> allowed) {
        if (follow != null && allowed.equals(types)) {
            return;
        }
        suspend();
        types = allowed;
        var fresh = new Follow();
        follow = fresh;
        fresh.source = room.on().events().follow(new EventLog.Wanted(place.orgId(), allowed, narrower()), after, fresh);
        ask();
    }

    private Predicate<Logged> narrower() {
        if (!place.inProject()) {
            return every -> true;
        }
        var project = place.projectId().toString();
        return logged -> project.equals(logged.data().getValue("projectId"));
    }

    @Override
    public void suspend() {
        if (follow != null) {
            follow.close();
            follow = null;
        }
        waiting.clear();
    }

    @Override
    public void credit(long more) {
        if (credit != UNBOUNDED) {
            credit = Math.min(Integer.MAX_VALUE, credit + Math.min(Integer.MAX_VALUE, more));
            ask();
        }
    }

    @Override
    public void drained() {
        while (!waiting.isEmpty() && !session.full()) {
            write(waiting.remove());
        }
        ask();
    }

    private void write(Logged logged) {
        after = logged.cursor();
        if (credit != UNBOUNDED) {
            credit--;
        }
        session.send(head + session.dialect().eventRest(logged));
    }

    /** Asks the log for more, when enough of what was asked for has been written. */
    private void ask() {
        if (follow != null && !session.full()) {
            follow.ask();
        }
    }

    /** One run of the subscription along the log; after a change of rights another one takes its place. */
    private final class Follow implements EventLog.Listener {
        private EventLog.@Nullable Subscription source;
        private int asked;

        private void ask() {
            int wanted = credit == UNBOUNDED ? WINDOW : (int) Math.min(WINDOW, credit);
            int open = asked + waiting.size();
            if (source != null && wanted > open && (open <= WINDOW / 2 || wanted < WINDOW)) {
                source.request(wanted - open);
                asked += wanted - open;
            }
        }

        private void close() {
            if (source != null) {
                source.close();
            }
        }

        @Override
        public void begun(String cursor) {
            if (follow == this && after == null) {
                after = cursor;
            }
            if (follow == this && !told) {
                told = true;
                session.answer(to, session.dialect().ok(to, after));
            }
        }

        @Override
        public void event(Logged logged) {
            if (follow != this) {
                return;
            }
            asked--;
            if (session.full() || !waiting.isEmpty()) {
                waiting.add(logged);
            } else {
                write(logged);
            }
            Stream.this.ask();
        }

        @Override
        public void reset(String cursor) {
            if (follow == this) {
                after = cursor;
                session.send(session.dialect().reset(name, cursor, place.snapshot()));
                if (!told) {
                    begun(cursor);
                }
            }
        }
    }
}
