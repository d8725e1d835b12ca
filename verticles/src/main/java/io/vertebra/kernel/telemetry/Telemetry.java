package io.vertebra.kernel.telemetry;

import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertebra.kernel.config.Configuration;
import io.vertebra.kernel.config.TelemetrySettings;
import io.vertx.core.VertxBuilder;

/** Meters and traces of one node. Logs have their own start, {@link Logging}, because they come before all else. */
public final class Telemetry implements AutoCloseable {
    private final PrometheusMeterRegistry meters;
    private final JvmGcMetrics pauses;
    private final Tracing tracing;

    private Telemetry(PrometheusMeterRegistry meters, Tracing tracing) {
        this.meters = meters;
        this.pauses = Meters.pauses(meters);
        this.tracing = tracing;
    }

    /** Starts what the section {@code telemetry} asks for. */
    public static Telemetry start(Configuration configuration, String node) {
        var settings = configuration.section("telemetry", TelemetrySettings.class);
        return new Telemetry(Meters.registry(settings.jvmMetrics()), Tracing.start(settings, node));
    }

    /** Lets Vert.x make spans when tracing is on; otherwise changes nothing. */
    public VertxBuilder instrument(VertxBuilder builder) {
        var factory = tracing.factory();
        return factory == null ? builder : builder.withTracer(factory);
    }

    /** The meters of this node. */
    public PrometheusMeterRegistry meters() {
        return meters;
    }

    /** The traces of this node. */
    public Tracing tracing() {
        return tracing;
    }

    /** All meters as Prometheus reads them. */
    public String scrape() {
        return meters.scrape();
    }

    @Override
    public void close() {
        tracing.stop();
        pauses.close();
        meters.close();
    }
}
