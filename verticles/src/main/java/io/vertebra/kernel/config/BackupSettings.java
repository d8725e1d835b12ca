package io.vertebra.kernel.config;

import jakarta.validation.constraints.NotBlank;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMin;

/** The section {@code backup}; each key is documented in {@code conf/vertebra.yaml}. */
public record BackupSettings(
        String folder,
        @NotBlank String schedule,
        @DurationMin(days = 1) Duration retention,
        String user,
        Secret password,
        String data) {}
