package io.vertebra.accounts;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class KeyRingTest {
    private static final Duration ROTATION = Duration.ofDays(30);
    private static final Duration LEAD = Duration.ofDays(1);
    private static final Duration LIFETIME = Duration.ofMinutes(10);
    private static final Instant START = Instant.parse("2026-11-20T12:00:00Z");

    private static KeyRing.Key key(String kid, Instant created, Instant from) {
        return new KeyRing.Key(kid, "n", "AQAB", new byte[0], created, from);
    }

    @Test
    void over_a_year_every_key_is_published_a_day_before_it_signs_and_outlives_its_tokens() {
        var keys = new ArrayList<>(List.of(key("1", START, Instant.EPOCH)));
        String signing = "1";
        int made = 1;
        for (var now = START; now.isBefore(START.plus(Duration.ofDays(365))); now = now.plus(Duration.ofMinutes(10))) {
            var at = now;
            if (KeyRing.isNextDue(keys, now, ROTATION, LEAD)) {
                keys.add(key(Integer.toString(++made), now, now.plus(LEAD)));
            }
            var current = KeyRing.current(keys, now);
            assertThat(current).isNotNull();
            if (!current.kid().equals(signing)) {
                assertThat(Duration.between(current.createdAt(), now)).isGreaterThanOrEqualTo(LEAD);
                signing = current.kid();
            }
            assertThat(KeyRing.isOver(current, keys, now, LIFETIME)).isFalse();
            var past = KeyRing.current(keys, now.minus(LIFETIME));
            assertThat(past == null || !KeyRing.isOver(past, keys, now, LIFETIME))
                    .isTrue();
            keys.removeIf(key -> KeyRing.isOver(key, keys, at, LIFETIME));
            assertThat(keys).hasSizeBetween(1, 2);
        }
        assertThat(Integer.parseInt(signing)).isBetween(12, 13);
    }

    @Test
    void without_a_key_the_first_is_due_at_once() {
        assertThat(KeyRing.isNextDue(List.of(), START, ROTATION, LEAD)).isTrue();
        assertThat(KeyRing.current(List.of(), START)).isNull();
    }
}
