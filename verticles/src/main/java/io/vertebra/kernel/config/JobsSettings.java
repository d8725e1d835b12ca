package io.vertebra.kernel.config;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMin;

/** The section {@code jobs}; each key is documented in {@code conf/vertebra.yaml}. */
public record JobsSettings(
        @DurationMin(millis = 10) Duration pollInterval,
        @Min(1) @Max(256) int concurrency,
        @DurationMin(seconds = 1) Duration lease,
        @Min(1) int attemptsMax,
        @DurationMin(millis = 1) Duration retryDelay,
        @DurationMin(millis = 1) Duration retryDelayMax) {}
