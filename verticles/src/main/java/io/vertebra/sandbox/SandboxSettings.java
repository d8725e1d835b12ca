package io.vertebra.sandbox;

import jakarta.validation.constraints.NotBlank;
import java.time.Duration;

/** The section {@code sandbox}; each key is documented in {@code conf/vertebra.yaml}. */
record SandboxSettings(boolean enabled, @NotBlank String webhookUrl, Duration webhookTimeout) {}
