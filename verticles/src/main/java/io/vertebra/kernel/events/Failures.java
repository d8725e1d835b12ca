package io.vertebra.kernel.events;

import io.vertebra.bus.Problem;
import io.vertebra.bus.Problems;
import io.vertx.core.VertxException;
import io.vertx.pgclient.PgException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Whose fault a failed batch is: the event's, which counts, or the surroundings', which does not. */
final class Failures {
    private static final String CURSOR_MOVED = "VT001";

    private Failures() {}

    /** Whether the surroundings failed: a connection, a server that restarts, a lost race for locks. */
    static boolean passing(Throwable failure) {
        for (var cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof PgException pg && passing(pg.getSqlState())
                    || cause instanceof Problem problem && passing(problem)
                    || cause instanceof IOException
                    || cause instanceof VertxException) {
                return true;
            }
        }
        return false;
    }

    private static boolean passing(Problem problem) {
        return problem.is(Problems.UNAVAILABLE) || problem.is(Problems.OUTCOME_UNKNOWN);
    }

    private static boolean passing(@Nullable String state) {
        return state != null
                && (state.startsWith("08")
                        || state.startsWith("53")
                        || state.startsWith("57P")
                        || state.equals("40001")
                        || state.equals("40P01")
                        || state.equals("55P03")
                        || state.equals(CURSOR_MOVED));
    }

    /** What to note about it: the innermost message, on one line. */
    static String describe(Throwable failure) {
        var cause = failure;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        var name = cause instanceof Problem problem
                ? problem.code()
                : cause.getClass().getSimpleName();
        return (name + ": " + cause.getMessage()).replaceAll("\\s+", " ").strip();
    }
}
