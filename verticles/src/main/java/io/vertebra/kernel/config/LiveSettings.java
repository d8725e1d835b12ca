package io.vertebra.kernel.config;

import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMin;

/** The section {@code live}; each key is documented in {@code conf/vertebra.yaml}. */
public record LiveSettings(
        @Min(1024) int frameMax,
        @DurationMin(seconds = 1) Duration authTimeout,
        @Min(1) int connectionsMax,
        @Min(1) int subscriptionsMax,
        @DurationMin(seconds = 1) Duration pingInterval) {}
