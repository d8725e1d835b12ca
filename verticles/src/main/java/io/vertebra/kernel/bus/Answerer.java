package io.vertebra.kernel.bus;

import io.vertebra.bus.Call;
import io.vertebra.bus.Request;
import io.vertx.core.Future;

/** What stands behind one operation in a domain: the handler with the kernel's reading or writing around it. */
@FunctionalInterface
public interface Answerer {
    /** Answers on the event loop of its station. */
    Future<?> answer(Call call, Request<?> request);
}
