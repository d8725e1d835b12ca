package io.vertebra.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Ceilings and banned calls, on the sources. {@link TidyControlTest} shows that each rule can be broken. */
class TidyTest {
    private static final Path ROOT = Path.of("").toAbsolutePath().getParent();
    private static final Tidy TIDY = new Tidy(ROOT);

    private static List<Path> sources() throws IOException {
        var all = new ArrayList<Path>();
        for (String module : List.of("bus-codecs", "verticles")) {
            try (Stream<Path> files = Files.walk(ROOT.resolve(module).resolve("src"))) {
                files.filter(f -> f.toString().endsWith(".java")).forEach(all::add);
            }
        }
        assertThat(all).hasSizeGreaterThan(50);
        return all;
    }

    @Test
    void files_stay_below_their_ceilings() throws IOException {
        assertThat(TIDY.longFiles(sources())).isEmpty();
    }

    @Test
    void lines_stay_below_120_columns() throws IOException {
        assertThat(TIDY.wideLines(sources())).isEmpty();
    }

    @Test
    void methods_stay_below_40_lines() throws IOException {
        assertThat(TIDY.longMethods(sources())).isEmpty();
    }

    @Test
    void banned_calls_are_absent() throws IOException {
        assertThat(TIDY.bannedCalls(sources())).isEmpty();
    }

    @Test
    void a_domain_stays_small() throws IOException {
        assertThat(TIDY.fullRooms(ROOT.resolve("verticles/src/main/java/io/vertebra")))
                .isEmpty();
    }

    @Test
    void every_package_says_what_it_is_for() throws IOException {
        assertThat(TIDY.silentPackages(sources())).isEmpty();
    }

    @Test
    void migrations_are_named_by_time_domain_and_purpose() throws IOException {
        assertThat(TIDY.misnamedMigrations(ROOT.resolve("sql"))).isEmpty();
    }
}
