package io.vertebra.kernel.bus;

import io.vertebra.bus.Call;
import io.vertebra.bus.Problem;
import io.vertebra.bus.Problems;
import io.vertebra.bus.Request;
import io.vertx.core.Promise;
import org.jspecify.annotations.Nullable;

/**
 * The asks that run at one station, in a list of their own so that watching their deadlines needs no timer for each.
 */
final class Running {
    /** One ask that runs. */
    static final class One<R> {
        private final Target target;
        private final Call call;
        private final Request<?> request;
        private final long begun;
        private final Promise<R> promise;
        private @Nullable One<?> before;
        private @Nullable One<?> after;

        One(Target target, Call call, Request<?> request, long begun, Promise<R> promise) {
            this.target = target;
            this.call = call;
            this.request = request;
            this.begun = begun;
            this.promise = promise;
        }

        Target target() {
            return target;
        }

        Call call() {
            return call;
        }

        Request<?> request() {
            return request;
        }

        long begun() {
            return begun;
        }

        Promise<R> promise() {
            return promise;
        }
    }

    private @Nullable One<?> first;

    void add(One<?> one) {
        one.after = first;
        if (first != null) {
            first.before = one;
        }
        first = one;
    }

    void remove(One<?> one) {
        if (one.before != null) {
            one.before.after = one.after;
        } else {
            first = one.after;
        }
        if (one.after != null) {
            one.after.before = one.before;
        }
        one.before = null;
        one.after = null;
    }

    /** Answers in place of handlers that are too late; what they do still counts as running. */
    void failOverdue(long now) {
        for (var one = first; one != null; one = one.after) {
            if (one.call.deadline() <= now && !one.promise.future().isComplete()) {
                one.promise.tryFail(late(one));
            }
        }
    }

    private static Problem late(One<?> one) {
        return one.target.operation().mutation()
                ? Problem.of(Problems.OUTCOME_UNKNOWN, "The deadline passed while the change was being made.")
                : Problem.of(Problems.DEADLINE_EXCEEDED, "The answer was not ready in time.");
    }
}
