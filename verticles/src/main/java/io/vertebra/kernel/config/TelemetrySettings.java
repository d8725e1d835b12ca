package io.vertebra.kernel.config;

import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Pattern;

/** The section {@code telemetry}; each key is documented in {@code conf/vertebra.yaml}. */
public record TelemetrySettings(
        @NotBlank String serviceName,

        @Pattern(regexp = "|https?://.+", message = "must be an address such as http://localhost:4317")
        String otlpEndpoint,

        @DecimalMin("0") @DecimalMax("1") double sampleRatio,
        boolean jvmMetrics) {

    /** Whether traces are made and sent. */
    public boolean traces() {
        return !otlpEndpoint.isEmpty();
    }
}
