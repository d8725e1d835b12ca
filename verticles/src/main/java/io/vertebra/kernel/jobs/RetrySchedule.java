package io.vertebra.kernel.jobs;

import java.time.Instant;
import java.util.Optional;

/**
 * When a run that failed is tried again: after a pause that grows, but a repeated job no later than its schedule says
 * anyway. What has no schedule gives up after some failures in a row.
 *
 * @param attemptsMax failures in a row after which a one-off waits for a person
 */
record RetrySchedule(Backoff backoff, int attemptsMax) {
    /**
     * When it is due again after this many failures in a row; empty when it gave up.
     *
     * @param scheduled when it would be due by its schedule; empty for a one-off
     */
    Optional<Instant> due(int failures, Instant now, Optional<Instant> scheduled) {
        if (scheduled.isEmpty() && failures >= attemptsMax) {
            return Optional.empty();
        }
        var retry = now.plus(backoff.after(failures));
        return scheduled.filter(regular -> !retry.isBefore(regular)).or(() -> Optional.of(retry));
    }
}
