package io.vertebra.live;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertebra.kernel.module.Doorway;
import io.vertebra.kernel.vitals.Vitals;
import io.vertebra.live.Dialect.To;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** The topics of the newest value: the health and the metrics of the nodes, worded once for all who follow them. */
final class Panel {
    private static final Map<String, Function<Vitals, ObjectNode>> VALUES =
            Map.of("platform/health", Vitals::health, "platform/metrics", Vitals::metrics);

    private final Doorway on;
    private final Map<String, Set<Latest>> followed = new LinkedHashMap<>();

    Panel(Doorway on) {
        this.on = on;
        on.vertx().setPeriodic(on.vitals().interval().toMillis(), due -> followed.forEach(this::tell));
    }

    void join(Latest latest) {
        followed.computeIfAbsent(topic(latest), none -> new LinkedHashSet<>()).add(latest);
        tell(latest);
    }

    void leave(Latest latest) {
        followed.getOrDefault(topic(latest), Set.of()).remove(latest);
    }

    void tell(Latest latest) {
        tell(topic(latest), Set.of(latest));
    }

    private void tell(String topic, Set<Latest> to) {
        var value = VALUES.get(topic);
        if (value != null && !to.isEmpty()) {
            var at = on.clock().instant().toString();
            var text = Frames.text(value.apply(on.vitals()));
            List.copyOf(to).forEach(latest -> latest.tell(at, text));
        }
    }

    private static String topic(Latest latest) {
        return latest.place().topic().template();
    }

    /** A subscription to a newest value. While the client does not take it, only the newest waits. */
    static final class Latest implements Subscription {
        private final Room room;
        private final Session session;
        private final To to;
        private final String name;
        private final Place place;
        private final String head;
        private boolean allowed;
        private boolean told;
        private boolean behind;

        Latest(Room room, Session session, To to, String name, Place place) {
            this.room = room;
            this.session = session;
            this.to = to;
            this.name = name;
            this.place = place;
            this.head = session.dialect().valueHead(name);
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public Place place() {
            return place;
        }

        @Override
        public void allow(Set<String> types) {
            if (allowed) {
                return;
            }
            allowed = true;
            if (!told) {
                told = true;
                session.answer(to, session.dialect().ok(to, null));
            }
            room.panel().join(this);
        }

        @Override
        public void suspend() {
            allowed = false;
            room.panel().leave(this);
        }

        @Override
        public void credit(long more) {}

        @Override
        public void drained() {
            if (behind && allowed) {
                room.panel().tell(this);
            }
        }

        /** There is a newer value. */
        void tell(String at, String value) {
            behind = session.full();
            if (!behind) {
                session.send(head + session.dialect().valueRest(at, value));
            }
        }
    }
}
