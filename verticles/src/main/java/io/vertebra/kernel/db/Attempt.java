package io.vertebra.kernel.db;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.vertebra.bus.Call;
import io.vertebra.kernel.bus.Answered;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.internal.ArrayTuple;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One attempt at a transaction, in two flushes on one connection. The first sends BEGIN, the settings with the look
 * for a kept reply, and the handler's first statement; the second sends the closing statement and a COMMIT that fails
 * without it. Nothing is awaited inside a flush. However it ends, the connection goes back without an open transaction.
 */
final class Attempt<R> {
    private static final Logger LOG = LoggerFactory.getLogger(Attempt.class);

    private final DomainDb db;
    private final Call call;
    private final Action action;
    private final Object request;
    private final @Nullable Once once;
    private final SqlConnection connection;
    private final Writers lender;
    private final Tenant tenant;
    private final Transaction transaction;
    private final Promise<Answered<R>> outcome = Promise.promise();
    private @Nullable RowSet<Row> finished;
    private @Nullable Throwable refused;
    private boolean committing;
    private boolean over;

    Attempt(
            DomainDb db,
            Call call,
            Action action,
            Object request,
            @Nullable Once once,
            SqlConnection connection,
            Writers lender) {
        this.db = db;
        this.lender = lender;
        this.call = call;
        this.action = action;
        this.request = request;
        this.once = once;
        this.connection = connection;
        this.tenant = Tenant.ofWork(call);
        this.transaction = new Transaction(call, connection, db.clock(), tenant.beyondTenants());
    }

    /** Runs the handler and answers what it answered once that is committed. */
    Future<Answered<R>> run(Function<Work, Future<R>> body) {
        connection.closeHandler(closed -> fail(committing ? new OutcomeUnknown() : Failures.away()));
        connection.exceptionHandler(failure -> LOG.debug("A connection failed: {}", failure.getMessage()));
        connection.query("BEGIN").execute();
        var entering = enter();
        var answer = answer(body);
        entering.onComplete((rows, failure) -> {
            if (failure != null) {
                rollBack(failure);
            } else {
                decide(rows, answer);
            }
        });
        return outcome.future();
    }

    private Future<RowSet<Row>> enter() {
        var timeouts = db.timeouts(call);
        var parameters = new ArrayTuple(7);
        parameters.addValue(tenant.org());
        parameters.addValue(tenant.person());
        parameters.addValue(tenant.platform());
        parameters.addValue(timeouts.statement());
        parameters.addValue(timeouts.lock());
        if (once == null) {
            return connection.preparedQuery(Statements.ENTER).execute(parameters);
        }
        parameters.addValue(once.caller());
        parameters.addValue(once.key());
        return connection.preparedQuery(Statements.ENTER_ONCE).execute(parameters);
    }

    private Future<R> answer(Function<Work, Future<R>> body) {
        try {
            return body.apply(transaction);
        } catch (RuntimeException | Error e) {
            return Future.failedFuture(e);
        }
    }

    private void decide(RowSet<Row> entered, Future<R> answer) {
        if (once != null) {
            var row = entered.iterator().next();
            var fingerprint = row.getBuffer(0);
            if (fingerprint != null) {
                replay(once, fingerprint, row.getBuffer(1));
                return;
            }
        }
        transaction.enter();
        answer.onComplete((value, failure) -> transaction.whenAnswered(() -> {
            var refusal = transaction.failure();
            if (failure != null) {
                rollBack(failure == refusal || failure instanceof PgException ? failure : new OfHandler(failure));
            } else if (refusal != null) {
                rollBack(refusal);
            } else {
                commit(value);
            }
        }));
    }

    private void replay(Once wish, Buffer fingerprint, @Nullable Buffer response) {
        try {
            R kept = db.replay(action, wish, fingerprint, response);
            rollBack(() -> outcome.tryComplete(new Answered<>(kept, true)));
        } catch (RuntimeException e) {
            rollBack(e);
        }
    }

    private void commit(R value) {
        if (over) {
            return;
        }
        ArrayTuple closing;
        try {
            closing = Closing.of(db, call, action, request, once, transaction, value);
        } catch (JsonProcessingException | RuntimeException e) {
            rollBack(e);
            return;
        }
        committing = true;
        transaction.end();
        if (closing != null) {
            connection.preparedQuery(Statements.FINISH).execute(closing).onComplete((rows, failure) -> {
                finished = rows;
                refused = failure;
            });
        }
        var commit = closing == null ? "COMMIT" : Statements.COMMIT_FINISHED;
        connection.query(commit).execute().onComplete((committed, failure) -> {
            if (refused == null && failure == null) {
                succeed(value);
            } else {
                end(failure);
            }
        });
    }

    /**
     * Nothing was committed when the server refused the closing statement, or the client did not send it, and COMMIT
     * looks for that; a connection that was lost meanwhile, or a server that went away, leaves that open. Whatever is
     * still open then is rolled back.
     */
    private void end(@Nullable Throwable ofCommit) {
        var refusal = refused;
        if (refusal instanceof PgException || refusal != null && !Failures.outage(refusal)) {
            rollBack(refusal);
        } else if (refusal != null || ofCommit == null || Failures.outage(ofCommit)) {
            fail(new OutcomeUnknown());
        } else {
            rollBack(ofCommit);
        }
    }

    private void succeed(R value) {
        if (over) {
            return;
        }
        over = true;
        release();
        db.committed(raised(), transaction.events())
                .onComplete(done -> outcome.tryComplete(new Answered<>(value, false)));
    }

    private Map<UUID, Long> raised() {
        if (transaction.touched().isEmpty() || finished == null) {
            return Map.of();
        }
        var epochs = finished.iterator().next().getArrayOfLongs(0);
        var raised = new HashMap<UUID, Long>();
        int place = 0;
        for (var subject : transaction.touched()) {
            raised.put(subject, epochs[place++]);
        }
        return raised;
    }

    private void rollBack(Throwable failure) {
        rollBack(() -> outcome.tryFail(failure));
    }

    /** The answer waits for the ROLLBACK, so that a caller who tries again finds locks and keys free. */
    private void rollBack(Runnable then) {
        if (over) {
            return;
        }
        over = true;
        transaction.end();
        connection.query("ROLLBACK").execute().onComplete(done -> {
            release();
            then.run();
        });
    }

    private void fail(Throwable failure) {
        if (over) {
            return;
        }
        over = true;
        transaction.end();
        release();
        outcome.tryFail(failure);
    }

    private void release() {
        lender.giveBack(connection);
        db.released();
    }

    /** What the handler failed with by itself; it says nothing about the database. */
    static final class OfHandler extends RuntimeException {
        private static final long serialVersionUID = 1L;

        OfHandler(Throwable cause) {
            super(null, cause, false, false);
        }
    }

    /** The connection was lost after COMMIT was sent. */
    static final class OutcomeUnknown extends RuntimeException {
        private static final long serialVersionUID = 1L;

        OutcomeUnknown() {
            super("The connection was lost while the transaction committed.", null, false, false);
        }
    }
}
