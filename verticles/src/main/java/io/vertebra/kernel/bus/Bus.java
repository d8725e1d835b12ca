package io.vertebra.kernel.bus;

import io.vertebra.bus.Call;
import io.vertebra.bus.Request;
import io.vertx.core.Future;

/** Asks operations of any domain, wherever it runs. */
public interface Bus {
    /**
     * Asks an operation. The call's deadline bounds the wait; failures are always a {@link io.vertebra.bus.Problem}.
     *
     * @param call the circumstances; a domain's own bus replaces the caller by its service
     */
    <R> Future<R> ask(Call call, Request<R> request);

    /** Asks an operation, for an asker who must know whether the answer is a kept one. */
    <R> Future<Answered<R>> answer(Call call, Request<R> request);
}
