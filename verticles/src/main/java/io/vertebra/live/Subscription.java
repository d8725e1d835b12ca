package io.vertebra.live;

import io.vertebra.bus.TopicType;
import io.vertebra.live.Panel.Latest;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** What a connection follows. Begins to tell when it was authorised, and pauses while that is open. */
sealed interface Subscription permits Stream, Latest {
    /** What the client calls it. */
    String name();

    /** What it follows. */
    Place place();

    /** It is allowed, of events those of these types. */
    void allow(Set<String> types);

    /** Tells nothing until it is allowed again. */
    void suspend();

    /** Grants so many more events. */
    void credit(long more);

    /** The client takes more again. */
    void drained();

    /** An address of a topic. */
    record Place(TopicType topic, Map<String, String> values) {
        private static final String PROJECT = "projectId";

        boolean inOrg() {
            return values.containsKey("orgId");
        }

        UUID orgId() {
            return UUID.fromString(values.getOrDefault("orgId", ""));
        }

        boolean inProject() {
            return values.containsKey(PROJECT);
        }

        UUID projectId() {
            return UUID.fromString(values.getOrDefault(PROJECT, ""));
        }

        String snapshot() {
            return topic.snapshot(values);
        }
    }
}
