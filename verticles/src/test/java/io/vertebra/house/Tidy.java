package io.vertebra.house;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The rules of {@link TidyTest}: each names what breaks it. A ceiling is only ever lowered.
 *
 * @param root the folder that paths are named from
 */
record Tidy(Path root) {
    private static final int FILE_LINES = 400;
    private static final int CONTRACT_LINES = 300;
    private static final int VERTICLE_LINES = 150;
    private static final int METHOD_LINES = 40;
    private static final int LINE_COLUMNS = 120;
    private static final int ROOM_FILES = 20;
    private static final Pattern METHOD =
            Pattern.compile("^( {4}| {8})(?! |return|new|if|for|while|switch|try|synchronized|static \\{)"
                    + "(?:[\\w<>\\[\\],.?@ ]+ )?\\w+\\([^;]*\\)(?: throws [\\w., ]+)? \\{$");

    /** What is banned, with what to use instead. */
    static final Map<Pattern, String> BANNED = Map.of(
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

    private String name(Path file) {
        return root.relativize(file).toString();
    }

    Map<String, Integer> longFiles(List<Path> sources) throws IOException {
        var tooLong = new TreeMap<String, Integer>();
        for (Path file : sources) {
            int lines = Files.readAllLines(file).size();
            int ceiling = file.toString().contains("/contract/")
                    ? CONTRACT_LINES
                    : file.toString().endsWith("Verticle.java") ? VERTICLE_LINES : FILE_LINES;
            if (lines > ceiling) {
                tooLong.put(name(file) + " (at most " + ceiling + ")", lines);
            }
        }
        return tooLong;
    }

    List<String> wideLines(List<Path> sources) throws IOException {
        var tooWide = new ArrayList<String>();
        for (Path file : sources) {
            var lines = Files.readAllLines(file);
            for (int i = 0; i < lines.size(); i++) {
                if (lines.get(i).length() > LINE_COLUMNS && !lines.get(i).startsWith("import ")) {
                    tooWide.add(name(file) + ":" + (i + 1));
                }
            }
        }
        return tooWide;
    }

    List<String> longMethods(List<Path> sources) throws IOException {
        var tooLong = new ArrayList<String>();
        for (Path file : sources) {
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
        return tooLong;
    }

    List<String> bannedCalls(List<Path> sources) throws IOException {
        var found = new ArrayList<String>();
        for (Path file : sources) {
            if (file.endsWith("house/Tidy.java")) {
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
        return found;
    }

    /** The command line may print. */
    private static boolean mayPrint(Path file) {
        return file.toString().contains("/launcher/");
    }

    /** Rooms, one folder each, with too many files; the kernel and the launcher have rooms within. */
    List<String> fullRooms(Path rooms) throws IOException {
        var full = new ArrayList<String>();
        try (Stream<Path> packages = Files.list(rooms)) {
            for (Path room : packages.filter(Files::isDirectory).toList()) {
                boolean house = List.of("kernel", "launcher")
                        .contains(room.getFileName().toString());
                try (Stream<Path> files = Files.list(room)) {
                    if (!house && files.count() > ROOM_FILES) {
                        full.add(name(room));
                    }
                }
            }
        }
        return full;
    }

    List<String> silentPackages(List<Path> sources) {
        return sources.stream()
                .filter(file -> file.toString().contains("/src/main/"))
                .filter(file -> !Files.exists(file.resolveSibling("package-info.java")))
                .map(this::name)
                .toList();
    }

    List<String> misnamedMigrations(Path sql) throws IOException {
        try (Stream<Path> files = Files.walk(sql)) {
            return files.filter(file -> file.toString().endsWith(".sql"))
                    .filter(file -> !file.getFileName()
                            .toString()
                            .matches("\\d{14}_" + file.getParent().getFileName() + "_[a-z0-9_]+\\.sql"))
                    .map(this::name)
                    .toList();
        }
    }
}
