package io.vertebra.kernel.vitals;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.management.OperatingSystemMXBean;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.vertebra.bus.Contracts;
import io.vertebra.bus.Json;
import io.vertebra.kernel.telemetry.Meters;
import java.lang.management.ManagementFactory;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** What a node does, as differences of its meters between two looks. */
final class Sampler {
    private static final String READER = "reader";
    private static final String STATUS = "status";
    private static final String SUCCEEDED = "done";
    private static final double NANOS = 1e9;

    private final MeterRegistry meters;
    private final Contracts contracts;
    private final OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    private Map<String, Spread> groups = Map.of();
    private final Map<String, Double> totals = new HashMap<>();
    private long lookedAt = System.nanoTime();

    Sampler(MeterRegistry meters, Contracts contracts) {
        this.meters = meters;
        this.contracts = contracts;
    }

    /** The sample of the time since the last look; rates are per second. */
    ObjectNode look() {
        long now = System.nanoTime();
        double seconds = Math.max(0.001, (now - lookedAt) / NANOS);
        lookedAt = now;
        var sample = Json.strict().createObjectNode();
        sample.put("seconds", round(seconds));
        requests(sample, seconds);
        var events = sample.putObject("events");
        events.put("appended", rate(Meters.EVENTS_APPENDED, total(Meters.EVENTS_APPENDED, null), seconds));
        readers(events);
        sample.putObject("jobs")
                .put("rate", rate("jobs", total(Meters.JOB_RUN, null), seconds))
                .put("failed", rate("jobs.failed", total(Meters.JOB_RUN, SUCCEEDED), seconds));
        sample.putObject("database").put("connections", (long) total(Meters.DATABASE_CONNECTIONS, null));
        sample.putObject("live")
                .put("connections", (long) total(Meters.LIVE_CONNECTIONS, null))
                .put("subscriptions", (long) total(Meters.LIVE_SUBSCRIPTIONS, null))
                .put("sent", rate(Meters.LIVE_SENT, total(Meters.LIVE_SENT, null), seconds));
        var heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
        sample.putObject("memory").put("heapUsed", heap.getUsed()).put("heapMax", heap.getMax());
        sample.put("cpu", round(Math.max(0, system.getProcessCpuLoad())));
        return sample;
    }

    private void requests(ObjectNode sample, double seconds) {
        var now = new TreeMap<String, Spread>();
        for (var timer : meters.find(Meters.BUS_REQUEST).timers()) {
            now.merge(group(timer), Spread.of(timer, failed(timer)), Spread::plus);
        }
        var all = Spread.NONE;
        var operations = Json.strict().createArrayNode();
        for (var group : now.entrySet()) {
            var since = group.getValue().since(groups.getOrDefault(group.getKey(), Spread.NONE));
            all = all.plus(since);
            if (since.total() > 0) {
                put(operations.addObject().put("group", group.getKey()), since, seconds);
            }
        }
        groups = now;
        put(sample.putObject("requests"), all, seconds);
        sample.set("operations", operations);
    }

    private static void put(ObjectNode into, Spread spread, double seconds) {
        into.put("rate", round(spread.total() / seconds))
                .put("errorRate", round(spread.failedShare()))
                .put("p50", spread.percentile(0.5))
                .put("p95", spread.percentile(0.95))
                .put("p99", spread.percentile(0.99));
    }

    private String group(Timer timer) {
        var operation = contracts.operation(String.valueOf(timer.getId().getTag("operation")));
        return operation == null ? "other" : operation.domain() + (operation.mutation() ? ".write" : ".read");
    }

    /** Whether it counts requests that failed on our side. */
    private static boolean failed(Timer timer) {
        var status = timer.getId().getTag(STATUS);
        return status != null
                && (status.equals("internal_error")
                        || status.equals("unavailable")
                        || status.equals("deadline_exceeded")
                        || status.equals("outcome_unknown"));
    }

    private void readers(ObjectNode events) {
        var readers = events.putArray("readers");
        for (var gauge : meters.find(Meters.EVENTS_LAG).gauges()) {
            var reader = gauge.getId().getTag(READER);
            var parked = meters.find(Meters.EVENTS_DEAD_LETTERS)
                    .tag(READER, String.valueOf(reader))
                    .gauge();
            readers.addObject()
                    .put(READER, reader)
                    .put("lag", round(gauge.value()))
                    .put("parked", parked == null ? 0 : (long) parked.value());
        }
    }

    /** The sum of the meters of this name, without those of a status. */
    private double total(String name, @Nullable String butStatus) {
        return meters.find(name).meters().stream()
                .filter(meter ->
                        butStatus == null || !butStatus.equals(meter.getId().getTag(STATUS)))
                .mapToDouble(Sampler::value)
                .sum();
    }

    private static double value(Meter meter) {
        if (meter instanceof Timer timer) {
            return timer.count();
        }
        return StreamSupport.stream(meter.measure().spliterator(), false)
                .mapToDouble(one -> one.getValue())
                .filter(Double::isFinite)
                .sum();
    }

    private double rate(String name, double now, double seconds) {
        var before = totals.put(name, now);
        return before == null ? 0 : round((now - before) / seconds);
    }

    private static double round(double value) {
        return Math.round(value * 1000) / 1000.0;
    }
}
