package io.vertebra.kernel.events;

import io.vertebra.bus.Event;
import io.vertebra.kernel.db.Work;
import io.vertx.core.Future;

/**
 * What a reader does about one type of event.
 *
 * @param type the type
 * @param handler applies the event inside the transaction that moves the cursor
 */
public record Follow<E extends Event>(Class<E> type, Handler<E> handler) {
    /** Applies an event. */
    @FunctionalInterface
    public interface Handler<E extends Event> {
        /** Applies it inside this transaction; when the future fails, nothing of it stays. */
        Future<?> follow(Work work, Fact<E> fact);
    }
}
