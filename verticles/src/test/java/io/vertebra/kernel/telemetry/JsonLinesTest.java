package io.vertebra.kernel.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.slf4j.event.KeyValuePair;

class JsonLinesTest {
    private final Logger logger = new LoggerContext().getLogger("io.vertebra.orgs.Projects");

    private LoggingEvent event(String message, Throwable failure, Object... arguments) {
        var event = new LoggingEvent("x", logger, Level.WARN, message, failure, arguments);
        event.setMDCPropertyMap(new Trail("r-1", "u-1", "Orgs.CreateProject", "4bf9").fields());
        return event;
    }

    @Test
    void a_line_is_one_object_with_the_trail_of_its_request() {
        var event = event("made {}", null, "one\ntwo");
        event.addKeyValuePair(new KeyValuePair("took_ms", 12L));
        event.addKeyValuePair(new KeyValuePair("password", "hunter2"));
        var line = new String(new JsonLines("vertebra", "n1").encode(event));
        assertThat(line).endsWith("}\n").doesNotContain("hunter2");
        assertThat(line.strip()).doesNotContain("\n");
        assertThat(new JsonObject(line).getMap())
                .containsAllEntriesOf(Map.of(
                        "level", "warn",
                        "service", "vertebra",
                        "node", "n1",
                        "message", "made one\ntwo",
                        "request_id", "r-1",
                        "user_id", "u-1",
                        "operation", "Orgs.CreateProject",
                        "trace_id", "4bf9",
                        "took_ms", 12,
                        "password", "(hidden)"))
                .containsKey("timestamp");
    }

    @Test
    void failures_are_scrubbed_too() {
        var failure = new IllegalStateException("no", new RuntimeException("token=abc for ann@example.com"));
        for (var encoder : new ch.qos.logback.core.encoder.Encoder<?>[] {
            new JsonLines("s", "n"), new ConsoleLines(false), new ConsoleLines(true)
        }) {
            @SuppressWarnings("unchecked")
            var own = (ch.qos.logback.core.encoder.Encoder<ch.qos.logback.classic.spi.ILoggingEvent>) encoder;
            var line = new String(own.encode(event("failed", failure)));
            assertThat(line)
                    .contains("IllegalStateException")
                    .doesNotContain("abc")
                    .doesNotContain("ann@");
        }
    }
}
