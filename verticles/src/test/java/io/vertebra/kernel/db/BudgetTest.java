package io.vertebra.kernel.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertebra.kernel.config.DatabaseSettings;
import io.vertebra.testing.TestPlatform;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BudgetTest {
    @Test
    void every_role_gets_something_however_many_roles_and_event_loops_there_are() {
        for (int loops = 1; loops <= 64; loops++) {
            for (int roles = 1; roles <= 25; roles++) {
                var budget = Budget.of(settings(90), loops, roles);
                assertThat(budget.loops()).isBetween(1, loops);
                assertThat(budget.readers()).isGreaterThanOrEqualTo(budget.loops());
                assertThat(budget.most()).isPositive();
                assertThat(roles * (budget.readers() + budget.loops())).isLessThanOrEqualTo(90);
            }
        }
    }

    @Test
    void too_few_for_the_roles_is_said() {
        assertThatThrownBy(() -> Budget.of(settings(13), 8, 7)).hasMessageContaining("at least 14 are needed");
    }

    private static DatabaseSettings settings(int connections) {
        var set = Map.of("database.connections-max", Integer.toString(connections), "database.writers-max", "16");
        return TestPlatform.configuration("postgresql://u:p@localhost/d", "redis://localhost", set)
                .section("database", DatabaseSettings.class);
    }
}
