package io.vertebra.kernel.telemetry;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.exporter.otlp.trace.OtlpGrpcSpanExporter;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import io.vertebra.kernel.config.TelemetrySettings;
import io.vertx.core.Future;
import io.vertx.core.spi.VertxTracerFactory;
import io.vertx.tracing.opentelemetry.OpenTelemetryTracingFactory;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** OpenTelemetry traces with the W3C context. Off unless an exporter is configured, and then nothing is made at all. */
public final class Tracing {
    private static final String NAME = "io.vertebra";
    private static final String TRACEPARENT = "traceparent";
    private static final long FLUSH_SECONDS = 2;
    private static final TextMapGetter<String> HEADER = new TextMapGetter<>() {
        @Override
        public Iterable<String> keys(String carrier) {
            return List.of(TRACEPARENT);
        }

        @Override
        public @Nullable String get(@Nullable String carrier, String key) {
            return key.equals(TRACEPARENT) ? carrier : null;
        }
    };

    private final @Nullable OpenTelemetrySdk sdk;
    private final Tracer tracer;

    private Tracing(@Nullable OpenTelemetrySdk sdk) {
        this.sdk = sdk;
        this.tracer = (sdk == null ? OpenTelemetry.noop() : sdk).getTracer(NAME);
    }

    static Tracing start(TelemetrySettings settings, String node) {
        return settings.traces()
                ? to(
                        OtlpGrpcSpanExporter.builder()
                                .setEndpoint(settings.otlpEndpoint())
                                .build(),
                        settings,
                        node)
                : new Tracing(null);
    }

    /** Traces that go to this exporter, scrubbed. */
    static Tracing to(SpanExporter exporter, TelemetrySettings settings, String node) {
        var resource = Resource.getDefault().toBuilder()
                .put(AttributeKey.stringKey("service.name"), settings.serviceName())
                .put(AttributeKey.stringKey("service.instance.id"), node)
                .build();
        var spans = SdkTracerProvider.builder()
                .setResource(resource)
                .setSampler(Sampler.parentBased(Sampler.traceIdRatioBased(settings.sampleRatio())))
                .addSpanProcessor(
                        BatchSpanProcessor.builder(new ScrubbedSpans(exporter)).build())
                .build();
        return new Tracing(OpenTelemetrySdk.builder()
                .setTracerProvider(spans)
                .setPropagators(ContextPropagators.create(W3CTraceContextPropagator.getInstance()))
                .build());
    }

    /** Whether spans are made. */
    public boolean on() {
        return sdk != null;
    }

    /** What carries spans through HTTP, event bus, PostgreSQL and Redis of Vert.x; null when off. */
    public @Nullable VertxTracerFactory factory() {
        return sdk == null ? null : new OpenTelemetryTracingFactory(sdk);
    }

    /**
     * Runs a piece of work as a span of its own, under the trace of this {@code traceparent}: for what starts without a
     * Vert.x message, such as an event reader or a job.
     */
    public <T> Future<T> span(String name, @Nullable String traceparent, java.util.function.Supplier<Future<T>> work) {
        if (sdk == null) {
            return work.get();
        }
        var parent = W3CTraceContextPropagator.getInstance().extract(Context.root(), traceparent, HEADER);
        var span = tracer.spanBuilder(name)
                .setParent(parent)
                .setSpanKind(SpanKind.CONSUMER)
                .startSpan();
        try (var scope = span.makeCurrent()) {
            return work.get().onComplete(done -> {
                if (done.failed()) {
                    span.recordException(done.cause());
                }
                span.end();
            });
        }
    }

    /** The {@code traceparent} of the present span; null without one. */
    public @Nullable String traceparent() {
        var context = sdk == null ? null : Span.current().getSpanContext();
        return context == null || !context.isValid()
                ? null
                : "00-" + context.getTraceId() + "-" + context.getSpanId() + "-"
                        + context.getTraceFlags().asHex();
    }

    void stop() {
        if (sdk != null) {
            sdk.getSdkTracerProvider().shutdown().join(FLUSH_SECONDS, TimeUnit.SECONDS);
        }
    }
}
