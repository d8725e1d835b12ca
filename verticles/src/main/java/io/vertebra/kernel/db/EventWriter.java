package io.vertebra.kernel.db;

import io.vertebra.bus.Event;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Writes an event as the log keeps it. */
@FunctionalInterface
public interface EventWriter {
    /**
     * An event ready for the log.
     *
     * @param type the contract's name for it
     * @param version the version of its shape
     * @param orgId the org that it belongs to; null for the platform's own
     * @param key what it is ordered by
     * @param data the event as JSON
     */
    record Written(String type, int version, @Nullable UUID orgId, String key, String data) {}

    /** Writes this event. */
    Written write(Event event);
}
