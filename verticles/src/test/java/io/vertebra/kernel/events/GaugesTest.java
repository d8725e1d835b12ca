package io.vertebra.kernel.events;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertebra.kernel.health.Health;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;

class GaugesTest {
    private static final Instant NOW = Instant.parse("2026-11-20T12:00:00Z");

    @Test
    void a_reader_is_scraped_by_the_names_that_alerts_ask_for() {
        var clock = Clock.fixed(NOW, ZoneOffset.UTC);
        var meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        var gauges = new Gauges(meters, new Health(clock).part("events"), clock);

        gauges.set(List.of(new Readers.Standing("billing", NOW.minusSeconds(90), 0, null, 3)));

        assertThat(meters.scrape())
                .contains("events_lag_seconds{reader=\"billing\"} 90.0")
                .contains("events_dead_letters{reader=\"billing\"} 3.0");
    }
}
