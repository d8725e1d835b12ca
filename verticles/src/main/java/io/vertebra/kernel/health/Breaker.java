package io.vertebra.kernel.health;

import io.vertebra.bus.Problem;
import io.vertebra.bus.Problems;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Stops asking a server that is away: after some outages in a row everything fails at once with 503, and after a pause
 * one call at a time tries whether the server is back. Only outages count, never a refused statement. Safe for any
 * thread; a call through a closed breaker costs one volatile read.
 */
public final class Breaker {
    private static final long CLOSED = Long.MIN_VALUE;

    private final String name;
    private final Part part;
    private final int failuresMax;
    private final long resetNanos;
    private final Predicate<Throwable> outage;
    private final LongSupplier nanos;
    private final AtomicInteger failures = new AtomicInteger();
    /** When the next trial may go; {@link #CLOSED} while everything passes. */
    private final AtomicLong nextTrial = new AtomicLong(CLOSED);

    /**
     * A closed breaker.
     *
     * @param name what it guards, in words: "The database"
     * @param part how the server is, as health shows it; the breaker keeps it
     * @param failuresMax outages in a row that open it
     * @param reset the pause before a trial
     * @param outage which failures mean that the server is away
     */
    public Breaker(String name, Part part, int failuresMax, Duration reset, Predicate<Throwable> outage) {
        this(name, part, failuresMax, reset, outage, System::nanoTime);
    }

    Breaker(String name, Part part, int failuresMax, Duration reset, Predicate<Throwable> outage, LongSupplier nanos) {
        this.name = name;
        this.part = part;
        this.failuresMax = failuresMax;
        this.resetNanos = reset.toNanos();
        this.outage = outage;
        this.nanos = nanos;
    }

    /** Runs the call, or fails at once while the server is away. */
    public <T> Future<T> guard(Supplier<Future<T>> call) {
        if (!passes()) {
            return Future.failedFuture(unavailable());
        }
        Future<T> running;
        try {
            running = call.get();
        } catch (RuntimeException e) {
            running = Future.failedFuture(e);
        }
        return running.onComplete(done -> {
            if (done.succeeded() || !outage.test(done.cause())) {
                succeeded();
            } else {
                failed(done.cause());
            }
        });
    }

    /** Whether a call may go now; while open, one caller in each pause gets true and is the trial. */
    public boolean passes() {
        long trial = nextTrial.get();
        if (trial == CLOSED) {
            return true;
        }
        long now = nanos.getAsLong();
        return now - trial >= 0 && nextTrial.compareAndSet(trial, now + resetNanos);
    }

    /** The server answered. */
    public void succeeded() {
        if (failures.get() != 0 || nextTrial.get() != CLOSED || part.status().state() != State.HEALTHY) {
            failures.set(0);
            nextTrial.set(CLOSED);
            part.healthy("connected");
        }
    }

    /** The server was away. */
    public void failed(Throwable cause) {
        if (failures.incrementAndGet() >= failuresMax) {
            nextTrial.compareAndSet(CLOSED, nanos.getAsLong() + resetNanos);
            part.unhealthy("away: " + cause.getClass().getSimpleName());
        }
    }

    /** Whether calls fail at once. */
    public boolean isOpen() {
        return nextTrial.get() != CLOSED;
    }

    /** What a call through the open breaker fails with. */
    public Problem unavailable() {
        return Problem.of(Problems.UNAVAILABLE, name + " is away; try again in a moment.")
                .with("retryAfter", 1);
    }
}
