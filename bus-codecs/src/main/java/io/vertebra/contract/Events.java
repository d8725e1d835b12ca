package io.vertebra.contract;

import io.vertebra.bus.Get;
import io.vertebra.bus.Needs;
import io.vertebra.bus.Page;
import io.vertebra.bus.Request;
import io.vertebra.bus.Topic;
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

    /** What happens in an org, as far as the caller may read it. */
    @Topic(value = "orgs/{orgId}/events", snapshot = "/v1/orgs/{orgId}/events")
    @Needs("events.log.read")
    record OrgEvents(UUID orgId) {}

    /** The events of one type in an org; takes the permission of the event besides. */
    @Topic(value = "orgs/{orgId}/events/{type}", snapshot = "/v1/orgs/{orgId}/events")
    @Needs("events.log.read")
    record OrgEventsOfType(UUID orgId, String type) {}

    /** The events that name a project. */
    @Topic(value = "orgs/{orgId}/projects/{projectId}/events", snapshot = "/v1/orgs/{orgId}/projects/{projectId}")
    @Needs("events.log.read")
    record ProjectEvents(UUID orgId, UUID projectId) {}

    /** How the nodes of the platform are; only the newest state counts. */
    @Topic(value = "platform/health", latest = true)
    @Needs("platform.health.read")
    record PlatformHealth() {}

    /** What the nodes of the platform do; only the newest sample counts. */
    @Topic(value = "platform/metrics", latest = true)
    @Needs("platform.metrics.read")
    record PlatformMetrics() {}
}
