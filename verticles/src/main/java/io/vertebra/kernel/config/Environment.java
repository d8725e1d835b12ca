package io.vertebra.kernel.config;

import java.util.Locale;
import java.util.Map;

/** Where the platform runs; chosen by {@code APP_ENV} or its alias {@code ENVIRONMENT}. */
public enum Environment {
    /** A developer's machine or a test. */
    LOCAL,
    /** A rehearsal of production; default secrets are refused here too. */
    STAGING,
    /** The real thing. */
    PRODUCTION;

    private static final Map<String, Environment> NAMES = Map.of(
            "local",
            LOCAL,
            "dev",
            LOCAL,
            "development",
            LOCAL,
            "test",
            LOCAL,
            "staging",
            STAGING,
            "production",
            PRODUCTION,
            "prod",
            PRODUCTION);

    /** The name as it stands in files: {@code production}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Environment of(String name) {
        var found = NAMES.get(name.strip().toLowerCase(Locale.ROOT));
        if (found == null) {
            throw new IllegalArgumentException("must be local, staging or production");
        }
        return found;
    }
}
