package io.vertebra.kernel.db;

import io.vertebra.bus.Problem;
import io.vertebra.bus.Problems;
import io.vertx.core.VertxException;
import io.vertx.core.http.ConnectionPoolTooBusyException;
import io.vertx.core.impl.NoStackTraceThrowable;
import io.vertx.pgclient.PgException;
import java.io.IOException;
import java.util.Map;

/** What a failure of the database means for the caller. */
final class Failures {
    /** A transaction that lost against another one, or a plan that a migration made stale: running it again helps. */
    private static final java.util.Set<String> REPEATABLE = java.util.Set.of("40001", "40P01", "0A000");

    private Failures() {}

    /** Whether the same work may succeed when it is run again. */
    static boolean repeatable(Throwable failure) {
        return failure instanceof PgException e && REPEATABLE.contains(e.getSqlState());
    }

    /** Whether the failure says that the server is away, rather than that it refused something. */
    static boolean outage(Throwable failure) {
        if (failure instanceof PgException e) {
            var state = e.getSqlState();
            return state != null && (state.startsWith("57P") || state.startsWith("08") || state.equals("53300"));
        }
        return failure instanceof IOException
                || failure instanceof VertxException && !misuse(failure) && !queueFull(failure);
    }

    /** The client refuses parameters that do not fit a statement before it sends them: a bug of ours, no outage. */
    private static boolean misuse(Throwable failure) {
        var message = String.valueOf(failure.getMessage());
        return message.startsWith("Parameter at position") || message.startsWith("The number of parameters");
    }

    /** Whether there were too many for the connections that there are. */
    private static boolean overload(Throwable failure) {
        return queueFull(failure) || failure instanceof NoStackTraceThrowable;
    }

    /** The pool refuses whoever would wait behind too many: the server is busy, not away. */
    private static boolean queueFull(Throwable failure) {
        return failure instanceof ConnectionPoolTooBusyException;
    }

    /** The problem that a failure stands for, or the failure itself when nothing expects it. */
    static Throwable explain(Throwable failure, Map<String, Problem> constraints) {
        if (failure instanceof PgException e) {
            return explain(e, constraints);
        }
        if (overload(failure)) {
            return busy();
        }
        return outage(failure) ? away() : failure;
    }

    private static Throwable explain(PgException failure, Map<String, Problem> constraints) {
        var named = failure.getConstraint() == null ? null : constraints.get(failure.getConstraint());
        if (named != null) {
            return named;
        }
        if (outage(failure)) {
            return away();
        }
        return switch (java.util.Objects.requireNonNullElse(failure.getSqlState(), "")) {
            case "40001", "40P01", "55P03" -> unavailable("Too many requests change the same thing.");
            case "53200", "53100" -> unavailable("The database is overloaded.");
            case "57014" -> Problem.of(Problems.DEADLINE_EXCEEDED, "The database did not answer in time.");
            case "VB409" -> inProgress();
            case "42501" -> rowLevelSecurity(failure) ? Problem.notFound("thing") : failure;
            default -> failure;
        };
    }

    /** A row outside of the granted scope was to be written: for the caller its place does not exist. */
    private static boolean rowLevelSecurity(PgException failure) {
        return failure.getErrorMessage() != null && failure.getErrorMessage().contains("row-level security");
    }

    static Problem inProgress() {
        return Problem.of(Problems.REQUEST_IN_PROGRESS, "The first request with this key has not finished yet.")
                .with("retryAfter", 1);
    }

    static Problem unavailable(String detail) {
        return Problem.of(Problems.UNAVAILABLE, detail).with("retryAfter", 1);
    }

    static Problem busy() {
        return unavailable("Too many requests wait for the database.");
    }

    static Problem away() {
        return unavailable("The database is away.");
    }

    static Problem deadline() {
        return Problem.of(Problems.DEADLINE_EXCEEDED, "The deadline had passed before the work began.");
    }
}
