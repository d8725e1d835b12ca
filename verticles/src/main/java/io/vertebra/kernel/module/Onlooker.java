package io.vertebra.kernel.module;

import io.vertebra.bus.Call;
import io.vertebra.bus.Operation;
import io.vertebra.bus.Problem;
import io.vertebra.bus.Request;
import io.vertebra.kernel.bus.Watch;
import io.vertebra.kernel.db.Refusals;
import io.vertebra.kernel.errors.ErrorBus;
import io.vertebra.kernel.telemetry.Tracing;
import io.vertx.core.Future;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Looks on while domains answer: a span for each when traces are on, an audit record for each refused change, a report
 * of each bug.
 */
record Onlooker(Tracing tracing, Refusals refusals, ErrorBus errors) implements Watch {
    private static final Set<Integer> REFUSED = Set.of(401, 403, 404);

    @Override
    public Future<?> around(Operation operation, Call call, Supplier<Future<?>> handler) {
        if (!tracing.on()) {
            return handler.get();
        }
        return tracing.<Object>span(
                operation.name(), call.traceparent(), () -> handler.get().map(answer -> answer));
    }

    @Override
    public void refused(Operation operation, Call call, Request<?> request, Problem problem) {
        if (operation.mutation() && !operation.internal() && REFUSED.contains(problem.status())) {
            refusals.record(call, operation.name(), target(operation, request), problem);
        }
    }

    @Override
    public void failed(Operation operation, Call call, Throwable failure) {
        errors.report(operation.name(), call.requestId(), failure);
    }

    private static @Nullable String target(Operation operation, Request<?> request) {
        var route = operation.route();
        if (route == null || route.variables().isEmpty()) {
            return null;
        }
        var component = operation.component(route.variables().getLast());
        return component == null ? null : component.name() + ":" + component.of(request);
    }
}
