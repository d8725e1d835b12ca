package io.vertebra.kernel.events;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertebra.kernel.telemetry.Meters;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** How far the readers are behind, and what they parked, as gauges. */
final class Gauges {
    private static final double MILLIS_A_SECOND = 1000.0;

    private final MeterRegistry meters;
    private final Clock clock;
    private final Map<String, Readers.Standing> standing = new ConcurrentHashMap<>();

    Gauges(MeterRegistry meters, Clock clock) {
        this.meters = meters;
        this.clock = clock;
    }

    void set(List<Readers.Standing> now) {
        for (var one : now) {
            if (standing.put(one.reader(), one) == null) {
                Gauge.builder(Meters.EVENTS_LAG, standing, all -> lagSeconds(all.get(one.reader())))
                        .description("Age of the oldest event that the reader has not read")
                        .baseUnit("seconds")
                        .tag("reader", one.reader())
                        .register(meters);
                Gauge.builder("events.dead.letters", standing, all -> all.get(one.reader()).parked())
                        .description("Events that the reader could not apply")
                        .tag("reader", one.reader())
                        .register(meters);
            }
        }
    }

    private double lagSeconds(Readers.Standing one) {
        var oldest = one.oldestUnreadAt();
        return oldest == null
                ? 0
                : Math.max(0, Duration.between(oldest, clock.instant()).toMillis() / MILLIS_A_SECOND);
    }
}
