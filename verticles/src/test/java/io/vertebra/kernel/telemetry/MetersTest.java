package io.vertebra.kernel.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class MetersTest {
    @Test
    void prometheus_sees_the_promised_names() {
        var registry = Meters.registry(true);
        registry.counter(Meters.LOGIN, "status", "success").increment();
        registry.timer(Meters.LOGIN_DURATION).record(Duration.ofMillis(80));
        registry.gauge(Meters.DATABASE_CONNECTIONS, new AtomicInteger(3));
        registry.timer(Meters.HTTP_REQUEST, "operation", "Orgs.GetOrg", "status", "200")
                .record(Duration.ofMillis(3));
        registry.timer(Meters.DATABASE_QUERY, "domain", "orgs", "kind", "read").record(Duration.ofMillis(1));
        assertThat(registry.scrape())
                .contains("accounts_login_total{status=\"success\"} 1.0")
                .contains("accounts_login_duration_seconds{quantile=\"0.99\"}")
                .contains("database_connections_active 3.0")
                .contains(
                        "http_request_duration_seconds_bucket{operation=\"Orgs.GetOrg\",status=\"200\",le=\"0.005\"} 1")
                .contains("database_query_duration_seconds_bucket")
                .contains("jvm_memory_used_bytes");
        registry.close();
    }
}
