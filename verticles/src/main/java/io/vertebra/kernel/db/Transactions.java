package io.vertebra.kernel.db;

import io.vertebra.bus.Call;
import io.vertx.core.Future;
import java.util.function.Function;

/** Opens transactions of one domain for what starts inside the platform: event readers and jobs. */
@FunctionalInterface
public interface Transactions {
    /** Runs the body in one transaction beyond tenants, which leaves no audit record of its own. */
    <T> Future<T> open(Call call, Function<Work, Future<T>> body);
}
