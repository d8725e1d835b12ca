package io.vertebra.kernel.config;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Pattern;
import java.util.List;

/** The section {@code cluster}; each key is documented in {@code conf/vertebra.yaml}. */
public record ClusterSettings(
        boolean enabled,
        @NotBlank String name,
        @NotBlank String host,
        @Min(1) @Max(65535) int port,
        List<@Pattern(regexp = "[^:\\s]+(:\\d{1,5})?", message = "must be host:port") String> members,
        String busHost,
        @Min(0) @Max(65535) int busPort,
        Secret secret) {

    private static final int SECRET_LENGTH = 32;

    /** Refuses a secret that could be guessed. */
    public ClusterSettings {
        if (secret.reveal().length() < SECRET_LENGTH) {
            throw new IllegalArgumentException("secret must have at least " + SECRET_LENGTH + " characters");
        }
    }
}
