package io.vertebra.live;

import io.vertebra.bus.EventType;
import io.vertebra.bus.Problem;
import io.vertebra.bus.Problems;
import io.vertebra.contract.Access;
import io.vertebra.door.Admission;
import io.vertebra.kernel.events.LogCursor;
import io.vertebra.live.Dialect.To;
import io.vertebra.live.Panel.Latest;
import io.vertx.core.Future;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The subscriptions of one connection, authorised when they are made and again when their caller's rights change. */
final class Subscriptions {
    private static final String TYPE = "type";
    private static final String PROJECT = "projectId";

    private final Room room;
    private final Session session;
    private final Map<String, Subscription> all = new LinkedHashMap<>(4);
    /** Of the rights that all were authorised with; what an earlier look at them still says does not count. */
    private long epoch;

    Subscriptions(Room room, Session session) {
        this.room = room;
        this.session = session;
    }

    boolean isEmpty() {
        return all.isEmpty();
    }

    /** Follows a topic, after a cursor or from now on. */
    void add(To to, String name, String topic, @Nullable String after, @Nullable Long credit) {
        if (after != null) {
            LogCursor.parse(after);
        }
        var place = place(topic);
        if (all.containsKey(name)) {
            throw Problem.of(Problems.CONFLICT, "This is followed on this connection already.");
        }
        if (all.size() >= room.settings().subscriptionsMax()) {
            throw Problem.of(Problems.QUOTA_EXCEEDED, "This connection has all the subscriptions that it may have.");
        }
        var fresh = place.topic().latest()
                ? new Latest(room, session, to, name, place)
                : new Stream(room, session, new Stream.Subscribe(to, name, place, after, credit));
        all.put(name, fresh);
        room.census().subscribed(1);
        session.enter(to, Requests.Terms.NONE, admitted -> room.gate()
                .limitFurther(admitted.call(), caller(admitted), List.of(Spending.SUBSCRIPTION))
                .compose(refused -> refused != null ? Future.failedFuture(refused) : authorise(admitted, place))
                .onSuccess(types -> allow(fresh, types, admitted))
                .onFailure(refused -> forget(fresh)));
    }

    private static String caller(Admission admitted) {
        return admitted.call().caller().id().toString();
    }

    private Subscription.Place place(String address) {
        for (var topic : room.on().contracts().topics()) {
            var values = topic.match(address);
            if (values != null) {
                return new Subscription.Place(topic, values);
            }
        }
        throw Problem.of(Problems.NOT_FOUND, "There is no such topic.");
    }

    private void allow(Subscription one, Set<String> types, Admission admitted) {
        if (all.get(one.name()) == one && admitted.epoch() >= epoch) {
            one.allow(types);
        }
    }

    /** The types of events that the caller may read there; fails when it may not follow the topic at all. */
    private Future<Set<String>> authorise(Admission admitted, Subscription.Place place) {
        var permission = place.topic().permission();
        if (!place.inOrg()) {
            return room.gate().authorise(admitted, permission, null, null).map(granted -> Set.of());
        }
        UUID project = place.inProject() ? place.projectId() : null;
        var authorised = room.gate().authorise(admitted, permission, place.orgId(), project);
        var type = place.values().get(TYPE);
        if (type == null) {
            return authorised
                    .compose(granted -> room.gate().rights(admitted, place.orgId()))
                    .map(rights -> readable(rights, place));
        }
        var event = room.on().contracts().event(type);
        if (event == null || event.orgComponent() == null) {
            return Future.failedFuture(Problem.of(Problems.NOT_FOUND, "There is no such type of event."));
        }
        return authorised
                .compose(granted -> room.gate().authorise(admitted, event.permission(), place.orgId(), null))
                .map(granted -> Set.of(event.name()));
    }

    private Set<String> readable(Access.Rights rights, Subscription.Place place) {
        return room.on().contracts().events().stream()
                .filter(type -> type.orgComponent() != null)
                .filter(type -> rights.permissions().contains(type.permission()))
                .filter(type -> !place.inProject() || namesProject(type))
                .map(EventType::name)
                .collect(Collectors.toSet());
    }

    private static boolean namesProject(EventType type) {
        return type.components().stream().anyMatch(component -> component.name().equals(PROJECT));
    }

    void credit(String name, long more) {
        var one = all.get(name);
        if (one == null) {
            throw Problem.of(Problems.NOT_FOUND, "There is no such subscription.");
        }
        one.credit(more);
    }

    /** The client takes more again. */
    void drained() {
        List.copyOf(all.values()).forEach(Subscription::drained);
    }

    /** The rights of the caller have changed: what is no longer allowed ends, the rest goes on where it is. */
    void authoriseAgain(Admission admitted) {
        epoch = admitted.epoch();
        for (var one : List.copyOf(all.values())) {
            authorise(admitted, one.place())
                    .onComplete(types -> allow(one, types, admitted), refused -> refused(one, refused, admitted));
        }
    }

    private void refused(Subscription one, Throwable why, Admission admitted) {
        if (all.get(one.name()) != one || admitted.epoch() < epoch) {
            return;
        }
        if (why instanceof Problem problem && problem.status() < Problems.INTERNAL_ERROR.status()) {
            forget(one);
            session.send(session.dialect()
                    .revoked(one.name(), problem, admitted.call().requestId()));
        } else {
            // Nobody can say whether it is still allowed: it pauses until somebody can.
            one.suspend();
            session.lookAgain();
        }
    }

    private void forget(Subscription one) {
        if (all.remove(one.name(), one)) {
            one.suspend();
            room.census().subscribed(-1);
        }
    }

    /** Ends a subscription. */
    void remove(String name) {
        var one = all.get(name);
        if (one != null) {
            forget(one);
        }
    }

    void close() {
        List.copyOf(all.values()).forEach(this::forget);
    }
}
