package io.vertebra.kernel.db;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.micrometer.core.instrument.Timer;
import io.vertebra.bus.Call;
import io.vertebra.bus.Contracts;
import io.vertebra.bus.Event;
import io.vertebra.bus.Nothing;
import io.vertebra.bus.Problem;
import io.vertebra.bus.Problems;
import io.vertebra.kernel.bus.Answered;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.io.IOException;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The database as one domain sees it: its own role, its own tables, one tenant per call. Safe for any thread. */
public final class DomainDb implements Transactions {
    private static final int ATTEMPTS_MAX = 4;
    private static final int RETRY_DELAY_MS_MAX = 20;
    private static final Action INSIDE = Action.inside("Kernel.Inside");

    /** The settings of one transaction's statements, in milliseconds as PostgreSQL takes them. */
    record Timeouts(String statement, String lock) {}

    private final Db db;
    private final Pools pools;
    private final Timer reads;
    private final Timer works;
    private final Map<String, Problem> constraints = new ConcurrentHashMap<>();
    private final LongAdder active = new LongAdder();
    private final Set<Once.Key> inFlight = ConcurrentHashMap.newKeySet();

    DomainDb(Db db, String domain, Pools pools) {
        this.db = db;
        this.pools = pools;
        this.reads = db.timer(domain, "read");
        this.works = db.timer(domain, "work");
        db.gauge(domain, active);
    }

    /** Says which problem the violation of a constraint stands for. */
    public void constraint(String name, Problem problem) {
        constraints.put(name, problem);
    }

    /** Answers from reads in the call's tenant. */
    public <R> Future<R> read(Call call, Function<Read, Future<R>> body) {
        try {
            return body.apply(new Reading(this, call));
        } catch (RuntimeException e) {
            return Future.failedFuture(e);
        }
    }

    /**
     * Runs a transaction and answers once it is committed. With an idempotency key it has its effect once, and a
     * repeated request gets the kept answer. Every expected failure is a {@link Problem}.
     *
     * @param request what was asked; it tells requests under one key apart and names the audit record's target
     */
    public <R> Future<Answered<R>> work(Call call, Action action, Object request, Function<Work, Future<R>> body) {
        if (Vertx.currentContext() == null) {
            return onContext(call, action, request, body);
        }
        var once = Once.of(call, action, request, db.json());
        if (once == null) {
            return attempts(call, action, request, null, body);
        }
        if (!inFlight.add(once.inFlight())) {
            return Future.failedFuture(Failures.inProgress());
        }
        return attempts(call, action, request, once, body).onComplete(done -> inFlight.remove(once.inFlight()));
    }

    @Override
    public <R> Future<R> open(Call call, Function<Work, Future<R>> body) {
        return work(call, INSIDE, Nothing.NOTHING, body).map(Answered::answer);
    }

    /**
     * The same with a step before the transaction opens. A kept answer is looked for first: what the step finds may
     * have changed since, through this very request.
     */
    public <P, R> Future<Answered<R>> work(
            Call call,
            Action action,
            Object request,
            Function<Read, Future<P>> prepare,
            BiFunction<Work, P, Future<R>> body) {
        var once = Once.of(call, action, request, db.json());
        if (once == null) {
            return read(call, prepare)
                    .compose(prepared -> work(call, action, request, work -> body.apply(work, prepared)));
        }
        return this.<R>kept(action, once)
                .compose(found -> found.isPresent()
                        ? Future.succeededFuture(found.get())
                        : read(call, prepare)
                                .compose(prepared -> work(call, action, request, work -> body.apply(work, prepared))));
    }

    private <R> Future<Optional<Answered<R>>> kept(Action action, Once once) {
        if (!db.breaker().passes()) {
            return Future.failedFuture(db.breaker().unavailable());
        }
        return client().preparedQuery(Statements.SEEK)
                .execute(Tuple.of(once.caller(), once.key()))
                .recover(failure -> Future.failedFuture(explain(failure)))
                .map(rows -> {
                    var row = rows.iterator().next();
                    var fingerprint = row.getBuffer(0);
                    return fingerprint == null
                            ? Optional.empty()
                            : Optional.of(
                                    new Answered<>(this.<R>replay(action, once, fingerprint, row.getBuffer(1)), true));
                });
    }

    /** A transaction is driven by one thread: a caller without an event loop is given one. */
    private <R> Future<Answered<R>> onContext(
            Call call, Action action, Object request, Function<Work, Future<R>> body) {
        return Future.future(
                promise -> db.vertx().getOrCreateContext().runOnContext(ready -> work(call, action, request, body)
                        .onComplete(promise)));
    }

    private <R> Future<Answered<R>> attempts(
            Call call, Action action, Object request, @Nullable Once once, Function<Work, Future<R>> body) {
        long start = System.nanoTime();
        return attempt(call, action, request, once, body, 1).transform((answer, failure) -> {
            works.record(System.nanoTime() - start, TimeUnit.NANOSECONDS);
            if (failure == null) {
                db.breaker().succeeded();
                return Future.succeededFuture(answer);
            }
            return Future.failedFuture(
                    failure instanceof Attempt.OfHandler own && own.getCause() != null
                            ? own.getCause()
                            : explain(failure));
        });
    }

    private <R> Future<Answered<R>> attempt(
            Call call, Action action, Object request, @Nullable Once once, Function<Work, Future<R>> body, int number) {
        if (call.deadline() <= db.clock().millis()) {
            return Future.failedFuture(Failures.deadline());
        }
        if (!db.breaker().passes()) {
            return Future.failedFuture(db.breaker().unavailable());
        }
        var writers = writers();
        return writers.take()
                .compose(connection -> {
                    active.increment();
                    return new Attempt<R>(this, call, action, request, once, connection, writers).run(body);
                })
                .recover(failure -> {
                    if (failure instanceof Attempt.OutcomeUnknown) {
                        return lookUp(action, once, 1);
                    }
                    if (number == ATTEMPTS_MAX || !Failures.repeatable(failure)) {
                        return Future.failedFuture(failure);
                    }
                    return later(number).compose(next -> attempt(call, action, request, once, body, number + 1));
                });
    }

    /** A short pause of random length, so that transactions that collided do not collide again. */
    private Future<?> later(int number) {
        return db.vertx()
                .timer(1 + ThreadLocalRandom.current().nextInt(RETRY_DELAY_MS_MAX * number), TimeUnit.MILLISECONDS);
    }

    /** What became of a transaction whose connection was lost at COMMIT: its kept reply tells, if it had a key. */
    private <R> Future<Answered<R>> lookUp(Action action, @Nullable Once once, int number) {
        if (once == null || number > ATTEMPTS_MAX) {
            return Future.failedFuture(Problem.of(
                    Problems.OUTCOME_UNKNOWN,
                    "The connection to the database was lost while the change was committed."));
        }
        return later(number)
                .compose(next ->
                        writers().pool().preparedQuery(Statements.OUTCOME).execute(Tuple.of(once.caller(), once.key())))
                .transform((rows, failure) ->
                        failure == null ? this.<R>found(action, once, rows) : lookUp(action, once, number + 1));
    }

    /** The look waited until the lost transaction had ended: without a reply it had no effect. */
    private <R> Future<Answered<R>> found(Action action, Once once, RowSet<Row> rows) {
        var row = rows.iterator().next();
        var fingerprint = row.getBuffer(0);
        if (fingerprint == null) {
            return Future.failedFuture(Failures.away());
        }
        try {
            return Future.succeededFuture(
                    new Answered<>(this.<R>replay(action, once, fingerprint, row.getBuffer(1)), false));
        } catch (RuntimeException e) {
            return Future.failedFuture(e);
        }
    }

    /** The kept answer under a key, or the problem that stands for it. */
    @SuppressWarnings("unchecked")
    <R> R replay(Action action, Once once, Buffer fingerprint, @Nullable Buffer response) {
        if (!once.sameRequest(fingerprint.getBytes())) {
            throw Problem.of(Problems.KEY_REUSED, "This key stands for another request.");
        }
        if (response == null) {
            throw Problem.of(Problems.ALREADY_ANSWERED, "The answer to this key was given once and not kept.");
        }
        try {
            var type = db.json().constructType(action.answer());
            return (R) db.json().readValue(response.getBytes(), type);
        } catch (IOException e) {
            throw new IllegalStateException("The kept answer of " + action.name() + " cannot be read.", e);
        }
    }

    /** One statement of a read, in its tenant, on a connection that many share. */
    Future<RowSet<Row>> query(Call call, Tenant tenant, String sql, @Nullable Object[] parameters) {
        if (call.deadline() <= db.clock().millis()) {
            return Future.failedFuture(Failures.deadline());
        }
        if (!db.breaker().passes()) {
            return Future.failedFuture(db.breaker().unavailable());
        }
        long start = System.nanoTime();
        var client = pools.slot().reader();
        var wrapped = Statements.wrapped(sql, parameters.length);
        var tuple = Statements.tuple(parameters, tenant);
        return client.preparedQuery(wrapped).execute(tuple).transform((rows, failure) -> {
            reads.record(System.nanoTime() - start, TimeUnit.NANOSECONDS);
            if (failure == null) {
                db.breaker().succeeded();
                return Future.succeededFuture(rows);
            }
            if (Failures.repeatable(failure)) {
                return client.preparedQuery(wrapped)
                        .execute(tuple)
                        .recover(again -> Future.failedFuture(explain(again)));
            }
            return Future.failedFuture(explain(failure));
        });
    }

    private Throwable explain(Throwable failure) {
        if (Failures.outage(failure)) {
            db.breaker().failed(failure);
        }
        return Failures.explain(failure, constraints);
    }

    /** What follows a commit and precedes its answer: every node's doors learn the raised epochs, readers wake up. */
    Future<?> committed(Map<UUID, Long> raised, List<Event> emitted) {
        return db.committed(raised, emitted);
    }

    /** An attempt gave its connection back. */
    void released() {
        active.decrement();
    }

    Timeouts timeouts(Call call) {
        return db.timeouts(call.deadline());
    }

    Clock clock() {
        return db.clock();
    }

    ObjectMapper json() {
        return db.json();
    }

    Contracts contracts() {
        return db.contracts();
    }

    /** The role's pipelined connections, for the kernel's own statements; no tenant is set. */
    public SqlClient client() {
        return pools.slot().reader();
    }

    /** The role's connections for transactions; no tenant is set. */
    Writers writers() {
        return pools.slot().writers();
    }

    Future<?> close() {
        return pools.close();
    }
}
