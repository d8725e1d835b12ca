package io.vertebra.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Shows each rule of {@link Tidy} something that breaks it, and the same within its limit. */
class TidyControlTest {
    @TempDir
    private Path root;

    private Tidy tidy;

    @BeforeEach
    void begin() {
        tidy = new Tidy(root);
    }

    private List<Path> file(String name, String text) throws IOException {
        var file = root.resolve(name);
        Files.createDirectories(file.getParent());
        return List.of(Files.writeString(file, text));
    }

    @Test
    void a_long_file_is_found_by_the_ceiling_of_its_kind() throws IOException {
        assertThat(tidy.longFiles(file("orgs/Orgs.java", "\n".repeat(400)))).isEmpty();
        assertThat(tidy.longFiles(file("orgs/Orgs.java", "\n".repeat(401)))).containsValue(401);
        assertThat(tidy.longFiles(file("contract/Orgs.java", "\n".repeat(301))))
                .containsKey("contract/Orgs.java (at most 300)");
        assertThat(tidy.longFiles(file("orgs/OrgsVerticle.java", "\n".repeat(151))))
                .hasSize(1);
    }

    @Test
    void a_wide_line_is_found() throws IOException {
        assertThat(tidy.wideLines(file("A.java", "x".repeat(120)))).isEmpty();
        assertThat(tidy.wideLines(file("A.java", "\n" + "x".repeat(121)))).containsExactly("A.java:2");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "    void run() {",
                "    @Override public <T> List<T> run(Map<String, T> of, int... more) throws IOException {",
                "        private Inner(String text) {"
            })
    void a_long_method_is_found(String head) throws IOException {
        var end = head.startsWith("        ") ? "        }" : "    }";
        var body = "            call();\n";
        assertThat(tidy.longMethods(file("A.java", head + "\n" + body.repeat(40) + end)))
                .isEmpty();
        assertThat(tidy.longMethods(file("A.java", head + "\n" + body.repeat(41) + end)))
                .containsExactly("A.java:1 has 41 lines");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Sys|tem.out.println(1);",
                "Sys|tem.err.println(1);",
                "Thread|.sleep(10);",
                "var now = Instant|.now();",
                "var day = LocalDate|.now();",
                "failure.print|StackTrace();",
                "// TO|DO later",
                "// FI|XME",
                "@Dis|abled",
                "assume|True(ready);",
                "var dice = new |Random();",
                "options.follow|Redirects(true)"
            })
    void a_banned_call_is_found(String line) throws IOException {
        assertThat(tidy.bannedCalls(file("orgs/A.java", "\n" + line.replace("|", ""))))
                .singleElement()
                .asString()
                .startsWith("orgs/A.java:2 use ");
    }

    @Test
    void only_the_command_line_prints() throws IOException {
        var printing = "Sys" + "tem.out.println(1);";
        assertThat(tidy.bannedCalls(file("io/launcher/A.java", printing))).isEmpty();
        assertThat(tidy.bannedCalls(file("io/launcher/B.java", "Thread" + ".sleep(1);")))
                .hasSize(1);
    }

    @Test
    void a_room_with_too_many_files_is_found() throws IOException {
        for (int i = 0; i < 20; i++) {
            file("rooms/orgs/F" + i, "");
            file("rooms/kernel/F" + i, "");
        }
        assertThat(tidy.fullRooms(root.resolve("rooms"))).isEmpty();
        file("rooms/orgs/OneMore", "");
        file("rooms/kernel/OneMore", "");
        assertThat(tidy.fullRooms(root.resolve("rooms"))).containsExactly("rooms/orgs");
    }

    @Test
    void a_package_that_says_nothing_is_found() throws IOException {
        var silent = file("m/src/main/orgs/A.java", "");
        assertThat(tidy.silentPackages(silent)).containsExactly("m/src/main/orgs/A.java");
        file("m/src/main/orgs/package-info.java", "");
        assertThat(tidy.silentPackages(silent)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "20261120120000_accounts_tables.sql",
                "2026_orgs_tables.sql",
                "20261120120000_orgs.sql",
                "20261120120000_orgs_Tables.sql"
            })
    void a_misnamed_migration_is_found(String name) throws IOException {
        file("sql/orgs/20261120120000_orgs_tables.sql", "");
        assertThat(tidy.misnamedMigrations(root.resolve("sql"))).isEmpty();
        file("sql/orgs/" + name, "");
        assertThat(tidy.misnamedMigrations(root.resolve("sql"))).containsExactly("sql/orgs/" + name);
    }
}
