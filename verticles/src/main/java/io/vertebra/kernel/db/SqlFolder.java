package io.vertebra.kernel.db;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The folder of the migrations: one folder per domain, files named {@code {timestamp}_{domain}_{description}.sql}.
 *
 * @param path where it is
 */
public record SqlFolder(Path path) {
    private static final Pattern NAME = Pattern.compile("(\\d{14})_([a-z]+)_[a-z0-9_]+\\.sql");

    /**
     * One migration.
     *
     * @param version its timestamp, unique over all domains
     */
    record File(String version, String domain, String name, String sql) {}

    /** The folder that is set, or {@code sql} above the jar, or else above the working directory. */
    public static SqlFolder find(@Nullable String set) {
        if (set != null && !set.isBlank()) {
            return new SqlFolder(Path.of(set));
        }
        for (var start : List.of(programFolder(), Path.of("").toAbsolutePath())) {
            var at = start;
            for (int up = 0; up < 4 && at != null; up++, at = at.getParent()) {
                if (Files.isDirectory(at.resolve("sql").resolve("kernel"))) {
                    return new SqlFolder(at.resolve("sql"));
                }
            }
        }
        throw new IllegalStateException(
                "The folder of the migrations (sql) stands neither above the program nor above the working directory.");
    }

    private static Path programFolder() {
        try {
            var source = SqlFolder.class.getProtectionDomain().getCodeSource();
            var place = Path.of(source.getLocation().toURI()).toAbsolutePath();
            return Objects.requireNonNullElse(place.getParent(), place);
        } catch (URISyntaxException e) {
            throw new IllegalStateException("The place of the program is not a file.", e);
        }
    }

    /** The domains that have a folder, the kernel first. */
    public List<String> domains() {
        try (var folders = Files.list(path)) {
            return folders.filter(Files::isDirectory)
                    .map(folder -> folder.getFileName().toString())
                    .sorted(Comparator.comparing((String name) -> !name.equals("kernel"))
                            .thenComparing(Comparator.naturalOrder()))
                    .toList();
        } catch (IOException e) {
            throw new IllegalStateException("The folder of the migrations " + path + " cannot be read.", e);
        }
    }

    /** All migrations in the order in which they run. */
    List<File> files() {
        var all = new ArrayList<File>();
        var names = new HashMap<String, String>();
        for (var domain : domains()) {
            for (var file : read(domain)) {
                var other = names.put(file.version(), file.name());
                if (other != null) {
                    throw new IllegalStateException(
                            "Two migrations have one timestamp: " + other + " and " + file.name() + ".");
                }
                all.add(file);
            }
        }
        all.sort(Comparator.comparing(File::version));
        return all;
    }

    private List<File> read(String domain) {
        try (var files = Files.list(path.resolve(domain))) {
            var read = new ArrayList<File>();
            for (var file :
                    files.filter(each -> each.toString().endsWith(".sql")).toList()) {
                var name = file.getFileName().toString();
                var match = NAME.matcher(name);
                if (!match.matches() || !match.group(2).equals(domain)) {
                    throw new IllegalStateException("The migration " + file + " must be named {timestamp of 14 digits}_"
                            + domain + "_{description}.sql.");
                }
                read.add(new File(match.group(1), domain, name, Files.readString(file)));
            }
            return read;
        } catch (IOException e) {
            throw new IllegalStateException("The migrations of " + domain + " cannot be read.", e);
        }
    }
}
