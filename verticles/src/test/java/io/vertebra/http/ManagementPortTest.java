package io.vertebra.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertebra.testing.Api;
import io.vertebra.testing.Person;
import io.vertebra.testing.TestPlatform;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Metrics and health on a port of their own. */
class ManagementPortTest {
    @TempDir
    private static Path webroot;

    private static TestPlatform platform;
    private static Api management;

    @BeforeAll
    static void start() throws IOException {
        var port = free();
        Files.writeString(webroot.resolve("index.html"), "<!doctype html><title>Console</title>");
        platform = TestPlatform.start(
                Map.of("http.management-port", String.valueOf(port), "http.webroot", webroot.toString()));
        management = new Api("http://127.0.0.1:" + port);
    }

    private static int free() throws IOException {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    @AfterAll
    static void stop() {
        platform.close();
    }

    @Test
    void it_shows_health_readiness_build_and_metrics() {
        var api = platform.api();
        api.get("/v1/me").as(Person.signUp(api, "Meg Measured").token()).send().expect(200);
        assertThat(management.get("/health").send().expect(200).text("status")).isIn("healthy", "degraded");
        management.get("/ready").send().expect(200);
        assertThat(management.get("/v1/buildinfo").send().expect(200).text("version"))
                .isNotBlank();
        var metrics = management.get("/metrics").send().expect(200);
        assertThat(metrics.header("content-type")).startsWith("text/plain");
        assertThat(metrics.body())
                .contains("http_request_duration_seconds_count{operation=\"Accounts.GetMe\",status=\"200\"")
                .contains(
                        "accounts_login_total{status=\"success\"}",
                        "accounts_login_duration_seconds{quantile=\"0.99\"}")
                .contains("database_connections_active{", "database_query_duration_seconds_bucket{")
                .contains("bus_request_duration_seconds_count{", "jobs_run_duration_seconds_count{")
                .contains("jvm_memory_used_bytes{");
    }

    @Test
    void neither_port_shows_what_belongs_to_the_other() {
        assertThat(platform.api().get("/metrics").send().expect(404).text("code"))
                .isEqualTo("not_found");
        assertThat(management.get("/v1/me").send().expect(404).text("code")).isEqualTo("not_found");
        management.get("/openapi.json").send().expect(404);
        management.get("/").send().expect(404);
        platform.api().get("/health").send().expect(200);
    }
}
