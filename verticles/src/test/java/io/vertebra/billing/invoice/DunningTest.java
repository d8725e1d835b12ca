package io.vertebra.billing.invoice;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertebra.billing.invoice.Dunning.State;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class DunningTest {
    private static final Instant ISSUED = Instant.parse("2027-01-01T00:00:00Z");

    @Test
    void each_failure_is_followed_by_a_later_attempt_and_then_by_patience() {
        var first = ISSUED.plusSeconds(5);
        var second = first.plus(Duration.ofDays(3));
        var third = second.plus(Duration.ofDays(5));
        var fourth = third.plus(Duration.ofDays(7));

        assertThat(step(List.of(), ISSUED)).isEqualTo(new Dunning.Step(State.COLLECTING, 1, ISSUED));
        assertThat(step(List.of(first), first)).isEqualTo(new Dunning.Step(State.RETRYING, 2, second));
        assertThat(step(List.of(first, second), second)).isEqualTo(new Dunning.Step(State.RETRYING, 3, third));
        assertThat(step(List.of(first, second, third), third)).isEqualTo(new Dunning.Step(State.RETRYING, 4, fourth));
        var all = List.of(first, second, third, fourth);
        var lost = fourth.plus(Duration.ofDays(14));
        assertThat(step(all, fourth)).isEqualTo(new Dunning.Step(State.SUSPENDED, 0, lost));
        assertThat(step(all, lost.minusMillis(1)).state()).isEqualTo(State.SUSPENDED);
        assertThat(step(all, lost)).isEqualTo(new Dunning.Step(State.LOST, 0, null));
    }

    @Test
    void an_attempt_is_due_when_its_time_has_come() {
        var failed = List.of(ISSUED);
        var due = ISSUED.plus(Duration.ofDays(3));

        assertThat(step(failed, due.minusMillis(1)).due(due.minusMillis(1))).isFalse();
        assertThat(step(failed, due).due(due)).isTrue();
    }

    private static Dunning.Step step(List<Instant> failures, Instant now) {
        return Dunning.step(Dunning.STANDARD, ISSUED, failures, now);
    }
}
