package io.vertebra.kernel.db;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.impl.SocketConnectionBase;
import io.vertx.sqlclient.internal.SqlConnectionBase;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Lends the connections for transactions of one role on one event loop. The pool behind it opens and keeps them; how
 * many there may be is for the {@link Budget}, so whoever finds none waits here, first come, first served. Safe for
 * any thread.
 */
final class Writers {
    private final VertxInternal vertx;
    private final Pool pool;
    private final Budget budget;
    private final int waitingMax;
    private final long timeoutMs;
    private final Deque<Promise<SqlConnection>> waiting = new ArrayDeque<>();
    private int lent;

    /**
     * Lends from a pool that may open as many as the budget ever allows.
     *
     * @param waitingMax how many may wait; the next one is refused
     * @param timeout how long one may wait
     */
    Writers(Vertx vertx, Pool pool, Budget budget, int waitingMax, Duration timeout) {
        this.vertx = (VertxInternal) vertx;
        this.pool = pool;
        this.budget = budget;
        this.waitingMax = waitingMax;
        this.timeoutMs = timeout.toMillis();
        budget.join(this);
    }

    /** A connection that nobody else has; it must come back by {@link #giveBack}. */
    Future<SqlConnection> take() {
        Promise<SqlConnection> turn;
        synchronized (this) {
            if (waiting.isEmpty() && mayLend()) {
                lent++;
                turn = null;
            } else if (waiting.size() >= waitingMax) {
                return Future.failedFuture(Failures.busy());
            } else {
                turn = vertx.getOrCreateContext().promise();
                waiting.add(turn);
            }
        }
        return turn == null ? lend() : await(turn);
    }

    private Future<SqlConnection> await(Promise<SqlConnection> turn) {
        long timer = vertx.setTimer(timeoutMs, late -> {
            synchronized (this) {
                waiting.remove(turn);
            }
            turn.tryFail(Failures.busy());
        });
        return turn.future().onComplete(served -> vertx.cancelTimer(timer));
    }

    private Future<SqlConnection> lend() {
        return pool.getConnection().onFailure(failure -> free());
    }

    /** Takes a connection back, also one that is of no use any more. Answers when its place is free. */
    Future<Void> giveBack(SqlConnection connection) {
        var back = budget.mustShrink(this) ? drop(connection) : connection.close();
        return back.transform((done, failure) -> {
            free();
            return Future.succeededFuture();
        });
    }

    /** Not by way of the pool, which would lend it to the next one while it closes. */
    private Future<Void> drop(SqlConnection connection) {
        var inner = ((SqlConnectionBase<?>) connection).unwrap().unwrap();
        if (!(inner instanceof SocketConnectionBase socket)
                || !socket.socket().channelHandlerContext().channel().isActive()) {
            return connection.close();
        }
        Promise<Void> gone = vertx.getOrCreateContext().promise();
        connection.closeHandler(closed -> vertx.runOnContext(removed -> gone.complete()));
        socket.socket().close();
        return gone.future();
    }

    private void free() {
        synchronized (this) {
            lent--;
        }
        Promise<SqlConnection> next;
        while ((next = next()) != null) {
            var turn = next;
            lend().onComplete((connection, failure) -> {
                if (failure != null) {
                    turn.tryFail(failure);
                } else if (!turn.tryComplete(connection)) {
                    giveBack(connection);
                }
            });
        }
    }

    private synchronized @Nullable Promise<SqlConnection> next() {
        if (waiting.isEmpty() || !mayLend()) {
            return null;
        }
        lent++;
        return waiting.poll();
    }

    private boolean mayLend() {
        int size = pool.size();
        return lent < size || budget.mayGrow(Math.max(size, lent));
    }

    /** How many connections there are. */
    int size() {
        return pool.size();
    }

    /** How many wait for one. */
    synchronized int waiting() {
        return waiting.size();
    }

    /** Whether there is work. */
    synchronized boolean isBusy() {
        return lent > 0 || !waiting.isEmpty();
    }

    /** The pool behind it. */
    Pool pool() {
        return pool;
    }
}
