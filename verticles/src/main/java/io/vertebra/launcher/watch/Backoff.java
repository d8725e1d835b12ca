package io.vertebra.launcher.watch;

import java.util.random.RandomGenerator;

/** Pauses between attempts: doubling, capped, half of each random, so that many clients do not come back at once. */
final class Backoff {
    private static final long FIRST_MS = 500;
    private static final long MOST_MS = 10_000;
    private static final int DOUBLINGS = 6;

    private final RandomGenerator random;
    private int failures;

    Backoff(RandomGenerator random) {
        this.random = random;
    }

    long next() {
        long ceiling = Math.min(MOST_MS, FIRST_MS << Math.min(DOUBLINGS, failures++));
        return ceiling / 2 + random.nextLong(ceiling / 2 + 1);
    }

    void reset() {
        failures = 0;
    }
}
