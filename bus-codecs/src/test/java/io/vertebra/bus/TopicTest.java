package io.vertebra.bus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class TopicTest {
    private static final String ORG = "0193f2b1-0000-7000-8000-000000000001";

    private static TopicType topic(String template) {
        return Contracts.load().topics().stream()
                .filter(topic -> topic.template().equals(template))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void an_address_is_matched_by_whole_segments_of_the_declared_form() {
        var type = topic("orgs/{orgId}/events/{type}");
        assertThat(type.match("orgs/" + ORG + "/events/Orgs.ProjectCreated"))
                .isEqualTo(Map.of("orgId", ORG, "type", "Orgs.ProjectCreated"));
        for (var wrong : new String[] {
            "",
            "orgs/" + ORG + "/events",
            "orgs/" + ORG.toUpperCase(java.util.Locale.ROOT) + "/events/x",
            "orgs/*/events/x",
            "orgs/" + ORG + "/events/",
            "orgs/" + ORG + "/events/a b",
            "/orgs/" + ORG + "/events/x"
        }) {
            assertThat(type.match(wrong)).as(wrong).isNull();
        }
    }

    @Test
    void a_topic_points_to_where_its_state_is() {
        var project = topic("orgs/{orgId}/projects/{projectId}/events");
        assertThat(project.snapshot(Map.of("orgId", "a", "projectId", "b"))).isEqualTo("/v1/orgs/a/projects/b");
        assertThat(topic("platform/health").latest()).isTrue();
    }

    sealed interface Odd<R> extends Request<R> {
        @Get("/v1/odd")
        @Public
        record Ask() implements Odd<Nothing> {}

        @Topic(value = "orgs/{orgId}/odd", snapshot = "/v1/odd")
        record Unguarded(UUID orgId) {}

        @Topic(value = "everything/odd", latest = true)
        @Needs("odd.things.read")
        record Nowhere() {}

        @Topic(value = "orgs/{orgId}/lost/{thingId}", snapshot = "/v1/odd/{otherId}")
        @Needs("odd.things.read")
        record Unbound(UUID orgId, String spare) {}

        @Topic("orgs/{orgId}/blind")
        @Needs("odd.things.read")
        record Blind(UUID orgId) {}

        @Topic(value = "platform/same", latest = true)
        @Needs("odd.things.read")
        record One() {}

        @Topic(value = "platform/same", latest = true)
        @Needs("odd.things.read")
        record Other() {}

        @Topic(value = "Platform//", latest = true)
        @Needs("odd.things.read")
        record Malformed() {}
    }

    @Test
    void a_topic_that_is_not_sound_is_refused_with_all_its_faults() {
        var refused = catchThrowableOfType(InvalidContracts.class, () -> Contracts.of(Odd.class));
        assertThat(refused.faults())
                .anyMatch(fault -> fault.startsWith("Odd.Unguarded does not say with @Needs"))
                .anyMatch(fault -> fault.startsWith("Odd.Nowhere begins neither with"))
                .anyMatch(fault -> fault.startsWith("Odd.Unbound has the variable {thingId}"))
                .anyMatch(fault -> fault.startsWith("Odd.Unbound does not name its component spare"))
                .anyMatch(fault -> fault.startsWith("Odd.Unbound has a snapshot with an unknown variable {otherId}"))
                .anyMatch(fault -> fault.startsWith("Odd.Blind does not say where its snapshot is"))
                .anyMatch(fault -> fault.contains("are both followed as platform/same"))
                .anyMatch(fault -> fault.startsWith("Odd.Malformed has a malformed topic"));
    }
}
