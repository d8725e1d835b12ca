package io.vertebra.kernel.health;

import java.time.Clock;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;

/** One part of the platform that says how it is: the database, Redis, a module, a reader. */
public final class Part {
    private final String name;
    private final boolean vital;
    private final Clock clock;
    private final AtomicReference<Status> status;

    Part(String name, boolean vital, Clock clock) {
        this.name = name;
        this.vital = vital;
        this.clock = clock;
        this.status = new AtomicReference<>(new Status(name, State.DEGRADED, clock.instant(), "starting"));
    }

    /** The part works. */
    public void healthy(String detail) {
        set(State.HEALTHY, detail);
    }

    /** The part works with less; {@code detail} says with what. */
    public void degraded(String detail) {
        set(State.DEGRADED, detail);
    }

    /** The part does not work; {@code detail} says why, without secrets. */
    public void unhealthy(String detail) {
        set(State.UNHEALTHY, detail);
    }

    /** How the part is. */
    public Status status() {
        return status.get();
    }

    /** Whether the platform cannot serve without this part. */
    boolean vital() {
        return vital;
    }

    private void set(State state, String detail) {
        var now = clock.instant();
        status.updateAndGet(old -> new Status(name, state, old.state() == state ? old.since() : now, detail));
    }

    /**
     * How a part is.
     *
     * @param since when it came into this state
     * @param detail why, or with what; without secrets
     */
    public record Status(String part, State state, Instant since, String detail) {}
}
