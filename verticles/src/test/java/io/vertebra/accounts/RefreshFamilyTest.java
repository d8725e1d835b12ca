package io.vertebra.accounts;

import static io.vertebra.accounts.RefreshFamily.Outcome.REISSUED;
import static io.vertebra.accounts.RefreshFamily.Outcome.REPLAYED;
import static io.vertebra.accounts.RefreshFamily.Outcome.REUSED;
import static io.vertebra.accounts.RefreshFamily.Outcome.ROTATED;
import static io.vertebra.accounts.RefreshFamily.Outcome.TOO_FAST;
import static io.vertebra.accounts.RefreshFamily.Outcome.UNKNOWN;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertebra.accounts.RefreshFamily.Outcome;
import io.vertebra.accounts.RefreshFamily.Place;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/** The state machine of docs/tokens.md: its table by examples, its promises by properties. */
class RefreshFamilyTest {
    private static final Duration GRACE = Duration.ofSeconds(30);
    private static final Instant START = Instant.parse("2026-11-20T12:00:00Z");

    private RefreshFamily family = RefreshFamily.begun(START);
    private Instant now = START;

    private Outcome present(Place place) {
        var step = family.present(place, now, GRACE);
        family = step.next();
        return step.outcome();
    }

    private void pass(long seconds) {
        now = now.plusSeconds(seconds);
    }

    @Test
    void the_active_token_is_rotated() {
        var first = family.active();
        assertThat(present(first)).isEqualTo(ROTATED);
        assertThat(family.active()).isEqualTo(new Place(2, 0)).isNotEqualTo(first);
    }

    @Test
    void two_tabs_at_once_get_the_same_successor() {
        var shared = family.active();
        assertThat(present(shared)).isEqualTo(ROTATED);
        var successor = family.active();
        pass(1);
        assertThat(present(shared)).isEqualTo(REPLAYED);
        assertThat(family.active()).isEqualTo(successor);
    }

    @Test
    void a_lost_answer_is_given_again_within_the_grace() {
        var old = family.active();
        present(old);
        pass(30);
        assertThat(present(old)).isEqualTo(REPLAYED);
    }

    @Test
    void a_lost_answer_is_made_good_once_long_after() {
        var old = family.active();
        present(old);
        var lost = family.active();
        pass(86_400);
        assertThat(present(old)).isEqualTo(REISSUED);
        assertThat(family.active()).isNotEqualTo(lost);
        assertThat(present(family.active())).isEqualTo(ROTATED);
    }

    @Test
    void two_tabs_that_wake_together_long_after_a_lost_answer_get_the_same_token() {
        var old = family.active();
        present(old);
        pass(86_400);
        assertThat(present(old)).isEqualTo(REISSUED);
        var again = family.active();
        pass(2);
        assertThat(present(old)).isEqualTo(REPLAYED);
        assertThat(family.active()).isEqualTo(again);
    }

    @Test
    void an_answer_that_was_only_late_still_works_for_a_moment() {
        var old = family.active();
        present(old);
        var late = family.active();
        pass(60);
        present(old);
        pass(5);
        assertThat(present(late)).isEqualTo(REPLAYED);
    }

    @Test
    void an_answer_that_was_taken_for_lost_and_is_used_later_is_reuse() {
        var old = family.active();
        present(old);
        var stolen = family.active();
        pass(60);
        present(old);
        pass(31);
        assertThat(present(stolen)).isEqualTo(REUSED);
    }

    @Test
    void a_token_is_made_good_only_once() {
        var old = family.active();
        present(old);
        pass(60);
        assertThat(present(old)).isEqualTo(REISSUED);
        pass(60);
        assertThat(present(old)).isEqualTo(REUSED);
    }

    @Test
    void a_token_whose_successor_was_used_is_reuse_after_the_grace() {
        var old = family.active();
        present(old);
        present(family.active());
        pass(31);
        assertThat(present(old)).isEqualTo(REUSED);
    }

    @Test
    void a_slow_page_may_lag_several_rotations_within_the_grace() {
        var old = family.active();
        present(old);
        present(family.active());
        present(family.active());
        pass(10);
        assertThat(present(old)).isEqualTo(REPLAYED);
    }

    @Test
    void a_client_that_rotates_without_pause_is_told_to_wait() {
        for (int i = 0; i < RefreshFamily.ROTATIONS_MAX; i++) {
            assertThat(present(family.active())).isEqualTo(ROTATED);
        }
        assertThat(present(family.active())).isEqualTo(TOO_FAST);
        pass(31);
        assertThat(present(family.active())).isEqualTo(ROTATED);
        assertThat(family.rotations()).hasSize(1);
    }

    @Test
    void a_token_of_a_later_state_changes_nothing() {
        var before = family;
        assertThat(present(new Place(7, 0))).isEqualTo(UNKNOWN);
        assertThat(present(new Place(1, 1))).isEqualTo(UNKNOWN);
        assertThat(family).isEqualTo(before);
    }

    @Test
    void a_node_whose_clock_is_behind_punishes_nobody() {
        var old = family.active();
        present(old);
        pass(-20);
        assertThat(present(old)).isEqualTo(REPLAYED);
    }

    /** What a client does next: how long it waits, and which of its answers get lost or come twice. */
    record Turn(int pauseSeconds, boolean lost, int tabs) {}

    @Provide
    Arbitrary<List<Turn>> turns() {
        var pauses = Arbitraries.integers().between(10, 100_000);
        var tabs = Arbitraries.integers().between(1, 4);
        var turn =
                Combinators.combine(pauses, Arbitraries.of(true, false), tabs).as(Turn::new);
        return turn.list().ofMinSize(1).ofMaxSize(60);
    }

    @Property(tries = 2_000)
    void an_honest_client_is_never_taken_for_a_thief(@ForAll("turns") List<Turn> turns) {
        var held = family.active();
        boolean lostBefore = false;
        for (var turn : turns) {
            pass(turn.pauseSeconds());
            boolean anyAnswer = false;
            for (int tab = 0; tab < turn.tabs(); tab++) {
                assertThat(present(held)).isIn(ROTATED, REPLAYED, REISSUED);
                anyAnswer |= tab > 0;
            }
            // A client that got no answer asks again; two answers in a row are not lost for ever.
            boolean lost = turn.lost() && !lostBefore && !anyAnswer;
            if (!lost) {
                held = family.active();
            }
            lostBefore = lost;
        }
    }

    @Property(tries = 2_000)
    void a_stolen_token_lives_on_for_one_side_only(
            @ForAll @Size(min = 4, max = 60) List<@IntRange(min = 0, max = 1) Integer> order,
            @ForAll @IntRange(min = 31, max = 100_000) int pause) {
        var held = new ArrayList<>(List.of(family.active(), family.active()));
        boolean ended = false;
        int changes = 0;
        int before = -1;
        for (int side : order) {
            pass(pause);
            ended = present(held.get(side)) == REUSED;
            if (ended) {
                break;
            }
            changes += side == before ? 0 : 1;
            before = side;
            held.set(side, family.active());
        }
        // Owner and thief take turns: the second time that one of them comes back, the session ends.
        assertThat(ended || changes <= 3).isTrue();
    }

    @Property(tries = 1_000)
    void what_is_kept_stays_small_and_the_active_token_only_grows(
            @ForAll @Size(max = 100) List<@IntRange(min = 0, max = 3) Integer> back,
            @ForAll @IntRange(min = 0, max = 40) int pause) {
        for (int steps : back) {
            pass(pause);
            var before = family.active();
            var outcome = present(new Place(Math.max(1, family.generation() - steps), 0));
            assertThat(family.rotations().size()).isLessThanOrEqualTo(RefreshFamily.ROTATIONS_MAX);
            assertThat(family.generation()).isGreaterThanOrEqualTo(before.generation());
            if (EnumSet.of(REPLAYED, REUSED, TOO_FAST, UNKNOWN).contains(outcome)) {
                assertThat(family.active()).isEqualTo(before);
            }
        }
    }
}
