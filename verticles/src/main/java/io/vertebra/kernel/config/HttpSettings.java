package io.vertebra.kernel.config;

import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Pattern;
import java.time.Duration;
import java.util.List;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;

/** The section {@code http}; each key is documented in {@code conf/vertebra.yaml}. */
public record HttpSettings(
        @NotBlank String host,
        @Min(0) @Max(65535) int port,
        @Min(0) @Max(65535) int managementPort,
        @NotBlank String managementHost,

        @DurationMin(millis = 100) @DurationMax(minutes = 10)
        Duration handleTimeout,

        @DurationMin(seconds = 1) Duration idleTimeout,
        @Min(1024) int bodyMax,
        @Min(1024) int headersMax,
        @Min(256) int lineMax,
        @Min(1) int connectionsMax,
        @Min(1) int requestsMax,
        List<
                        @Pattern(
                                regexp = "https?://[^/*]+",
                                message = "must be exact origins such as https://app.example.com")
                        String>
                corsOrigins,
        List<String> trustedProxies,
        String webroot,
        @Valid Tls tls) {

    /** The section {@code http.tls}; certificate and key go together. */
    public record Tls(String certificate, String key) {
        /** Refuses half a pair. */
        public Tls {
            if (certificate.isEmpty() != key.isEmpty()) {
                throw new IllegalArgumentException("needs both certificate and key");
            }
        }

        /** Whether connections are encrypted. */
        public boolean on() {
            return !certificate.isEmpty();
        }
    }
}
