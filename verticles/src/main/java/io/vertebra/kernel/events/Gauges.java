package io.vertebra.kernel.events;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertebra.kernel.health.Part;
import io.vertebra.kernel.telemetry.Meters;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;

/** How far the readers are behind, and what they parked: as gauges and in the node's health. */
final class Gauges {
    private static final double MILLIS_A_SECOND = 1000.0;
    /** A reader that is further behind than this shows in the node's health. */
    private static final double LAG_SECONDS_MAX = 60;

    private final MeterRegistry meters;
    private final Part part;
    private final Clock clock;
    private final Map<String, Readers.Standing> standing = new ConcurrentHashMap<>();

    Gauges(MeterRegistry meters, Part part, Clock clock) {
        this.meters = meters;
        this.part = part;
        this.clock = clock;
    }

    void set(List<Readers.Standing> now) {
        tell(now);
        for (var one : now) {
            if (standing.put(one.reader(), one) == null) {
                Gauge.builder(
                                Meters.EVENTS_LAG,
                                standing,
                                all -> lagSeconds(Objects.requireNonNull(all.get(one.reader()))))
                        .description("Age of the oldest event that the reader has not read")
                        .baseUnit("seconds")
                        .tag("reader", one.reader())
                        .register(meters);
                Gauge.builder(Meters.EVENTS_DEAD_LETTERS, standing, all -> Objects.requireNonNull(all.get(one.reader()))
                                .parked())
                        .description("Events that the reader could not apply")
                        .tag("reader", one.reader())
                        .register(meters);
            }
        }
    }

    private void tell(List<Readers.Standing> now) {
        var troubles = new ArrayList<String>();
        for (var one : now) {
            if (one.parked() > 0) {
                troubles.add(one.reader() + " has " + one.parked() + " dead letters");
            }
            if (one.failing() > 0) {
                troubles.add(one.reader() + " fails in " + one.failing() + " lanes");
            }
            if (lagSeconds(one) > LAG_SECONDS_MAX) {
                troubles.add(one.reader() + " is " + (long) lagSeconds(one) + " s behind");
            }
        }
        if (troubles.isEmpty()) {
            part.healthy("read");
        } else {
            part.degraded(String.join("; ", troubles));
        }
    }

    private double lagSeconds(Readers.Standing one) {
        var oldest = one.oldestUnreadAt();
        return oldest == null
                ? 0
                : Math.max(0, Duration.between(oldest, clock.instant()).toMillis() / MILLIS_A_SECOND);
    }
}
