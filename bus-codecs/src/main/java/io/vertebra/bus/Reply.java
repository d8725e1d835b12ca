package io.vertebra.bus;

import org.jspecify.annotations.Nullable;

/**
 * What comes back for an ask: the answer or a problem.
 *
 * @param operation what was asked; null when not even that could be read
 * @param answer null when there is a problem
 * @param problem null when there is an answer
 */
public record Reply(@Nullable Operation operation, @Nullable Object answer, @Nullable Problem problem) {
    /** The answer of an operation. */
    public static Reply of(Operation operation, Object answer) {
        return new Reply(operation, answer, null);
    }

    /** A problem instead of an answer. */
    public static Reply of(Problem problem) {
        return new Reply(null, null, problem);
    }
}
