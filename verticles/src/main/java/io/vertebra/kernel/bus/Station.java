package io.vertebra.kernel.bus;

import io.vertebra.bus.Call;
import io.vertebra.bus.Nothing;
import io.vertebra.bus.Operation;
import io.vertebra.bus.Problem;
import io.vertebra.bus.Problems;
import io.vertebra.bus.Request;
import io.vertebra.kernel.telemetry.Trail;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import java.time.Clock;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Where one instance of a domain answers, on one event loop. Wraps every handler: checks access, bounds what runs at
 * once, watches deadlines, measures, and turns every failure into a problem, so that nobody is left waiting.
 */
public final class Station {
    /** Marks the refusal of a node that stops: another node may be asked instead. */
    static final String STOPPING = "stopping";

    private static final long SWEEP_INTERVAL_MS = 50;

    private final String domain;
    private final ContextInternal context;
    private final Clock clock;
    private final Watch watch;
    private final int maxInFlight;
    private final Map<Operation, Answerer> answerers;
    private final Running running = new Running();
    private final long sweeper;
    private volatile int inFlight;
    private @Nullable Promise<Void> drained;
    private volatile boolean closed;

    /** A station on the current context. */
    Station(String domain, Vertx vertx, Clock clock, Watch watch, int maxInFlight, Map<Operation, Answerer> answerers) {
        this.domain = domain;
        this.context = ((ContextInternal) vertx.getOrCreateContext()).unwrap();
        this.clock = clock;
        this.watch = watch;
        this.maxInFlight = maxInFlight;
        this.answerers = new IdentityHashMap<>(answerers);
        this.sweeper = context.setPeriodic(SWEEP_INTERVAL_MS, timer -> sweep());
    }

    ContextInternal context() {
        return context;
    }

    /** How many asks run now. */
    int inFlight() {
        return inFlight;
    }

    /** Whether the current thread is this station's event loop. */
    boolean isHere(@Nullable ContextInternal current) {
        return current != null && current.nettyEventLoop() == context.nettyEventLoop() && current.inThread();
    }

    /** Answers an ask; called on the station's event loop. Fails with a {@link Problem} only. */
    <R> Future<R> serve(Target target, Call call, Request<R> request) {
        var operation = target.operation();
        var answerer = answerers.get(operation);
        var refusal = answerer == null ? Problem.notFound("operation") : admit(operation, call, request);
        if (refusal != null || answerer == null) {
            target.measure(0, Objects.requireNonNull(refusal).code());
            watch.refused(operation, call, request, refusal);
            return Future.failedFuture(refusal);
        }
        long begun = System.nanoTime();
        inFlight = inFlight + 1;
        var current = ContextInternal.current();
        if (current != null && current.isDuplicate() && Trail.current() == null) {
            Trail.put(call, operation.name());
        }
        var answering = answering(answerer, operation, call, request);
        if (answering.isComplete()) {
            return ended(target, call, request, begun, answering.result(), answering.cause());
        }
        Promise<R> promise = (current == null ? context : current).promise();
        var one = new Running.One<R>(target, call, request, begun, promise);
        running.add(one);
        answering.onComplete((answer, failure) -> {
            if (context.inThread()) {
                finish(one, answer, failure);
            } else {
                context.execute(() -> finish(one, answer, failure));
            }
        });
        return one.promise().future();
    }

    private Future<?> answering(Answerer answerer, Operation operation, Call call, Request<?> request) {
        try {
            return watch.around(operation, call, () -> answerer.answer(call, request));
        } catch (Throwable e) {
            return Future.failedFuture(e);
        }
    }

    private @Nullable Problem admit(Operation operation, Call call, Request<?> request) {
        if (closed) {
            return Problem.of(Problems.UNAVAILABLE, "This node is stopping.")
                    .with("retryAfter", 1)
                    .with(STOPPING, 1);
        }
        if (inFlight >= maxInFlight) {
            return Problem.of(Problems.UNAVAILABLE, domain + " has too much to do at the moment.")
                    .with("retryAfter", 1);
        }
        return AccessCheck.refusal(operation, call, request);
    }

    private <R> void finish(Running.One<R> one, @Nullable Object answer, @Nullable Throwable failure) {
        running.remove(one);
        var outcome = this.<R>ended(one.target(), one.call(), one.request(), one.begun(), answer, failure);
        if (!one.promise().future().isComplete()) {
            outcome.onComplete(one.promise());
        }
    }

    @SuppressWarnings("unchecked")
    private <R> Future<R> ended(
            Target target,
            Call call,
            Request<?> request,
            long begun,
            @Nullable Object answer,
            @Nullable Throwable failure) {
        inFlight = inFlight - 1;
        if (drained != null && inFlight == 0) {
            drained.tryComplete();
        }
        long nanos = System.nanoTime() - begun;
        if (failure == null && (answer != null || target.operation().answersNothing())) {
            target.measure(nanos, null);
            return Future.succeededFuture((R) (answer == null ? Nothing.NOTHING : answer));
        }
        var cause = failure == null ? new IllegalStateException("The handler answered null") : failure;
        var problem = Failures.problem(target.operation(), call, cause);
        if (problem != cause) {
            watch.failed(target.operation(), call, cause);
        }
        target.measure(nanos, problem.code());
        watch.refused(target.operation(), call, request, problem);
        return Future.failedFuture(problem);
    }

    private void sweep() {
        running.failOverdue(clock.millis());
    }

    /** Takes no more and waits for what runs. */
    Future<Void> drain() {
        closed = true;
        var promise = Promise.<Void>promise();
        context.execute(() -> {
            drained = promise;
            if (inFlight == 0) {
                promise.tryComplete();
            }
        });
        return promise.future();
    }

    /** Stops watching. */
    void close() {
        context.owner().cancelTimer(sweeper);
    }
}
