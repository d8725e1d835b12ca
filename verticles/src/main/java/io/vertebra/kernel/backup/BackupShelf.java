package io.vertebra.kernel.backup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A folder of backups, one folder each, named by the time at which it was begun, and beside them the archive of the
 * log ({@value #ARCHIVE}), if there is one. What is being made or removed bears another name, so that whatever is named
 * like a backup is whole.
 */
public final class BackupShelf {
    /** The folder of archived segments of the log. */
    public static final String ARCHIVE = "wal";

    private static final Logger LOG = LoggerFactory.getLogger(BackupShelf.class);
    private static final DateTimeFormatter NAME =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);
    private static final Pattern COMPLETE = Pattern.compile("[0-9]{8}T[0-9]{6}Z");
    private static final Pattern UNFINISHED = Pattern.compile("\\.(part|gone)-.*");
    private static final Duration UNFINISHED_MAX = Duration.ofDays(2);
    /** Where the place in the log begins in the name of a segment, after its timeline. */
    private static final int PLACE = 8;

    private final Path folder;

    /** The backups in this folder. */
    public BackupShelf(Path folder) {
        this.folder = folder.toAbsolutePath().normalize();
    }

    /** The archive of the log. */
    public Path archive() {
        return folder.resolve(ARCHIVE);
    }

    /** Every backup that can be read, the oldest first. */
    public List<StoredBackup> backups() {
        return named(COMPLETE).stream().flatMap(BackupShelf::opened).toList();
    }

    /** One that is broken must not stand in the way of the others. */
    private static Stream<StoredBackup> opened(Path path) {
        try {
            return Stream.of(StoredBackup.open(path));
        } catch (BackupRefused e) {
            LOG.warn("A backup is passed over: {}", e.getMessage());
            return Stream.empty();
        }
    }

    /** The newest backup that was finished at this time. */
    public Optional<StoredBackup> newest(Instant until) {
        return backups().reversed().stream()
                .filter(backup -> !backup.about().finishedAt().isAfter(until))
                .findFirst();
    }

    /** Where a backup is made. */
    Path begin(Instant now) throws IOException {
        Files.createDirectories(folder);
        var part = folder.resolve(".part-" + NAME.format(now));
        Copying.folder(part);
        return part;
    }

    /** Gives a finished backup its name: from then on it is there, also after a crash. */
    Path finish(Path part) throws IOException {
        var name = String.valueOf(part.getFileName()).substring(".part-".length());
        var path = Files.move(part, folder.resolve(name), StandardCopyOption.ATOMIC_MOVE);
        Copying.force(folder);
        return path;
    }

    /**
     * Removes backups that are older than they are kept, never the newest one, then segments of the archive that no
     * backup needs, and what killed nodes left unfinished. Answers the names of the removed backups.
     */
    public List<String> expire(Instant now, Duration retention) throws IOException {
        var before = now.minus(retention);
        var all = backups();
        var removed = new ArrayList<String>();
        var kept = new ArrayList<StoredBackup>();
        for (var backup : all) {
            if (backup.about().finishedAt().isBefore(before) && backup != all.getLast()) {
                remove(backup.path());
                removed.add(backup.toString());
            } else {
                kept.add(backup);
            }
        }
        // After a restore a newer backup may begin at an earlier place, on another timeline.
        var first = kept.stream()
                .map(StoredBackup::firstSegment)
                .min(Comparator.comparing((String segment) -> segment.substring(PLACE)));
        if (first.isPresent()) {
            expireArchive(first.get());
        }
        for (var left : named(UNFINISHED)) {
            var touched = Files.getLastModifiedTime(left).toInstant();
            if (touched.isBefore(now.minus(UNFINISHED_MAX))) {
                Copying.remove(left);
            }
        }
        return removed;
    }

    private void remove(Path backup) throws IOException {
        var gone = folder.resolve(".gone-" + backup.getFileName());
        Files.move(backup, gone, StandardCopyOption.ATOMIC_MOVE);
        Copying.force(folder);
        Copying.remove(gone);
    }

    private void expireArchive(String first) throws IOException {
        if (Files.isDirectory(archive())) {
            try (var all = Files.list(archive())) {
                for (var file : all.filter(one -> Wal.before(String.valueOf(one.getFileName()), first))
                        .toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    private List<Path> named(Pattern pattern) {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (var all = Files.list(folder)) {
            return all.filter(path ->
                            pattern.matcher(String.valueOf(path.getFileName())).matches())
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new BackupRefused("The folder " + folder + " cannot be read: " + e.getMessage() + ".");
        }
    }
}
