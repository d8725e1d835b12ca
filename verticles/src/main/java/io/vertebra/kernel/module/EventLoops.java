package io.vertebra.kernel.module;

import io.netty.channel.EventLoop;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * One context on each event loop. Every domain and every door has an instance on each, so that a request is received,
 * answered and written by one thread.
 */
final class EventLoops {
    private final List<Context> contexts = new ArrayList<>();

    EventLoops(Vertx vertx) {
        var internal = (VertxInternal) vertx;
        for (var executor : internal.nettyEventLoopGroup()) {
            contexts.add(internal.contextBuilder()
                    .withEventLoop((EventLoop) executor)
                    .build());
        }
    }

    int size() {
        return contexts.size();
    }

    /** Runs something on one of the event loops. */
    <T> Future<T> on(int index, Supplier<Future<T>> action) {
        return Future.future(promise -> contexts.get(index).runOnContext(there -> {
            Future<T> done;
            try {
                done = action.get();
            } catch (Throwable e) {
                done = Future.failedFuture(e);
            }
            done.onComplete(promise);
        }));
    }
}
