package io.vertebra.kernel.module;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DependenciesTest {
    @Test
    void each_module_starts_after_those_that_it_asks() {
        var resolved = new Dependencies(
                Map.of("a", Set.of("b", "c"), "b", Set.of("c"), "c", Set.of(), "d", Set.of("a")),
                Set.of("a", "b", "c", "d"));

        assertThat(resolved.faults()).isEmpty();
        assertThat(resolved.order()).containsExactly("c", "b", "a", "d");
    }

    @Test
    void a_module_that_only_another_node_carries_is_no_fault() {
        var resolved = new Dependencies(Map.of("a", Set.of("b")), Set.of("a", "b"));

        assertThat(resolved.faults()).isEmpty();
        assertThat(resolved.order()).containsExactly("a");
    }

    @Test
    void missing_ones_and_cycles_are_named_all_at_once() {
        var resolved = new Dependencies(
                Map.of("a", Set.of("b"), "b", Set.of("c"), "c", Set.of("a"), "d", Set.of("nowhere")),
                Set.of("a", "b", "c", "d"));

        assertThat(resolved.faults())
                .containsExactlyInAnyOrder(
                        "a asks b asks c asks a: a cycle", "d asks nowhere, which no module provides");
    }
}
