package io.vertebra.kernel.events;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.vertebra.bus.Contracts;
import io.vertebra.bus.Event;
import io.vertebra.bus.Json;
import io.vertebra.kernel.db.Work;
import io.vertx.core.Future;
import java.util.Collection;
import java.util.TreeMap;

/** What one reader follows: decodes events of these types and gives each to its handler. */
final class Follows {
    private final TreeMap<String, Follow<?>> byType = new TreeMap<>();

    Follows(Contracts contracts, Collection<Follow<?>> follows) {
        for (var follow : follows) {
            var type = contracts.event(follow.type());
            if (byType.put(type.name(), follow) != null) {
                throw new IllegalArgumentException("A reader follows " + type.name() + " twice");
            }
        }
    }

    /** The names of the types, sorted. */
    String[] types() {
        return byType.keySet().toArray(String[]::new);
    }

    /** Applies one event; an event that cannot be decoded fails like one that cannot be applied. */
    Future<?> apply(Work work, Logged logged) {
        var follow = byType.get(logged.type());
        if (follow == null) {
            return Future.failedFuture(new IllegalStateException("Nobody follows " + logged.type() + " here"));
        }
        try {
            return apply(follow, work, logged);
        } catch (JsonProcessingException | RuntimeException e) {
            return Future.failedFuture(e);
        }
    }

    private static <E extends Event> Future<?> apply(Follow<E> follow, Work work, Logged logged)
            throws JsonProcessingException {
        var event = Json.tolerant().readValue(logged.data().encode(), follow.type());
        return follow.handler().follow(work, new Fact<>(logged, event));
    }
}
