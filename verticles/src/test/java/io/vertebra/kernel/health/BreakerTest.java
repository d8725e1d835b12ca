package io.vertebra.kernel.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertebra.bus.Problem;
import io.vertx.core.Future;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class BreakerTest {
    private final Part part = new Health(Clock.systemUTC()).vital("database");
    private long now;
    private int calls;
    private final Breaker breaker = new Breaker(
            "The database", part, 3, Duration.ofNanos(100), cause -> cause instanceof IOException, () -> now);

    private Future<String> call(Future<String> outcome) {
        return breaker.guard(() -> {
            calls++;
            return outcome;
        });
    }

    private void outages(int count) {
        for (int i = 0; i < count; i++) {
            call(Future.failedFuture(new IOException("gone")));
        }
    }

    @Test
    void outages_in_a_row_open_it_and_then_calls_fail_at_once() {
        outages(3);
        assertThat(breaker.isOpen()).isTrue();
        assertThat(part.status().state()).isEqualTo(State.UNHEALTHY);
        var refused = call(Future.succeededFuture("never run"));
        assertThat(calls).isEqualTo(3);
        assertThat(refused.cause()).isInstanceOfSatisfying(Problem.class, problem -> {
            assertThat(problem.status()).isEqualTo(503);
            assertThat(problem.more()).containsEntry("retryAfter", 1);
        });
    }

    @Test
    void other_failures_prove_that_the_server_is_there() {
        outages(2);
        call(Future.failedFuture(new IllegalStateException("refused")));
        outages(2);
        assertThat(breaker.isOpen()).isFalse();
        assertThat(call(Future.succeededFuture("ok")).result()).isEqualTo("ok");
        assertThat(part.status().state()).isEqualTo(State.HEALTHY);
    }

    @Test
    void after_the_pause_one_call_at_a_time_tries() {
        outages(3);
        now = 100;
        assertThat(breaker.passes()).isTrue();
        assertThat(breaker.passes()).isFalse();
        now = 200;
        assertThat(call(Future.succeededFuture("back")).result()).isEqualTo("back");
        assertThat(breaker.isOpen()).isFalse();
        assertThat(part.status().state()).isEqualTo(State.HEALTHY);
    }

    @Test
    void a_failed_trial_keeps_it_open() {
        outages(3);
        now = 150;
        outages(1);
        assertThat(breaker.passes()).isFalse();
        now = 250;
        assertThat(breaker.passes()).isTrue();
    }

    @Test
    void a_call_that_throws_is_a_failed_call() {
        var thrown = breaker.guard(() -> {
            throw new IllegalStateException("bug");
        });
        assertThat(thrown.cause()).hasMessage("bug");
    }
}
