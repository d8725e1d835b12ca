package io.vertebra.kernel.events;

import io.vertx.core.Vertx;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * Tells the readers of every node which types of events were committed. A hint: it may get lost, readers poll besides.
 * Many commits within a few milliseconds are one hint.
 */
public final class Wake {
    private static final String ADDRESS = "kernel.events.appended";
    private static final long PAUSE_MS = 3;
    private static final int QUIET = 0;
    private static final int PAUSING = 1;
    private static final int AGAIN = 2;

    private final Vertx vertx;
    private final AtomicInteger state = new AtomicInteger(QUIET);
    private final Set<String> appended = ConcurrentHashMap.newKeySet();

    /** The hints of this node. */
    public Wake(Vertx vertx) {
        this.vertx = vertx;
    }

    /** To be called after a commit with events of these types, from any thread. */
    public void appended(Collection<String> types) {
        appended.addAll(types);
        raise();
    }

    private void raise() {
        if (state.compareAndSet(QUIET, PAUSING)) {
            tell();
        } else if (!state.compareAndSet(PAUSING, AGAIN) && state.get() == QUIET) {
            raise();
        }
    }

    /** Runs this with the types, on the current context, after commits of any node. */
    void listen(Consumer<Set<String>> look) {
        vertx.eventBus()
                .<String>consumer(
                        ADDRESS, hint -> look.accept(Set.of(hint.body().split(","))));
    }

    /** What is taken out here is told after it was taken out: a type that comes back in between is not lost. */
    private void tell() {
        var types = List.copyOf(appended);
        types.forEach(appended::remove);
        if (!types.isEmpty()) {
            vertx.eventBus().publish(ADDRESS, String.join(",", types));
        }
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
