package io.vertebra.kernel.bus;

import io.vertebra.bus.Call;
import io.vertebra.bus.Operation;
import io.vertebra.bus.Problem;
import io.vertebra.bus.Request;
import io.vertx.core.Future;
import java.util.function.Supplier;

/** What looks on while domains answer: traces, the audit of refusals, the error bus. */
public interface Watch {
    /** Nobody looks on. */
    Watch NOBODY = new Watch() {};

    /** Runs a handler, perhaps as a span of its own. */
    default Future<?> around(Operation operation, Call call, Supplier<Future<?>> handler) {
        return handler.get();
    }

    /** An ask ended with a problem. */
    default void refused(Operation operation, Call call, Request<?> request, Problem problem) {}

    /** A handler failed with something that is no problem. */
    default void failed(Operation operation, Call call, Throwable failure) {}
}
