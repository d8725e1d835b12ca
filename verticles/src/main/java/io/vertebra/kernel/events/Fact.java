package io.vertebra.kernel.events;

import io.vertebra.bus.Event;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An event of the log as its follower gets it.
 *
 * @param logged as it stands in the log
 * @param event the same as the contract shapes it
 */
public record Fact<E extends Event>(Logged logged, E event) {
    /** Unique for ever. */
    public UUID id() {
        return logged.id();
    }

    /** When it happened. */
    public Instant at() {
        return logged.at();
    }

    /** The org that it belongs to; null for the platform's own. */
    public @Nullable UUID orgId() {
        return logged.orgId();
    }

    /** What it is ordered by. */
    public String key() {
        return logged.key();
    }

    /** Who caused it. */
    public UUID actor() {
        return logged.actor();
    }

    /** The id of the request that caused it. */
    public String requestId() {
        return logged.requestId();
    }
}
