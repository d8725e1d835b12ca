package io.vertebra.kernel.module;

import io.vertx.core.Future;
import java.util.Set;

/**
 * A door: a way into the platform from outside. Found through {@link java.util.ServiceLoader}; opened once for each
 * event loop, each time as a new instance, after every domain of the node is ready.
 */
public abstract class Door {
    /** The door's name: {@code http}, {@code live}. */
    public abstract String name();

    /** Whether it serves health and metrics on the management port, also on a node that lets no clients in. */
    public boolean manages() {
        return false;
    }

    /** The internal operations that the door asks as {@code service:<name>}. */
    public Set<Class<?>> asks() {
        return Set.of();
    }

    /** Opens this instance, on its own event loop. */
    protected abstract Future<?> open(Doorway on);

    /** Lets nobody in any more and succeeds when those inside are done. */
    protected Future<?> drain() {
        return Future.succeededFuture();
    }

    /** Closes what {@link #open} opened. */
    protected Future<?> close() {
        return Future.succeededFuture();
    }
}
