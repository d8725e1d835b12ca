package io.vertebra.kernel.module;

import io.vertebra.bus.Call;
import io.vertebra.bus.Operation;
import io.vertebra.bus.Request;
import io.vertebra.kernel.db.Read;
import io.vertebra.kernel.db.Work;
import io.vertx.core.Future;
import java.util.function.Function;

/** What the operations of one domain read from and write to. */
interface Storage {
    /** Reads for one call. */
    Read read(Call call);

    /**
     * One transaction for one operation, with its audit record, events and kept reply. Answers what the body answered, or
     * an {@link io.vertebra.kernel.bus.Answered} that was kept.
     */
    Future<?> write(Call call, Operation operation, Request<?> request, Function<Work, Future<?>> body);
}
