package io.vertebra.kernel.health;

import java.util.Locale;

/** How a part is, and the whole. */
public enum State {
    HEALTHY,
    /** Works with less: a substitute carries it, or it is still starting. */
    DEGRADED,
    UNHEALTHY;

    /** The word in {@code /health}: {@code degraded}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    State worse(State other) {
        return compareTo(other) >= 0 ? this : other;
    }
}
