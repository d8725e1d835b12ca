package io.vertebra.kernel.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertebra.testing.Simulation;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Jobs that fail, run late and die with their node, whose end is noted late or never, over simulated days. */
class RetryScheduleSimulationTest {
    private static final Duration FIRST = Duration.ofSeconds(2);
    private static final Duration MAX = Duration.ofMinutes(10);
    private static final Duration LEASE = Duration.ofSeconds(30);
    private static final int ATTEMPTS_MAX = 6;
    private static final int RUNS = 60;

    /** A job as its row says it stands. */
    private static final class Job {
        private final Simulation world;
        private final RetrySchedule retries;
        private final Optional<Schedule> schedule;
        private final double failing;
        private final List<Duration> pauses = new ArrayList<>();
        private int attempts;
        private int failures;
        private int runs;
        private boolean over;

        Job(Simulation world, RetrySchedule retries, Optional<Schedule> schedule) {
            this.world = world;
            this.retries = retries;
            this.schedule = schedule;
            this.failing = world.chance(0.3) ? 1 : world.below(100) / 100.0;
        }

        void run() {
            runs++;
            if (runs == RUNS) {
                return;
            }
            long took = world.below(20_000);
            if (world.chance(0.1)) {
                // The node dies, or the note of its end is lost: the lease runs out, and nobody counts a failure.
                world.after(took + LEASE.toMillis(), this::run);
            } else {
                world.after(took, () -> end(world.chance(failing)));
            }
        }

        private void end(boolean failed) {
            var now = world.now();
            var scheduled = schedule.flatMap(regular -> regular.next(now));
            attempts = failed ? attempts + 1 : 0;
            failures += failed ? 1 : 0;
            var next = failed ? retries.due(attempts, now, scheduled) : scheduled;
            if (failed) {
                check(next, now, scheduled);
            }
            over = next.isEmpty();
            next.ifPresent(at -> world.after(Duration.between(now, at).toMillis(), this::run));
        }

        private void check(Optional<Instant> next, Instant now, Optional<Instant> scheduled) {
            if (scheduled.isEmpty()) {
                assertThat(next.isEmpty()).as("gives up after so many").isEqualTo(attempts == ATTEMPTS_MAX);
            } else {
                assertThat(next).isPresent();
                assertThat(next.get()).isBeforeOrEqualTo(scheduled.get());
            }
            next.ifPresent(at -> {
                var pause = Duration.between(now, at);
                boolean regular = scheduled.filter(at::equals).isPresent();
                assertThat(pause).isLessThanOrEqualTo(MAX);
                assertThat(pause).isGreaterThan(Duration.ZERO);
                assertThat(regular || pause.compareTo(FIRST) >= 0).isTrue();
                if (attempts > 1 && !regular) {
                    assertThat(pause).isGreaterThanOrEqualTo(pauses.getLast());
                }
                if (attempts == 1) {
                    pauses.clear();
                }
                pauses.add(regular ? Duration.ZERO : pause);
            });
        }
    }

    private static Consumer<Simulation> jobs(RetrySchedule retries) {
        return world -> {
            var regular = List.of(
                    Optional.<Schedule>empty(),
                    Optional.of(Schedule.each(Duration.ofSeconds(world.between(1, 900)))),
                    Optional.of(Schedule.cron("*/" + world.between(1, 10) + " * * * *")));
            var job = new Job(world, retries, regular.get(world.below(regular.size())));
            job.run();
            world.run();
            if (job.schedule.isPresent()) {
                assertThat(job.runs).as("a repeated job goes on").isEqualTo(RUNS);
            } else {
                assertThat(job.over || job.runs == RUNS).isTrue();
                assertThat(job.failures).isLessThanOrEqualTo(ATTEMPTS_MAX);
            }
        };
    }

    @Test
    void what_fails_is_tried_again_in_growing_pauses_and_never_later_than_planned() {
        Simulation.everySeed(1_000, jobs(new RetrySchedule(new Backoff(FIRST, MAX), ATTEMPTS_MAX)));
    }

    @Test
    void without_a_longest_pause_somebody_waits_for_too_long() {
        Simulation.someSeedFails(
                200, jobs(new RetrySchedule(new Backoff(Duration.ofMinutes(1), Duration.ofDays(9)), ATTEMPTS_MAX)));
    }

    @Test
    void without_a_last_attempt_a_one_off_goes_on_for_ever() {
        Simulation.someSeedFails(200, jobs(new RetrySchedule(new Backoff(FIRST, MAX), Integer.MAX_VALUE)));
    }
}
