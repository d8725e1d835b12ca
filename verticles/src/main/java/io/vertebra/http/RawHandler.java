package io.vertebra.http;

import io.vertebra.bus.Call;
import io.vertebra.bus.Request;
import io.vertx.core.Future;

/** Answers an operation that is not simply JSON in and JSON out. It has been admitted, decoded and authorised. */
@FunctionalInterface
interface RawHandler {
    /** Writes the answer; a failure is written as a problem by the caller. */
    Future<Void> answer(Exchange exchange, Call call, Request<?> request);
}
