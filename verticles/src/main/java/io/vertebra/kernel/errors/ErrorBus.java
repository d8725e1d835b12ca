package io.vertebra.kernel.errors;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertebra.bus.Problem;
import io.vertebra.kernel.telemetry.Meters;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Where the parts of a node report failures that nobody expected. A report never fails, waits or does more than put the
 * failure into a bounded queue; what finds the queue full is counted and forgotten. Safe for any thread.
 */
public final class ErrorBus {
    private final Clock clock;
    private final ArrayBlockingQueue<Failure> waiting;
    private final Counter reported;
    private final Counter lost;
    private final AtomicLong dropped = new AtomicLong();

    /**
     * A bus that nothing was reported to.
     *
     * @param waitingMax how many failures may wait to be written
     */
    public ErrorBus(Clock clock, MeterRegistry meters, int waitingMax) {
        this.clock = clock;
        this.waiting = new ArrayBlockingQueue<>(waitingMax);
        this.reported = Counter.builder(Meters.ERRORS_REPORTED)
                .description("Failures that nobody expected")
                .register(meters);
        this.lost = Counter.builder(Meters.ERRORS_DROPPED)
                .description("Failures that nobody expected and that were too many to be kept")
                .register(meters);
    }

    /**
     * Takes up a failure; a problem is an expected answer and none.
     *
     * @param operation what failed: an operation, a reader, a job
     * @param requestId the request that it happened in; null outside of requests
     */
    public void report(String operation, @Nullable String requestId, Throwable cause) {
        if (cause instanceof Problem) {
            return;
        }
        reported.increment();
        if (!waiting.offer(new Failure(clock.instant(), operation, requestId, cause))) {
            drop(1);
        }
    }

    /** Everything that waits, taken out. */
    List<Failure> take() {
        var taken = new ArrayList<Failure>();
        waiting.drainTo(taken);
        return taken;
    }

    /** Some were taken up and could not be kept. */
    void drop(long failures) {
        dropped.addAndGet(failures);
        lost.increment(failures);
    }

    /** How many were dropped since this was asked last. */
    long takeDropped() {
        return dropped.getAndSet(0);
    }
}
