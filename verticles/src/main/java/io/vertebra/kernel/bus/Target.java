package io.vertebra.kernel.bus;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.vertebra.bus.Operation;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** An operation as this node sees it: its meters and the stations that answer it here. */
final class Target {
    private static final Station[] NONE = {};

    private final Operation operation;
    private final MeterRegistry meters;
    private final Timer succeeded;
    private final Map<String, Timer> failed = new ConcurrentHashMap<>();
    private volatile Station[] stations = NONE;
    private int turn;

    Target(Operation operation, MeterRegistry meters) {
        this.operation = operation;
        this.meters = meters;
        this.succeeded = timer("ok");
    }

    Operation operation() {
        return operation;
    }

    /** The stations on this node; empty when it does not carry the domain. */
    Station[] stations() {
        return stations;
    }

    void stations(Station[] here) {
        stations = here;
    }

    /** The next station in turn; a lost update of the turn does no harm. */
    Station next(Station[] among) {
        turn = (turn + 1) & Integer.MAX_VALUE;
        return among[turn % among.length];
    }

    void measure(long nanos, @Nullable String problem) {
        var timer = problem == null ? succeeded : failed.computeIfAbsent(problem, this::timer);
        timer.record(nanos, TimeUnit.NANOSECONDS);
    }

    private Timer timer(String status) {
        return Timer.builder("bus.request.duration")
                .description("How long domains take to answer")
                .tag("operation", operation.name())
                .tag("status", status)
                .register(meters);
    }
}
