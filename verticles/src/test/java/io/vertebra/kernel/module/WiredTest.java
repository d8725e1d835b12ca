package io.vertebra.kernel.module;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertebra.bus.Contracts;
import io.vertebra.bus.Event;
import io.vertebra.bus.Key;
import io.vertebra.contract.Events;
import io.vertebra.contract.Orgs;
import io.vertebra.kernel.events.From;
import io.vertebra.kernel.health.Health;
import io.vertebra.kernel.jobs.Schedule;
import io.vertx.core.Future;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;

class WiredTest {
    private static final Contracts CONTRACTS = Contracts.load();

    @SuppressWarnings("NullAway")
    private static Wired wired(Consumer<Wiring> open) {
        var kit = new Kit(null, CONTRACTS, null, null, null, "", null, null, null, Clock.systemUTC());
        var wired = new Wired("events", kit, () -> {
            throw new AssertionError("no database here");
        });
        open.accept(wired);
        return wired;
    }

    private static void complete(Wiring on) {
        on.read(Events.ListEvents.class, (read, request) -> Future.failedFuture("unused"));
    }

    @Test
    void a_complete_wiring_has_no_faults() {
        var wired = wired(on -> {
            complete(on);
            on.asks(Orgs.FindMembership.class)
                    .follow("reader", Orgs.OrgCreated.class, From.START, (work, fact) -> Future.succeededFuture())
                    .every("job", Schedule.each(Duration.ofSeconds(1)), run -> Future.succeededFuture());
        });

        assertThat(wired.faults()).isEmpty();
        assertThat(wired.asked()).containsExactly(CONTRACTS.operation(Orgs.FindMembership.class));
        assertThat(wired.followings()).hasSize(1);
        assertThat(wired.jobs()).hasSize(1);
    }

    @Test
    void an_operation_without_a_handler_refuses_the_start() {
        assertThat(wired(on -> {}).faults()).containsExactly("Events.ListEvents has no handler");
    }

    @Test
    void an_operation_with_two_handlers_refuses_the_start() {
        assertThat(wired(on -> {
                            complete(on);
                            complete(on);
                        })
                        .faults())
                .containsExactly("Events.ListEvents has two handlers");
    }

    @Test
    void a_read_that_is_bound_as_a_change_refuses_the_start() {
        assertThat(wired(on -> on.ask(Events.ListEvents.class, (work, request) -> Future.failedFuture("unused")))
                        .faults())
                .containsExactly("Events.ListEvents is bound as a change, but its contract says that it only reads");
    }

    @Test
    void an_operation_of_another_domain_refuses_the_start() {
        assertThat(wired(on -> {
                            complete(on);
                            on.read(Orgs.GetOrg.class, (read, request) -> Future.failedFuture("unused"));
                        })
                        .faults())
                .containsExactly("events answers Orgs.GetOrg, which belongs to orgs");
    }

    /** An event that no contract declares. */
    record Undeclared(@Key UUID id) implements Event {}

    @Test
    void an_event_that_nobody_declared_refuses_the_start() {
        assertThat(wired(on -> {
                            complete(on);
                            on.follow("x", Undeclared.class, From.NOW, (work, fact) -> Future.succeededFuture());
                        })
                        .faults())
                .singleElement()
                .asString()
                .endsWith("which no contract declares");
    }

    @Test
    void two_jobs_of_one_name_refuse_the_start() {
        assertThat(wired(on -> {
                            complete(on);
                            for (int i = 0; i < 2; i++) {
                                on.every("job", Schedule.each(Duration.ofSeconds(1)), run -> Future.succeededFuture());
                            }
                        })
                        .faults())
                .containsExactly("events has two jobs job");
    }

    /** A domain whose wiring is incomplete. */
    static final class Incomplete extends Domain {
        @Override
        public Class<?> contract() {
            return Events.class;
        }

        @Override
        protected void open(Wiring on) {
            // Binds nothing on purpose.
        }
    }

    @Test
    void modules_name_the_faults_of_all_domains_at_once() {
        List<Supplier<Domain>> domains = List.of(Incomplete::new);
        var modules = Modules.of(domains, new Health(Clock.systemUTC()), name -> true);

        Assertions.assertThatThrownBy(() -> modules.load(name -> wired(on -> {})))
                .isInstanceOf(Unresolved.class)
                .hasMessageContaining("Events.ListEvents has no handler");
    }

    @Test
    void two_domains_of_one_name_refuse_the_start() {
        List<Supplier<Domain>> domains = List.of(Incomplete::new, Incomplete::new);

        Assertions.assertThatThrownBy(() -> Modules.of(domains, new Health(Clock.systemUTC()), name -> true))
                .isInstanceOf(Unresolved.class)
                .hasMessageContaining("There are two domains events");
    }
}
