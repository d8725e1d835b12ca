package io.vertebra.orgs;

import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMin;

/** The section {@code orgs}; each key is documented in {@code conf/vertebra.yaml}. */
record OrgsSettings(
        @Min(1) int invitationsPerAddressPerHour,
        @DurationMin(hours = 1) Duration parkedMailRetention) {}
