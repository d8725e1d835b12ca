package io.vertebra.bus;

import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An event that a contract declares.
 *
 * @param name {@code Orgs.ProjectCreated}
 * @param domain the domain that tells it, {@code orgs}
 * @param version the version of its shape
 * @param keyComponent the component that orders it
 * @param orgComponent the component that says which org it belongs to; null when it is the platform's own
 * @param permission what reading it takes
 */
public record EventType(
        String name,
        String domain,
        int version,
        Class<? extends Event> type,
        List<Component> components,
        Component keyComponent,
        @Nullable Component orgComponent,
        String permission) {

    /** What this event is ordered by. */
    public String key(Event event) {
        return Objects.requireNonNull(keyComponent.of(event), "an event without a key")
                .toString();
    }

    /** The org that this event belongs to. */
    public @Nullable UUID orgId(Event event) {
        return orgComponent == null ? null : (UUID) orgComponent.of(event);
    }

    @Override
    public String toString() {
        return name;
    }
}
