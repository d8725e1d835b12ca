package io.vertebra.contract;

import io.vertebra.bus.Get;
import io.vertebra.bus.Needs;
import io.vertebra.bus.Page;
import io.vertebra.bus.Request;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The event log as its readers see it. */
public sealed interface Events<R> extends Request<R> {

    /**
     * The events of an org after a cursor, the oldest first; only those whose permission the caller holds. Without a
     * cursor it begins with the oldest event that is kept; {@code next} is always there, so that a client can go on.
     */
    @Get("/v1/orgs/{orgId}/events")
    @Needs("events.log.read")
    record ListEvents(
            UUID orgId,
            @Nullable String after,
            @Nullable String type,
            @Nullable Integer limit) implements Events<Page<LoggedEvent>> {}

    /** An event in the log; {@code data} has the shape that the contract gives to the event's type. */
    record LoggedEvent(
            String cursor,
            UUID id,
            String type,
            int version,
            Instant at,
            @Nullable UUID orgId,
            String key,
            UUID actor,
            String requestId,
            Map<String, Object> data) {}
}
