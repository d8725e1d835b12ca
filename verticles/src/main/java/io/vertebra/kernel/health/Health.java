package io.vertebra.kernel.health;

import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * What is well and what is not on this node. Parts register and say how they are; the doors read the whole. A vital
 * part that is unhealthy makes the whole unhealthy and not ready; any other makes it degraded.
 */
public final class Health {
    /** The part that stands for PostgreSQL. */
    public static final String DATABASE = "database";
    /** The part that stands for Redis. */
    public static final String REDIS = "redis";

    private final Clock clock;
    private final Map<String, Part> parts = new ConcurrentSkipListMap<>();
    private volatile Phase phase = Phase.STARTING;

    /** A registry without parts. */
    public Health(Clock clock) {
        this.clock = clock;
    }

    /** A part that the platform can do without for a while. */
    public Part part(String name) {
        return parts.computeIfAbsent(name, key -> new Part(key, false, clock));
    }

    /** A part that the platform cannot serve without. */
    public Part vital(String name) {
        return parts.computeIfAbsent(name, key -> new Part(key, true, clock));
    }

    /** The part is gone and says nothing any more. */
    public void remove(String name) {
        parts.remove(name);
    }

    /** Everything is started: from now on ready, as long as the vital parts are well. */
    public void started() {
        phase = Phase.SERVING;
    }

    /** The node is about to stop: not ready from now on, while what runs is finished. */
    public void drain() {
        phase = Phase.DRAINING;
    }

    /** Whether the node stops. */
    public boolean draining() {
        return phase == Phase.DRAINING;
    }

    /** Whether new requests should come to this node. */
    public boolean ready() {
        return phase == Phase.SERVING && state() != State.UNHEALTHY;
    }

    /** Whether PostgreSQL answers. */
    public boolean databaseConnected() {
        var database = parts.get(DATABASE);
        return database != null && database.status().state() == State.HEALTHY;
    }

    /** The whole, as its parts make it. */
    public State state() {
        var worst = State.HEALTHY;
        for (var part : parts.values()) {
            var state = part.status().state();
            worst = worst.worse(state == State.UNHEALTHY && !part.vital() ? State.DEGRADED : state);
        }
        return worst;
    }

    /** Every part by name. */
    public List<Part.Status> parts() {
        return parts.values().stream().map(Part::status).toList();
    }

    /** The present time of this registry. */
    public Instant now() {
        return clock.instant();
    }

    private enum Phase {
        STARTING,
        SERVING,
        DRAINING
    }
}
