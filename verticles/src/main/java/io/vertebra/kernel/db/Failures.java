package io.vertebra.kernel.db;

import io.vertebra.bus.Problem;
import io.vertebra.bus.Problems;
import io.vertx.core.VertxException;
import io.vertx.core.http.ConnectionPoolTooBusyException;
import io.vertx.core.http.HttpClosedException;
import io.vertx.core.impl.NoStackTraceThrowable;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.ClosedConnectionException;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** What a failure of the database means for the caller. */
final class Failures {
    /** A transaction that lost against another one, or a plan that a migration made stale: running it again helps. */
    private static final Set<String> REPEATABLE = Set.of("40001", "40P01", "0A000");

    /** What the client says when a connection is gone and it has no type for that. */
    private static final List<String> LOST = List.of(
            "Connection was closed",
            "Connection is not active",
            "Failed to read any response from the server",
            "SSL handshake failed",
            "Timeout waiting for connection");
    /** What the pool says to whoever waited too long for a connection. */
    private static final String WAITED = "Timeout";

    private Failures() {}

    /** Whether the same work may succeed when it is run again. */
    static boolean repeatable(Throwable failure) {
        return failure instanceof PgException e && REPEATABLE.contains(e.getSqlState());
    }

    /**
     * Whether the failure of a statement or of getting a connection says that the server is away, rather than that it
     * refused something or that the client did before it was sent.
     */
    static boolean outage(Throwable failure) {
        if (failure instanceof PgException e) {
            var state = e.getSqlState();
            return state != null && (state.startsWith("57P") || state.startsWith("08") || state.equals("53300"));
        }
        return failure instanceof IOException
                || failure instanceof ClosedConnectionException
                || failure instanceof HttpClosedException
                || failure instanceof VertxException && says(failure, LOST);
    }

    /** Whether there were too many for the connections that there are: the server is busy, not away. */
    private static boolean overload(Throwable failure) {
        return failure instanceof ConnectionPoolTooBusyException
                || failure instanceof NoStackTraceThrowable && WAITED.equals(failure.getMessage());
    }

    private static boolean says(Throwable failure, List<String> beginnings) {
        var message = String.valueOf(failure.getMessage());
        return beginnings.stream().anyMatch(message::startsWith);
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
        return switch (Objects.requireNonNullElse(failure.getSqlState(), "")) {
            case "40001", "40P01", "55P03" -> unavailable("Too many requests change the same thing.");
            case "53200", "53100" -> unavailable("The database is overloaded.");
            case "57014" -> Problem.of(Problems.DEADLINE_EXCEEDED, "The database did not answer in time.");
            case "22021", "22P05" ->
                Problem.of(Problems.MALFORMED_REQUEST, "A text has a character that the database does not hold.");
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
