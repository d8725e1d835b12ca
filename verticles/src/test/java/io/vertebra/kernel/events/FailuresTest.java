package io.vertebra.kernel.events;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertebra.bus.Problem;
import io.vertebra.bus.Problems;
import io.vertx.core.VertxException;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class FailuresTest {
    @Test
    void surroundings_are_told_from_the_event() {
        var around = List.of(
                Problem.of(Problems.UNAVAILABLE, "away"),
                Problem.of(Problems.DEADLINE_EXCEEDED, "late"),
                new IOException("connection reset"),
                new IllegalStateException(new IOException("connection refused")));
        var own = List.of(
                VertxException.noStackTrace("Parameter at position[0] with class = [String] ..."),
                new IllegalStateException("bug"),
                Problem.notFound("thing"));
        assertThat(around).allMatch(Failures::passing);
        assertThat(own).noneMatch(Failures::passing);
    }
}
