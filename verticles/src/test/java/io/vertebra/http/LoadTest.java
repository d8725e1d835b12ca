package io.vertebra.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LoadTest {
    @Test
    void the_loops_of_a_node_share_what_it_may_run() {
        assertThat(runs(new Pipeline.Load(2_000, 8))).isEqualTo(250);
        assertThat(runs(new Pipeline.Load(2, 8))).isEqualTo(1);
    }

    @Test
    void an_announcement_reserves_little() {
        assertThat(Body.firstBytes(1_000_000, 1_048_576)).isEqualTo(4_096);
        assertThat(Body.firstBytes(-1, 1_048_576)).isEqualTo(64);
    }

    private static long runs(Pipeline.Load load) {
        return IntStream.range(0, 10_000)
                .takeWhile(i -> !load.full())
                .peek(i -> load.begin())
                .count();
    }
}
