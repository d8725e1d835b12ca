package io.vertebra.kernel.module;

import static io.vertebra.testing.Await.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertebra.bus.Call;
import io.vertebra.bus.Caller;
import io.vertebra.contract.Accounts;
import io.vertebra.kernel.health.State;
import io.vertebra.testing.TestPlatform;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class PlatformTest {
    private static TestPlatform on;

    @BeforeAll
    static void start() {
        on = TestPlatform.start();
    }

    @AfterAll
    static void stop() {
        on.close();
    }

    @Test
    void every_module_is_ready() {
        assertThat(on.platform().health().parts())
                .filteredOn(part -> part.part().startsWith("module."))
                .hasSizeGreaterThanOrEqualTo(4)
                .allSatisfy(part -> assertThat(part.detail()).isEqualTo("ready"));
        assertThat(on.platform().health().ready()).isTrue();
        assertThat(on.platform().health().state()).isEqualTo(State.HEALTHY);
    }

    @Test
    void a_node_of_production_stops_too() {
        var node = TestPlatform.start(Map.of("app.drain-delay", "50ms", "mail.mode", "smtp"));
        assertThat(node.platform().health().ready()).isTrue();

        node.close();

        assertThat(node.platform().health().ready()).isFalse();
    }

    @Test
    void the_program_asks_internal_operations() {
        var call = Call.inside(Caller.service("launcher"), System.currentTimeMillis() + 20_000);

        var keys = await(on.platform().bus().ask(call, new Accounts.GetSigningKeys()));

        assertThat(keys.keys()).isNotEmpty();
    }
}
