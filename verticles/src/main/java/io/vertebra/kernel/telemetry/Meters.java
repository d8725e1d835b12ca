package io.vertebra.kernel.telemetry;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.distribution.DistributionStatisticConfig;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;

/**
 * The names of the platform's meters, as code gives them to Micrometer; Prometheus shows them with underscores, the
 * unit and, for counters, {@code _total}.
 */
public final class Meters {
    /** Sign-ins, by {@code status}: {@code accounts_login_total}. */
    public static final String LOGIN = "accounts.login";
    /** How long sign-ins take, with quantiles: {@code accounts_login_duration_seconds}. */
    public static final String LOGIN_DURATION = "accounts.login.duration";
    /** Connections in use, by {@code pool}: {@code database_connections_active}. */
    public static final String DATABASE_CONNECTIONS = "database.connections.active";
    /** Connections for transactions that a pool may open, by {@code pool}: {@code database_connections_max}. */
    public static final String DATABASE_CONNECTIONS_MAX = "database.connections.max";
    /** Statements and transactions, by {@code domain} and {@code kind}: {@code database_query_duration_seconds}. */
    public static final String DATABASE_QUERY = "database.query.duration";
    /** Requests at the REST door, by {@code operation} and {@code status}: {@code http_request_duration_seconds}. */
    public static final String HTTP_REQUEST = "http.request.duration";
    /** Asks that a domain answered, by {@code operation} and {@code status}: {@code bus_request_duration_seconds}. */
    public static final String BUS_REQUEST = "bus.request.duration";
    /** How far a reader is behind the log, by {@code reader}: {@code events_lag}. */
    public static final String EVENTS_LAG = "events.lag";
    /** Dead letters that wait, by {@code reader}: {@code events_dead_letters}. */
    public static final String EVENTS_DEAD_LETTERS = "events.dead.letters";
    /** Events that this node's transactions appended to the log: {@code events_appended_total}. */
    public static final String EVENTS_APPENDED = "events.appended";
    /** Open connections of the live doors: {@code live_connections}. */
    public static final String LIVE_CONNECTIONS = "live.connections";
    /** Subscriptions over the live doors: {@code live_subscriptions}. */
    public static final String LIVE_SUBSCRIPTIONS = "live.subscriptions";
    /** Frames that the live doors sent: {@code live_sent_total}. */
    public static final String LIVE_SENT = "live.sent";
    /** Events that were parked, by {@code reader}: {@code events_parked_total}. */
    public static final String EVENTS_PARKED = "events.parked";
    /** Runs of jobs, by {@code job} and {@code status}: {@code jobs_run_duration_seconds}. */
    public static final String JOB_RUN = "jobs.run.duration";
    /** Records of refusals that were dropped by a cap: {@code audit_refusals_dropped_total}. */
    public static final String REFUSALS_DROPPED = "audit.refusals.dropped";

    /** Failures that nobody expected: {@code errors_reported_total}. */
    public static final String ERRORS_REPORTED = "errors.reported";
    /** Those of them that were too many to be kept: {@code errors_dropped_total}. */
    public static final String ERRORS_DROPPED = "errors.dropped";
    /** Groups that Sentry was to be told of, by {@code status}: {@code errors_sentry_total}. */
    public static final String ERRORS_SENTRY = "errors.sentry";

    private static final double[] BUCKETS_MS = {1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10000, 30000};
    private static final Map<String, DistributionStatisticConfig> SHAPES = Map.of(
            HTTP_REQUEST, buckets(),
            BUS_REQUEST, buckets(),
            DATABASE_QUERY, buckets(),
            LOGIN_DURATION, quantiles());

    private Meters() {}

    static PrometheusMeterRegistry registry(boolean jvm) {
        var registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        registry.config().meterFilter(new MeterFilter() {
            @Override
            public DistributionStatisticConfig configure(Meter.Id id, DistributionStatisticConfig config) {
                var shape = SHAPES.get(id.getName());
                return shape == null ? config : shape.merge(config);
            }
        });
        if (jvm) {
            new ClassLoaderMetrics().bindTo(registry);
            new JvmMemoryMetrics().bindTo(registry);
            new JvmThreadMetrics().bindTo(registry);
            new ProcessorMetrics().bindTo(registry);
            new FileDescriptorMetrics().bindTo(registry);
            new UptimeMetrics().bindTo(registry);
        }
        return registry;
    }

    /** Pauses of the garbage collector; close it with the registry. */
    static JvmGcMetrics pauses(PrometheusMeterRegistry registry) {
        var pauses = new JvmGcMetrics();
        pauses.bindTo(registry);
        return pauses;
    }

    private static DistributionStatisticConfig buckets() {
        var nanos = Arrays.stream(BUCKETS_MS)
                .map(ms -> ms * Duration.ofMillis(1).toNanos())
                .toArray();
        return DistributionStatisticConfig.builder()
                .serviceLevelObjectives(nanos)
                .build();
    }

    private static DistributionStatisticConfig quantiles() {
        return DistributionStatisticConfig.builder()
                .percentiles(0.5, 0.9, 0.95, 0.99)
                .expiry(Duration.ofMinutes(5))
                .build();
    }
}
