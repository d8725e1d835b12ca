package io.vertebra.kernel.bus;

import static io.vertebra.kernel.bus.Repetitions.Finding.FIRST;
import static io.vertebra.kernel.bus.Repetitions.Finding.FULL;
import static io.vertebra.kernel.bus.Repetitions.Finding.REPEATED;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Random;
import java.util.UUID;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class RepetitionsTest {
    private static final UUID SENDER = new UUID(0, 1);
    private static final long DEADLINE = 100;

    private final Repetitions seen = new Repetitions();

    private Repetitions.Finding see(long number) {
        return seen.see(SENDER, number, DEADLINE, 0);
    }

    /** Whatever overtakes whatever within the window: every number is taken once. */
    @Property(tries = 50)
    void a_number_is_taken_once_in_any_order(@ForAll long seed) {
        var fresh = new Repetitions();
        var random = new Random(seed);
        var taken = new HashSet<Long>();
        long base = 1;
        for (int i = 0; i < 5_000; i++) {
            base += random.nextInt(40);
            long number = base + random.nextInt(2_000);
            var expected = taken.add(number) ? FIRST : REPEATED;
            assertThat(fresh.see(SENDER, number, DEADLINE, 0)).isEqualTo(expected);
        }
    }

    @Test
    void what_was_overtaken_by_a_whole_window_is_refused() {
        assertThat(see(1)).isEqualTo(FIRST);
        assertThat(see(Repetitions.WINDOW + 1)).isEqualTo(FIRST);
        assertThat(see(1)).isEqualTo(REPEATED);
        assertThat(see(2)).isEqualTo(FIRST);
        assertThat(see(10L * Repetitions.WINDOW)).isEqualTo(FIRST);
        assertThat(see(3)).isEqualTo(REPEATED);
    }

    @Test
    void senders_are_told_apart() {
        assertThat(see(1)).isEqualTo(FIRST);
        assertThat(seen.see(new UUID(0, 2), 1, DEADLINE, 0)).isEqualTo(FIRST);
        assertThat(see(1)).isEqualTo(REPEATED);
    }

    @Test
    void a_sender_too_many_is_refused_until_the_deadlines_of_another_have_passed() {
        for (int i = 0; i < Repetitions.SENDERS_MAX; i++) {
            assertThat(seen.see(new UUID(1, i), 1, DEADLINE + i, 0)).isEqualTo(FIRST);
        }
        assertThat(see(1)).isEqualTo(FULL);
        assertThat(seen.see(new UUID(1, 5), 1, DEADLINE, 0)).isEqualTo(REPEATED);
        assertThat(seen.see(SENDER, 1, 2 * DEADLINE, DEADLINE)).isEqualTo(FIRST);
    }
}
