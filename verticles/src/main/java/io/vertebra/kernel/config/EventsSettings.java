package io.vertebra.kernel.config;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMin;

/** The section {@code events}; each key is documented in {@code conf/vertebra.yaml}. */
public record EventsSettings(
        @DurationMin(millis = 10) Duration pollInterval,
        @Min(1) @Max(10000) int batchMax,
        @Min(1) @Max(16) int lanesAtOnce,
        @Min(1) int attemptsMax,
        @DurationMin(millis = 0) Duration outageMax,
        @DurationMin(millis = 1) Duration retryDelay,
        @DurationMin(millis = 1) Duration retryDelayMax,
        @DurationMin(days = 1) Duration retention) {}
