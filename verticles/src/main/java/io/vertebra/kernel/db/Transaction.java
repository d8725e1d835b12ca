package io.vertebra.kernel.db;

import io.vertebra.bus.Call;
import io.vertebra.bus.Event;
import io.vertebra.bus.Problem;
import io.vertebra.bus.Problems;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a handler holds of an open transaction. Statements are sent as they come; their futures complete once it is
 * decided that the transaction goes on, which the answer to the entering statement says, and never when it does not.
 */
final class Transaction implements Work {
    private final Call call;
    private final SqlConnection connection;
    private final Clock clock;
    private final Instant now;
    private final Promise<Void> entered = Promise.promise();
    private final List<Event> events = new ArrayList<>(2);
    private final SequencedSet<UUID> touched = new LinkedHashSet<>(2);
    private boolean open;
    private boolean ended;
    private boolean beyondTenants;
    private @Nullable UUID founded;
    private @Nullable String target;
    private @Nullable Throwable failure;
    /** Statements that were sent and are not answered yet. */
    private int unanswered;

    private @Nullable Runnable whenAnswered;

    Transaction(Call call, SqlConnection connection, Clock clock, boolean beyondTenants) {
        this.call = call;
        this.connection = connection;
        this.clock = clock;
        this.now = clock.instant();
        this.beyondTenants = beyondTenants;
    }

    /** From now on the futures of statements complete. */
    void enter() {
        open = true;
        entered.complete();
    }

    /** From now on every statement fails; what a handler still does late must not reach the connection. */
    void end() {
        ended = true;
    }

    /** Runs this once every statement that was sent is answered, those too that the handler did not wait for. */
    void whenAnswered(Runnable next) {
        if (unanswered == 0) {
            next.run();
        } else {
            whenAnswered = next;
        }
    }

    /** The first statement that failed; the transaction cannot commit after it. */
    @Nullable
    Throwable failure() {
        return failure;
    }

    List<Event> events() {
        return events;
    }

    SequencedSet<UUID> touched() {
        return touched;
    }

    @Nullable
    String target() {
        return target;
    }

    @Nullable
    UUID founded() {
        return founded;
    }

    boolean beyondTenants() {
        return beyondTenants;
    }

    @Override
    public Call call() {
        return call;
    }

    @Override
    public Instant now() {
        return now;
    }

    @Override
    public UUID newId() {
        return UuidV7.next(clock);
    }

    @Override
    public <T> Future<Optional<T>> one(String sql, Function<Row, T> map, @Nullable Object... parameters) {
        return execute(sql, Statements.tuple(parameters), rows -> Reading.one(rows, sql, map));
    }

    @Override
    public <T> Future<List<T>> list(String sql, Function<Row, T> map, @Nullable Object... parameters) {
        return execute(sql, Statements.tuple(parameters), rows -> Reading.list(rows, map));
    }

    @Override
    public Future<Integer> run(String sql, @Nullable Object... parameters) {
        return execute(sql, Statements.tuple(parameters), RowSet::rowCount);
    }

    @Override
    public <T> Future<T> change(String what, String sql, Function<Row, T> map, @Nullable Object... parameters) {
        return execute(sql, Statements.tuple(parameters), rows -> Reading.one(rows, sql, map)
                .orElseThrow(() -> call.ifMatch() == null ? Problem.notFound(what) : stale()));
    }

    private <T> Future<T> execute(String sql, Tuple parameters, Function<RowSet<Row>, T> read) {
        if (ended) {
            return Future.failedFuture(new IllegalStateException("The transaction has ended before: " + sql));
        }
        Promise<T> promise = Promise.promise();
        unanswered++;
        connection.preparedQuery(sql).execute(parameters).onComplete((rows, failed) -> {
            unanswered--;
            if (failed != null && failure == null) {
                failure = failed;
            }
            if (open) {
                complete(promise, rows, failed, read);
            } else {
                entered.future().onSuccess(late -> complete(promise, rows, failed, read));
            }
            if (unanswered == 0 && whenAnswered != null) {
                var next = whenAnswered;
                whenAnswered = null;
                next.run();
            }
        });
        return promise.future();
    }

    private static <T> void complete(
            Promise<T> promise, RowSet<Row> rows, @Nullable Throwable failed, Function<RowSet<Row>, T> read) {
        if (failed != null) {
            promise.fail(failed);
            return;
        }
        T value;
        try {
            value = read.apply(rows);
        } catch (RuntimeException e) {
            promise.fail(e);
            return;
        }
        promise.complete(value);
    }

    @Override
    public void emit(Event event) {
        events.add(event);
    }

    @Override
    public void target(String named) {
        target = named;
    }

    @Override
    public void expectVersion(long current) {
        var expected = call.ifMatch();
        if (expected != null && expected != current) {
            throw stale();
        }
    }

    private static Problem stale() {
        return Problem.of(Problems.STALE_VERSION, "If-Match names a version that is not the current one.");
    }

    @Override
    public void touch(UUID subject) {
        touched.add(subject);
    }

    @Override
    public Future<UUID> foundTenant() {
        var tenant = newId();
        founded = tenant;
        execute(Statements.FOUND, Tuple.of(tenant.toString()), RowSet::size);
        return Future.succeededFuture(tenant);
    }

    @Override
    public Future<Work> platform() {
        var grant = call.caller().grant();
        if (grant == null || grant.orgId() != null) {
            return Future.failedFuture(
                    Problem.of(Problems.FORBIDDEN, "This needs a permission on the platform, not in an org."));
        }
        if (!beyondTenants) {
            beyondTenants = true;
            execute(Statements.PLATFORM, Tuple.tuple(), RowSet::size);
        }
        return Future.succeededFuture(this);
    }
}
