package io.vertebra.live;

import io.vertebra.bus.Problem;
import io.vertebra.bus.Problems;
import io.vertebra.door.Admission;
import io.vertebra.kernel.events.EventLog;
import io.vertebra.kernel.events.Logged;
import io.vertx.core.Future;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The subscriptions of one connection. Each was authorised when it was made and is again when the rights of its caller
 * change; while the client does not read, all of them pause, and nothing is kept for it but its place in the log.
 */
final class Subscriptions {
    private static final Pattern TOPIC = Pattern.compile("orgs/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/events");
    private static final String PERMISSION = "events.log.read";

    private final Room room;
    private final Link link;
    private final Map<String, One> all = new LinkedHashMap<>();
    private boolean paused;

    /** One subscription; without a source while it is being authorised. */
    private static final class One {
        private final String id;
        private final UUID orgId;
        private final String start;
        private @Nullable String after;
        private EventLog.@Nullable Subscription source;
        /** Grows when what was begun before is of no interest any more. */
        private int turn;

        private One(String id, UUID orgId, @Nullable String after) {
            this.id = id;
            this.orgId = orgId;
            this.after = after;
            this.start = Frames.eventStart(id);
        }

        private void end() {
            turn++;
            if (source != null) {
                source.close();
                source = null;
            }
        }
    }

    Subscriptions(Room room, Link link) {
        this.room = room;
        this.link = link;
    }

    boolean isEmpty() {
        return all.isEmpty();
    }

    /** Follows a topic, after a cursor or from now on. */
    void add(String id, String topic, @Nullable String after) {
        var matcher = TOPIC.matcher(topic);
        if (!matcher.matches()) {
            throw Problem.of(Problems.NOT_FOUND, "There is no such topic; there is orgs/{orgId}/events.");
        }
        if (all.containsKey(id)) {
            throw Problem.of(Problems.CONFLICT, "A subscription of this id exists already.");
        }
        if (all.size() >= room.settings().subscriptionsMax()) {
            throw Problem.of(Problems.QUOTA_EXCEEDED, "This connection has all the subscriptions that it may have.");
        }
        var one = new One(id, UUID.fromString(matcher.group(1)), after);
        all.put(id, one);
        var turn = one.turn;
        link.enter(null, null, id, admitted -> authorise(admitted, one)
                .map(types -> {
                    follow(one, turn, types);
                    link.send(Frames.ok(id));
                    return types;
                })
                .onFailure(refused -> all.remove(id, one)));
    }

    private Future<java.util.Set<String>> authorise(Admission admitted, One one) {
        return room.gate()
                .authorise(admitted, PERMISSION, one.orgId, null)
                .compose(granted -> room.gate().rights(admitted, one.orgId))
                .map(room::readable);
    }

    private void follow(One one, int turn, java.util.Set<String> types) {
        if (!current(one, turn)) {
            return;
        }
        one.source = room.on().events().follow(one.orgId, one.after, types, new EventLog.Listener() {
            @Override
            public void begun(String cursor) {
                if (current(one, turn) && one.after == null) {
                    one.after = cursor;
                }
            }

            @Override
            public void event(Logged logged) {
                if (current(one, turn)) {
                    tell(one, logged);
                }
            }

            @Override
            public void trouble(Throwable failure) {
                if (failure instanceof Problem problem && problem.is(Problems.CURSOR_EXPIRED)) {
                    refused(one, turn, problem, "subscription");
                }
            }
        });
        if (paused) {
            one.source.pause();
        }
    }

    private boolean current(One one, int turn) {
        return one.turn == turn && all.get(one.id) == one;
    }

    private void refused(One one, int turn, Throwable why, String requestId) {
        if (current(one, turn)) {
            all.remove(one.id);
            one.end();
            link.refuse(one.id, why, requestId);
        }
    }

    private void tell(One one, Logged logged) {
        one.after = logged.cursor();
        link.send(one.start + room.written().rest(logged));
        if (link.full() && !paused) {
            paused = true;
            all.values().stream().filter(other -> other.source != null).forEach(other -> other.source.pause());
        }
    }

    /** The client reads again. */
    void resume() {
        if (paused) {
            paused = false;
            all.values().stream().filter(other -> other.source != null).forEach(other -> other.source.resume());
        }
    }

    /** The rights of the caller have changed: what is no longer allowed ends, the rest goes on where it is. */
    void authoriseAgain(Admission admitted) {
        for (var one : List.copyOf(all.values())) {
            one.end();
            var turn = one.turn;
            authorise(admitted, one)
                    .onComplete(
                            types -> follow(one, turn, types),
                            refused ->
                                    refused(one, turn, refused, admitted.call().requestId()));
        }
    }

    /** Ends a subscription. */
    void remove(String id) {
        var one = all.remove(id);
        if (one != null) {
            one.end();
        }
        link.send(Frames.ok(id));
    }

    void close() {
        all.values().forEach(One::end);
        all.clear();
    }
}
