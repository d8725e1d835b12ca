package io.vertebra.billing.invoice;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is done about an invoice that is not paid: a function of its failed attempts, the clock and the policy, and of
 * nothing else, so that anybody can work it out again.
 */
public final class Dunning {
    /** Tries again after three, five and seven days; then suspends what was bought, and gives up a fortnight later. */
    public static final Policy STANDARD =
            new Policy(List.of(Duration.ofDays(3), Duration.ofDays(5), Duration.ofDays(7)), Duration.ofDays(14));

    private Dunning() {}

    /**
     * How often and when it is tried again.
     *
     * @param retries the pause after each failed attempt
     * @param grace how long after the last one it is given up
     */
    public record Policy(List<Duration> retries, Duration grace) {}

    /** How an unpaid invoice stands. */
    public enum State {
        COLLECTING,
        RETRYING,
        SUSPENDED,
        LOST
    }

    /**
     * What is to be done.
     *
     * @param attempt the number of the next attempt; 0 when there is none
     * @param nextAt when the state changes or the next attempt is due; null when nothing follows
     */
    public record Step(State state, int attempt, @Nullable Instant nextAt) {
        /** Whether an attempt is due. */
        public boolean due(Instant now) {
            return attempt > 0 && nextAt != null && !now.isBefore(nextAt);
        }
    }

    /** How an invoice stands that was issued then and whose attempts failed at these times. */
    public static Step step(Policy policy, Instant issued, List<Instant> failures, Instant now) {
        int failed = failures.size();
        if (failed == 0) {
            return new Step(State.COLLECTING, 1, issued);
        }
        var last = failures.getLast();
        if (failed <= policy.retries().size()) {
            return new Step(
                    State.RETRYING, failed + 1, last.plus(policy.retries().get(failed - 1)));
        }
        var lost = last.plus(policy.grace());
        return now.isBefore(lost) ? new Step(State.SUSPENDED, 0, lost) : new Step(State.LOST, 0, null);
    }
}
