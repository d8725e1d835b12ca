package io.vertebra.kernel.config;

import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMin;

/** The section {@code live}; each key is documented in {@code conf/vertebra.yaml}. */
public record LiveSettings(
        @Min(1024) int frameMax,
        @DurationMin(seconds = 1) Duration authTimeout,
        @Min(1) int connectionsMax,
        @Min(1) int subscriptionsMax,
        @Min(1024) int queueMax,
        @DurationMin(seconds = 1) Duration pingInterval,
        @DurationMin(seconds = 1) Duration stallMax,
        @DurationMin(seconds = 1) Duration idleMax,
        @DurationMin(seconds = 1) Duration ageMax,
        @DurationMin(millis = 100) Duration sampleInterval,
        @Valid Tcp tcp) {

    /** The section {@code live.tcp}. */
    public record Tcp(
            boolean enabled,
            @NotBlank String host,
            @Min(0) @Max(65535) int port,
            HttpSettings.@Valid Tls tls) {}
}
