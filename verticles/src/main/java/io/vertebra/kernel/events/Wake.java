package io.vertebra.kernel.events;

import io.vertx.core.Vertx;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Tells the readers of every node that events were committed. A hint: it may get lost, readers poll besides. Many
 * commits within a few milliseconds are one hint.
 */
public final class Wake {
    private static final String ADDRESS = "kernel.events.appended";
    private static final long PAUSE_MS = 3;
    private static final int QUIET = 0;
    private static final int PAUSING = 1;
    private static final int AGAIN = 2;

    private final Vertx vertx;
    private final AtomicInteger state = new AtomicInteger(QUIET);

    /** The hints of this node. */
    public Wake(Vertx vertx) {
        this.vertx = vertx;
    }

    /** To be called after a commit with events, from any thread. */
    public void appended() {
        if (state.compareAndSet(QUIET, PAUSING)) {
            tell();
        } else if (!state.compareAndSet(PAUSING, AGAIN) && state.get() == QUIET) {
            appended();
        }
    }

    /** Runs this, on the current context, after commits of any node. */
    void listen(Runnable look) {
        vertx.eventBus().<String>consumer(ADDRESS, hint -> look.run());
    }

    private void tell() {
        vertx.eventBus().publish(ADDRESS, "");
        vertx.setTimer(PAUSE_MS, over -> {
            if (state.compareAndSet(AGAIN, PAUSING)) {
                tell();
            } else if (!state.compareAndSet(PAUSING, QUIET)) {
                state.set(PAUSING);
                tell();
            }
        });
    }
}
