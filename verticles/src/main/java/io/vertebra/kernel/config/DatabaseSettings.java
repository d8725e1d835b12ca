package io.vertebra.kernel.config;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMin;

/** The section {@code database}; each key is documented in {@code conf/vertebra.yaml}. */
public record DatabaseSettings(
        @NotBlank String host,
        @Min(1) @Max(65535) int port,
        @NotBlank String name,
        @NotBlank String user,
        Secret password,
        Ssl ssl,
        String sslRoot,
        boolean migrate,
        boolean preparedStatements,
        @Min(4) int connectionsMax,
        @Min(1) int writersMax,
        @Min(1) int readers,
        @Min(1) @Max(1024) int pipeline,
        @DurationMin(millis = 10) Duration acquireTimeout,
        @DurationMin(millis = 10) Duration connectTimeout,
        @DurationMin(millis = 10) Duration statementTimeout,
        @DurationMin(millis = 10) Duration lockTimeout,
        @Min(1) int breakerFailures,
        @DurationMin(millis = 10) Duration breakerReset) {

    /** How the connection is protected; the names of PostgreSQL. */
    public enum Ssl {
        DISABLE,
        PREFER,
        REQUIRE,
        VERIFY_CA,
        VERIFY_FULL
    }
}
