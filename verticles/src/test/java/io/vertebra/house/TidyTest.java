package io.vertebra.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Ceilings and banned calls, on the sources. A ceiling is only ever lowered. */
class TidyTest {
    private static final Path ROOT = Path.of("").toAbsolutePath().getParent();
    private static final int FILE_LINES = 400;
    private static final int CONTRACT_LINES = 300;
    private static final int VERTICLE_LINES = 150;
    private static final int METHOD_LINES = 40;
    private static final int LINE_COLUMNS = 120;
    private static final int DOMAIN_FILES = 20;
    private static final Pattern METHOD =
            Pattern.compile("^( {4}| {8})(?! |return|new|if|for|while|switch|try|synchronized|static \\{)"
                    + "(?:[\\w<>\\[\\],.?@ ]+ )?\\w+\\([^;]*\\)(?: throws [\\w., ]+)? \\{$");

    /** What is banned, with what to use instead. */
    private static final Map<Pattern, String> BANNED = Map.of(
            Pattern.compile("System\\.(out|err)\\b"), "a logger, or the console of the command line",
            Pattern.compile("Thread\\.sleep\\("), "a timer, or the test clock",
            Pattern.compile("\\bInstant\\.now\\(\\)"), "the platform's Clock",
            Pattern.compile("\\bLocal(Date|DateTime|Time)\\.now\\(\\)"), "the platform's Clock",
            Pattern.compile("\\.printStackTrace\\("), "a logger",
            Pattern.compile("\\b(FI" + "XME|TO" + "DO|X" + "XX)\\b"), "an issue",
            Pattern.compile("@(Disabled|Ignore)\\b"), "a test that runs",
            Pattern.compile("\\bassume(True|That|False)\\("), "a test that fails when something is missing",
            Pattern.compile("\\bnew Random\\(\\)"), "SecureRandom, or a seeded generator",
            Pattern.compile("followRedirects\\(true\\)"), "followRedirects(false)");

    /** The command line may print; a JVM that watches another may wait. */
    private static boolean mayPrint(Path file) {
        return file.toString().contains("/launcher/");
    }

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

    private static String name(Path file) {
        return ROOT.relativize(file).toString();
    }

    @Test
    void files_stay_below_their_ceilings() throws IOException {
        var tooLong = new TreeMap<String, Integer>();
        for (Path file : sources()) {
            int lines = Files.readAllLines(file).size();
            int ceiling = file.toString().contains("/contract/")
                    ? CONTRACT_LINES
                    : file.toString().endsWith("Verticle.java") ? VERTICLE_LINES : FILE_LINES;
            if (lines > ceiling) {
                tooLong.put(name(file) + " (at most " + ceiling + ")", lines);
            }
        }
        assertThat(tooLong).isEmpty();
    }

    @Test
    void lines_stay_below_120_columns() throws IOException {
        var tooWide = new ArrayList<String>();
        for (Path file : sources()) {
            var lines = Files.readAllLines(file);
            for (int i = 0; i < lines.size(); i++) {
                if (lines.get(i).length() > LINE_COLUMNS && !lines.get(i).startsWith("import ")) {
                    tooWide.add(name(file) + ":" + (i + 1));
                }
            }
        }
        assertThat(tooWide).isEmpty();
    }

    @Test
    void methods_stay_below_40_lines() throws IOException {
        var tooLong = new ArrayList<String>();
        for (Path file : sources()) {
            var lines = Files.readAllLines(file);
            for (int i = 0; i < lines.size(); i++) {
                var head = METHOD.matcher(lines.get(i));
                if (head.matches()) {
                    int end = i;
                    while (end < lines.size() && !lines.get(end).equals(head.group(1) + "}")) {
                        end++;
                    }
                    if (end - i - 1 > METHOD_LINES) {
                        tooLong.add(name(file) + ":" + (i + 1) + " has " + (end - i - 1) + " lines");
                    }
                }
            }
        }
        assertThat(tooLong).isEmpty();
    }

    @Test
    void banned_calls_are_absent() throws IOException {
        var found = new ArrayList<String>();
        for (Path file : sources()) {
            if (file.endsWith("TidyTest.java")) {
                continue;
            }
            var lines = Files.readAllLines(file);
            for (int i = 0; i < lines.size(); i++) {
                for (var ban : BANNED.entrySet()) {
                    boolean printing = ban.getKey().pattern().startsWith("System");
                    if (ban.getKey().matcher(lines.get(i)).find() && !(printing && mayPrint(file))) {
                        found.add(name(file) + ":" + (i + 1) + " use " + ban.getValue());
                    }
                }
            }
        }
        assertThat(found).isEmpty();
    }

    @Test
    void a_domain_stays_small() throws IOException {
        try (Stream<Path> packages = Files.list(ROOT.resolve("verticles/src/main/java/io/vertebra"))) {
            for (Path room : packages.filter(Files::isDirectory).toList()) {
                if (List.of("kernel", "launcher").contains(room.getFileName().toString())) {
                    continue;
                }
                try (Stream<Path> files = Files.list(room)) {
                    assertThat(files.count()).as(name(room)).isLessThanOrEqualTo(DOMAIN_FILES);
                }
            }
        }
    }

    @Test
    void every_package_says_what_it_is_for() throws IOException {
        for (Path file : sources()) {
            if (file.toString().contains("/src/main/")) {
                assertThat(file.resolveSibling("package-info.java")).exists();
            }
        }
    }

    @Test
    void migrations_are_named_by_time_domain_and_purpose() throws IOException {
        try (Stream<Path> files = Files.walk(ROOT.resolve("sql"))) {
            for (Path file : files.filter(f -> f.toString().endsWith(".sql")).toList()) {
                var domain = file.getParent().getFileName().toString();
                assertThat(file.getFileName().toString()).matches("\\d{14}_" + domain + "_[a-z0-9_]+\\.sql");
            }
        }
    }
}
