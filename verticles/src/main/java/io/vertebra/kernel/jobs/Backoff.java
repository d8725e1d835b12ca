package io.vertebra.kernel.jobs;

import java.time.Duration;

/**
 * How long to wait before trying again: doubles with each failure in a row.
 *
 * @param first after the first failure
 * @param max at most
 */
public record Backoff(Duration first, Duration max) {
    private static final int DOUBLINGS_MAX = 30;

    /** The pause after this many failures in a row. */
    public Duration after(int failures) {
        long millis = first.toMillis() << Math.clamp(failures - 1L, 0, DOUBLINGS_MAX);
        return millis <= 0 || millis > max.toMillis() ? max : Duration.ofMillis(millis);
    }
}
