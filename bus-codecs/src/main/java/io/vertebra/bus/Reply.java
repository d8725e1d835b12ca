package io.vertebra.bus;

import org.jspecify.annotations.Nullable;

/**
 * What comes back for an ask: the answer or a problem.
 *
 * @param answer null when there is a problem
 * @param problem null when there is an answer
 * @param replayed whether the answer is a kept one
 */
public record Reply(@Nullable Object answer, @Nullable Problem problem, boolean replayed) {
    /** The answer of an operation. */
    public static Reply of(Object answer) {
        return new Reply(answer, null, false);
    }

    /** A problem instead of an answer. */
    public static Reply of(Problem problem) {
        return new Reply(null, problem, false);
    }
}
