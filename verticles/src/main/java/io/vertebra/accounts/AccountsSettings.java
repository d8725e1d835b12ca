package io.vertebra.accounts;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMin;

/** The section {@code accounts}; each key is documented in {@code conf/vertebra.yaml}. */
record AccountsSettings(
        @NotBlank String audience,
        Duration accessTokenLifetime,
        Duration sessionIdleMax,
        Duration sessionAgeMax,
        Duration refreshGrace,
        boolean signInNeedsVerifiedEmail,
        Duration verifyLinkLifetime,
        Duration resetLinkLifetime,
        @Min(8) @Max(64) int passwordLengthMin,
        @Min(7 << 20) @Max(1 << 30) int argon2Memory,
        @Min(1) @Max(64) int argon2Passes,
        @Min(1) @Max(16) int argon2Lanes,
        @Min(0) @Max(64) int hashThreads,
        @Min(1) @Max(10_000) int hashQueueMax,
        @Min(1) int failuresPerAccountPerHour,
        @Min(1) int failuresPerAddressPerMinute,
        @DurationMin(hours = 1) Duration unverifiedRetention,
        @DurationMin(days = 1) Duration sessionRetention,
        @DurationMin(hours = 1) Duration parkedMailRetention,
        @Min(1) int mailsPerAddressPerHour,
        Duration keyRotation,
        Duration keyLead) {
    /** Refuses times that cannot work together. */
    AccountsSettings {
        if (keyLead.compareTo(keyRotation) >= 0) {
            throw new IllegalArgumentException("key-lead must be shorter than key-rotation");
        }
        if (sessionIdleMax.compareTo(sessionAgeMax) > 0) {
            throw new IllegalArgumentException("session-idle-max must not be longer than session-age-max");
        }
    }

    PasswordHash.Cost cost() {
        return new PasswordHash.Cost(argon2Memory >> 10, argon2Passes, argon2Lanes);
    }
}
