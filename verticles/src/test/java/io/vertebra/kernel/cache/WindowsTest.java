package io.vertebra.kernel.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class WindowsTest {
    private static final long MINUTE_MS = 60_000;

    private long nowMs = 1_800_000_000_000L;
    private final Windows windows = new Windows(() -> nowMs);

    private static Check check(long limit) {
        return new Check(List.of(Allowance.perMinute("user", "ann", limit)), List.of());
    }

    @Test
    void no_minute_holds_more_than_the_limit() {
        var random = new Random(7);
        var accepted = new TreeMap<Long, Integer>();
        for (var i = 0; i < 20_000; i++) {
            nowMs += random.nextInt(100) < 2 ? random.nextInt(40_000) : random.nextInt(20);
            if (windows.rule(check(50), 1).allowed()) {
                accepted.merge(nowMs, 1, Integer::sum);
            }
        }
        accepted.keySet().forEach(from -> {
            var within = accepted.subMap(from, from + MINUTE_MS).values().stream()
                    .mapToInt(Integer::intValue)
                    .sum();
            assertThat(within).isLessThanOrEqualTo(50);
        });
        assertThat(accepted).hasSizeGreaterThan(500);
    }

    @Test
    void each_node_holds_its_share() {
        var passed = 0;
        for (var i = 0; i < 100; i++) {
            passed += windows.rule(check(90), 3).allowed() ? 1 : 0;
        }
        assertThat(passed).isEqualTo(30);
    }

    @Test
    void what_one_policy_refuses_counts_against_none() {
        var both = new Check(
                List.of(Allowance.perMinute("key", "k", 1), Allowance.perMinute("user", "u", 100)), List.of());
        assertThat(windows.rule(both, 1).allowed()).isTrue();
        for (var i = 0; i < 10; i++) {
            assertThat(windows.rule(both, 1).allowed()).isFalse();
        }
        var user = new Check(List.of(Allowance.perMinute("user", "u", 100)), List.of());
        assertThat(windows.rule(user, 1).remaining()).containsExactly(98);
    }

    @Test
    void something_comes_back_when_it_is_said() {
        assertThat(windows.rule(check(1), 1).allowed()).isTrue();
        var refused = windows.rule(check(1), 1);
        assertThat(refused.allowed()).isFalse();
        nowMs += refused.resetMs()[0] - 1;
        assertThat(windows.rule(check(1), 1).allowed()).isFalse();
        nowMs += 1;
        assertThat(windows.rule(check(1), 1).allowed()).isTrue();
    }
}
