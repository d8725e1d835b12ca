package io.vertebra.kernel.events;

import io.vertebra.bus.Problem;
import io.vertebra.bus.ProblemType;
import io.vertebra.bus.Problems;
import io.vertx.core.http.ConnectionPoolTooBusyException;
import io.vertx.core.http.HttpClosedException;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.ClosedConnectionException;
import java.io.IOException;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Whose fault a failed batch is: the event's, which counts, or the surroundings', which counts after a while. */
final class Failures {
    private static final String CURSOR_MOVED = "VT001";
    private static final Set<ProblemType> PASSING =
            Set.of(Problems.UNAVAILABLE, Problems.OUTCOME_UNKNOWN, Problems.DEADLINE_EXCEEDED);

    private Failures() {}

    /**
     * Whether something around the event failed: a server or a connection that is away, an open breaker, a deadline, a
     * lost race for locks. What a handler, a client library or a parameter gets wrong is the event's own.
     */
    static boolean passing(Throwable failure) {
        for (var cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof PgException pg && passing(pg.getSqlState())
                    || cause instanceof Problem problem && PASSING.stream().anyMatch(problem::is)
                    || cause instanceof IOException
                    || cause instanceof TimeoutException
                    || cause instanceof ClosedConnectionException
                    || cause instanceof HttpClosedException
                    || cause instanceof ConnectionPoolTooBusyException) {
                return true;
            }
        }
        return false;
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
