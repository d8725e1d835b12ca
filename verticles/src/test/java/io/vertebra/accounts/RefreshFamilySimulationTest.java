package io.vertebra.accounts;

import static io.vertebra.accounts.RefreshFamily.Outcome.REUSED;
import static io.vertebra.accounts.RefreshFamily.Outcome.TOO_FAST;
import static io.vertebra.accounts.RefreshFamily.Outcome.UNKNOWN;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertebra.accounts.RefreshFamily.Place;
import io.vertebra.testing.Simulation;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Sessions over a network that loses, doubles and delays, on nodes whose clocks differ and that crash. */
class RefreshFamilySimulationTest {
    private static final Duration GRACE = Duration.ofSeconds(30);
    private static final Simulation.Network NETWORK = new Simulation.Network(0.2, 0.2, Duration.ofSeconds(2));
    private static final Simulation.Network CALM = new Simulation.Network(0, 0, Duration.ofMillis(100));
    private static final int SKEW_MS = 500;
    private static final int RETRY_MS = 4_000;
    /** Attempts of which one gets through, within the grace. */
    private static final int ATTEMPTS_MAX = 4;

    private static final int EXCHANGES = 30;

    /** The nodes, which share the row of the session. */
    private static final class Server {
        private final Simulation world;
        private final Duration grace;
        private RefreshFamily family;
        private boolean ended;

        Server(Simulation world, Duration grace) {
            this.world = world;
            this.grace = grace;
            this.family = RefreshFamily.begun(world.now());
        }

        /** What a node answers with; null when it crashed before or after its commit. */
        @Nullable
        Place present(Place presented, boolean mayCrash) {
            int crash = mayCrash ? world.below(10) : -1;
            if (ended || crash == 0) {
                return null;
            }
            var step = family.present(presented, world.now().plusMillis(world.between(-SKEW_MS, SKEW_MS)), grace);
            family = step.next();
            ended = step.outcome() == REUSED;
            assertThat(step.outcome()).isNotEqualTo(UNKNOWN);
            return ended || step.outcome() == TOO_FAST || crash == 1 ? null : family.active();
        }
    }

    /** A browser: its tabs share one token, and ask again until they are answered. */
    private static final class Browser {
        private final Simulation world;
        private final Server server;
        private Place held;
        private int exchange;
        private boolean slept;

        Browser(Simulation world, Server server) {
            this.world = world;
            this.server = server;
            this.held = server.family.active();
        }

        void live(int exchanges) {
            if (exchanges == 0) {
                return;
            }
            exchange++;
            // Shut in the middle of an exchange, it wakes with the old token; it is not shut twice in a row.
            slept = !slept && world.chance(0.2);
            for (int tab = world.between(1, 4); tab > 0; tab--) {
                int current = exchange;
                world.after(world.below(1_000), () -> ask(current, held, ATTEMPTS_MAX));
            }
            int awake = ATTEMPTS_MAX * RETRY_MS + RETRY_MS;
            world.after(slept ? world.between(100, 3_000) : awake, () -> {
                exchange++;
                world.after(pauseSeconds() * 1_000L, () -> live(exchanges - 1));
            });
        }

        /** Whoever lost an answer comes back well within the grace or after it: docs/tokens.md names that gap. */
        private int pauseSeconds() {
            int pause = world.chance(0.5) ? world.between(10, 900) : world.between(900, 200_000);
            return slept && pause < 2 * GRACE.toSeconds() ? 10 : pause;
        }

        private void ask(int asking, Place presented, int attempts) {
            if (asking != exchange || !held.equals(presented)) {
                return;
            }
            var network = attempts == 1 ? CALM : NETWORK;
            world.send(network, () -> {
                var answer = server.present(presented, attempts > 1);
                if (answer != null) {
                    world.send(network, () -> take(asking, presented, answer));
                }
            });
            world.after(RETRY_MS, () -> {
                if (attempts > 1) {
                    ask(asking, presented, attempts - 1);
                }
            });
        }

        private void take(int asking, Place presented, Place answer) {
            if (asking == exchange && held.equals(presented)) {
                held = answer;
            }
        }
    }

    private static Consumer<Simulation> honest(Duration grace) {
        return world -> {
            var server = new Server(world, grace);
            var browser = new Browser(world, server);
            browser.live(EXCHANGES);
            world.run();
            assertThat(server.ended).as("an honest session was ended").isFalse();
            if (!browser.slept) {
                assertThat(browser.held).isEqualTo(server.family.active());
            }
        };
    }

    @Test
    void nobody_honest_is_punished_for_what_network_nodes_and_clocks_do() {
        Simulation.everySeed(3_000, honest(GRACE));
    }

    @Test
    void without_a_grace_somebody_honest_is_punished() {
        Simulation.someSeedFails(50, honest(Duration.ZERO));
    }

    /** Owner and thief hold the same token and refresh whenever they like, each beyond the grace of the other. */
    private static Consumer<Simulation> stolen(Duration grace) {
        return world -> {
            var server = new Server(world, grace);
            for (int before = world.below(5); before > 0; before--) {
                world.after(world.below(100_000), () -> server.present(server.family.active(), false));
            }
            world.run();
            var held = new Place[] {server.family.active(), server.family.active()};
            var turns = new int[2];
            int side = world.below(2);
            while (!server.ended && Math.min(turns[0], turns[1]) < 3) {
                int stay = world.between(1, 4);
                for (int turn = 0; turn < stay && !server.ended; turn++) {
                    world.after(world.between(32_000, 900_000), () -> {});
                    world.run();
                    var answer = server.present(held[side], false);
                    held[side] = answer == null ? held[side] : answer;
                }
                turns[side]++;
                side = 1 - side;
            }
            assertThat(server.ended).as("a thief went unseen").isTrue();
        };
    }

    @Test
    void a_thief_is_found_at_the_second_return_of_either() {
        Simulation.everySeed(3_000, stolen(GRACE));
    }

    @Test
    void with_a_grace_without_end_a_thief_goes_unseen() {
        Simulation.someSeedFails(50, stolen(Duration.ofDays(10_000)));
    }
}
