package io.vertebra.kernel.events;

import io.vertebra.bus.Event;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An event as it stands in the log.
 *
 * @param cursor its place in the log; grows
 * @param id unique for ever
 * @param type the contract's name for it, {@code Orgs.ProjectCreated}
 * @param version the version of its shape
 * @param orgId the org that it belongs to; null for the platform's own
 * @param key what it is ordered by
 * @param actor who caused it
 */
public record Fact<E extends Event>(
        long cursor,
        UUID id,
        String type,
        int version,
        Instant at,
        @Nullable UUID orgId,
        String key,
        UUID actor,
        String requestId,
        @Nullable String traceparent,
        E event) {}
