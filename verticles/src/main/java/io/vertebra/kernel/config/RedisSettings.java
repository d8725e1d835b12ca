package io.vertebra.kernel.config;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMin;

/** The section {@code redis}; each key is documented in {@code conf/vertebra.yaml}. */
public record RedisSettings(
        @NotBlank String host,
        @Min(1) @Max(65535) int port,
        String user,
        Secret password,
        @Min(0) int database,
        boolean tls,
        String prefix,
        @DurationMin(millis = 10) Duration timeout,
        @DurationMin(millis = 10) Duration away) {

    /** The address as clients take it; holds the password. */
    public Secret url() {
        var login = password.isPresent() ? encoded(user) + ":" + encoded(password.reveal()) + "@" : "";
        return Secret.of((tls ? "rediss://" : "redis://") + login + host + ":" + port + "/" + database);
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
