package io.vertebra.kernel.config;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMin;

/** The section {@code errors}; each key is documented in {@code conf/vertebra.yaml}. */
public record ErrorsSettings(
        @DurationMin(millis = 10) Duration writeInterval,
        @Min(1) @Max(100000) int waitingMax,
        @Min(1) @Max(100000) int groupsMax,
        Secret sentryDsn,
        @DurationMin(millis = 0) Duration sentryInterval) {}
