package io.vertebra.kernel.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;

class ScheduleTest {
    private static final ZoneId VIENNA = ZoneId.of("Europe/Vienna");

    @Test
    void cron_follows_the_clock_of_its_time_zone() {
        var daily = Schedule.cron("5 0 * * *", VIENNA);
        assertThat(daily.next(Instant.parse("2026-07-01T12:00:00Z"))).contains(Instant.parse("2026-07-01T22:05:00Z"));
        assertThat(daily.next(Instant.parse("2026-12-01T12:00:00Z"))).contains(Instant.parse("2026-12-01T23:05:00Z"));
    }

    @Test
    void a_time_that_the_clock_leaves_out_is_due_when_it_is_put_forward() {
        var nightly = Schedule.cron("30 2 * * *", VIENNA);
        var first = nightly.next(Instant.parse("2026-03-28T12:00:00Z")).orElseThrow();
        assertThat(first).isEqualTo(Instant.parse("2026-03-29T01:00:00Z"));
        assertThat(nightly.next(first)).contains(Instant.parse("2026-03-30T00:30:00Z"));
        var often = Schedule.cron("*/20 * * * *", VIENNA);
        assertThat(often.next(Instant.parse("2026-03-29T00:45:00Z"))).contains(Instant.parse("2026-03-29T01:00:00Z"));
        assertThat(often.next(Instant.parse("2026-03-29T01:00:00Z"))).contains(Instant.parse("2026-03-29T01:20:00Z"));
    }

    @Test
    void a_time_that_the_clock_repeats_runs_once_a_day() {
        var nightly = Schedule.cron("30 2 * * *", VIENNA);
        var first = nightly.next(Instant.parse("2026-10-24T12:00:00Z")).orElseThrow();
        assertThat(nightly.next(first).orElseThrow()).isAfter(first.plus(Duration.ofHours(20)));
    }

    @Test
    void a_period_counts_from_the_end_of_a_run() {
        var each = Schedule.each(Duration.ofSeconds(5));
        var now = Instant.parse("2026-01-01T00:00:00Z");
        assertThat(each.first(now)).contains(now);
        assertThat(each.next(now)).contains(now.plusSeconds(5));
    }

    @Test
    void on_demand_is_never_due_by_itself() {
        assertThat(Schedule.onDemand().next(Instant.EPOCH)).isEmpty();
    }

    @Test
    void a_malformed_expression_is_refused_when_it_is_written_down() {
        for (var bad : new String[] {"61 * * * *", "* * * *", "every day"}) {
            assertThatThrownBy(() -> Schedule.cron(bad)).as(bad).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void a_back_off_doubles_up_to_its_limit() {
        var backoff = new Backoff(Duration.ofMillis(200), Duration.ofSeconds(30));
        assertThat(backoff.after(1)).isEqualTo(Duration.ofMillis(200));
        assertThat(backoff.after(3)).isEqualTo(Duration.ofMillis(800));
        assertThat(backoff.after(9)).isEqualTo(Duration.ofSeconds(30));
        assertThat(backoff.after(1_000)).isEqualTo(Duration.ofSeconds(30));
    }
}
