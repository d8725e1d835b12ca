package io.vertebra.kernel.telemetry;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.data.DelegatingSpanData;
import io.opentelemetry.sdk.trace.data.EventData;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.data.StatusData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.util.Collection;
import java.util.List;

/** Scrubs every span before it leaves the process. */
final class ScrubbedSpans implements SpanExporter {
    private final SpanExporter next;

    ScrubbedSpans(SpanExporter next) {
        this.next = next;
    }

    @Override
    public CompletableResultCode export(Collection<SpanData> spans) {
        return next.export(spans.stream().<SpanData>map(Scrubbed::new).toList());
    }

    @Override
    public CompletableResultCode flush() {
        return next.flush();
    }

    @Override
    public CompletableResultCode shutdown() {
        return next.shutdown();
    }

    private static Attributes scrub(Attributes attributes) {
        var clean = Attributes.builder();
        attributes.forEach((key, value) -> {
            var name = key.getKey();
            switch (value) {
                case Long number -> clean.put(name, number);
                case Double number -> clean.put(name, number);
                case Boolean flag -> clean.put(name, flag);
                default -> clean.put(name, Scrubber.value(name, String.valueOf(value)));
            }
        });
        return clean.build();
    }

    private static final class Scrubbed extends DelegatingSpanData {
        Scrubbed(SpanData span) {
            super(span);
        }

        @Override
        public Attributes getAttributes() {
            return scrub(super.getAttributes());
        }

        @Override
        public List<EventData> getEvents() {
            return super.getEvents().stream()
                    .map(event ->
                            EventData.create(event.getEpochNanos(), event.getName(), scrub(event.getAttributes())))
                    .toList();
        }

        @Override
        public StatusData getStatus() {
            var status = super.getStatus();
            return StatusData.create(status.getStatusCode(), Scrubber.scrub(status.getDescription()));
        }
    }
}
