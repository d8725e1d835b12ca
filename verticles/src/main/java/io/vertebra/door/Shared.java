package io.vertebra.door;

import io.vertx.core.Future;
import io.vertx.core.internal.ContextInternal;

/** Answers that several requests wait for at once. */
final class Shared {
    private Shared() {}

    /** The same answer on the context of the request that asks now, so that nothing of another request clings to it. */
    static <T> Future<T> here(Future<T> asked) {
        var context = ContextInternal.current();
        if (context == null) {
            return asked;
        }
        var promise = context.<T>promise();
        asked.onComplete(promise);
        return promise.future();
    }
}
