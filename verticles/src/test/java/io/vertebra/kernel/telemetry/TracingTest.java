package io.vertebra.kernel.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import io.vertebra.kernel.config.TelemetrySettings;
import io.vertx.core.Future;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

class TracingTest {
    private static final String PARENT = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    private final List<SpanData> sent = new CopyOnWriteArrayList<>();
    private final SpanExporter exporter = new SpanExporter() {
        @Override
        public CompletableResultCode export(Collection<SpanData> spans) {
            sent.addAll(spans);
            return CompletableResultCode.ofSuccess();
        }

        @Override
        public CompletableResultCode flush() {
            return CompletableResultCode.ofSuccess();
        }

        @Override
        public CompletableResultCode shutdown() {
            return CompletableResultCode.ofSuccess();
        }
    };

    @Test
    void off_makes_nothing() {
        var tracing = Tracing.start(new TelemetrySettings("s", "", 1, false), "n");
        assertThat(tracing.on()).isFalse();
        assertThat(tracing.factory()).isNull();
        assertThat(tracing.traceparent()).isNull();
        assertThat(tracing.span("x", PARENT, () -> Future.succeededFuture(1)).result())
                .isEqualTo(1);
    }

    @Test
    void a_span_continues_the_trace_and_leaves_scrubbed() {
        var tracing = Tracing.to(exporter, new TelemetrySettings("shop", "http://x", 0, false), "n");
        tracing.span("reader", PARENT, () -> {
            Span.current().setAttribute("who", "ann@example.com").setAttribute("count", 3);
            Span.current().setAttribute("api_key", "x");
            assertThat(tracing.traceparent()).startsWith("00-4bf92f3577b34da6a3ce929d0e0e4736-");
            return Future.failedFuture(new IllegalStateException("password=hunter2"));
        });
        tracing.stop();
        assertThat(sent).singleElement().satisfies(span -> {
            assertThat(span.getTraceId()).isEqualTo("4bf92f3577b34da6a3ce929d0e0e4736");
            assertThat(span.getParentSpanId()).isEqualTo("00f067aa0ba902b7");
            assertThat(span.getAttributes().get(AttributeKey.stringKey("who"))).isEqualTo("(e-mail)");
            assertThat(span.getAttributes().get(AttributeKey.stringKey("api_key")))
                    .isEqualTo("(hidden)");
            assertThat(span.getAttributes().get(AttributeKey.longKey("count"))).isEqualTo(3);
            assertThat(span.getEvents().toString()).doesNotContain("hunter2");
        });
    }
}
