package io.vertebra.kernel.backup;

import io.vertebra.kernel.backup.Manifest.Piece;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** A backup that is whole: its folder is a copy of PostgreSQL's, with the log that makes it consistent. */
public final class StoredBackup {
    private final Path path;
    private final Manifest manifest;
    private final About about;

    private StoredBackup(Path path, Manifest manifest, About about) {
        this.path = path;
        this.manifest = manifest;
        this.about = about;
    }

    /** The backup in this folder; refused when it was never finished, or what it says of itself was changed. */
    public static StoredBackup open(Path path) {
        try {
            if (!Files.exists(path.resolve(Manifest.FILE)) || !Files.exists(path.resolve(About.FILE))) {
                throw new BackupRefused("it is incomplete or no backup: it has no manifest");
            }
            var manifest = Manifest.parse(Files.readString(path.resolve(Manifest.FILE)));
            return new StoredBackup(path, manifest, About.parse(Files.readString(path.resolve(About.FILE))));
        } catch (IOException e) {
            throw refused(path, "it cannot be read: " + e.getMessage());
        } catch (BackupRefused e) {
            throw refused(path, String.valueOf(e.getMessage()));
        }
    }

    private static BackupRefused refused(Path path, String why) {
        return new BackupRefused("The backup " + path + " is refused: " + why + ".");
    }

    /** Where it stands. */
    public Path path() {
        return path;
    }

    /** What it says of itself. */
    public About about() {
        return about;
    }

    /** How many bytes it has. */
    public long bytes() {
        return manifest.pieces().stream().mapToLong(Piece::size).sum();
    }

    /** The first segment of the log that a restore from it reads; archives keep what begins there. */
    String firstSegment() {
        var from = Wal.place(manifest.wal().from());
        return Wal.segments(manifest.wal().timeline(), from, from, about.segmentBytes())
                .getFirst();
    }

    /** Compares every file with the manifest; refused when one is missing, changed, or not of it. */
    public void check() {
        try {
            var known = new HashSet<>(Set.of(Manifest.FILE));
            for (var piece : manifest.pieces()) {
                known.add(piece.path());
                var file = path.resolve(piece.path()).normalize();
                if (!file.startsWith(path) || !Files.isRegularFile(file)) {
                    throw refused(path, piece.path() + " is missing");
                }
                if (Files.size(file) != piece.size() || !Copying.sha256(file).equals(piece.sha256())) {
                    throw refused(path, piece.path() + " was changed");
                }
            }
            var stranger =
                    files().stream().filter(name -> !known.contains(name)).findFirst();
            if (stranger.isPresent()) {
                throw refused(path, stranger.get() + " does not belong to it");
            }
        } catch (IOException e) {
            throw refused(path, "it cannot be read: " + e.getMessage());
        }
    }

    /** Copies the data to a folder that is not there yet, checking each file on the way. */
    public void copyTo(Path target) {
        try {
            Copying.folder(target);
            for (var folder : folders()) {
                Copying.folder(target.resolve(path.relativize(folder).toString()));
            }
            for (var piece : manifest.pieces()) {
                if (!piece.path().equals(About.FILE)) {
                    var copied = Copying.copy(path.resolve(piece.path()), target.resolve(piece.path()), piece.path());
                    if (copied == null || !copied.sha256().equals(piece.sha256())) {
                        throw refused(path, piece.path() + " was changed");
                    }
                }
            }
            Copying.forceFolders(target);
        } catch (IOException e) {
            throw new BackupRefused("The backup " + path + " cannot be copied to " + target + ": " + e + ".");
        }
    }

    private List<Path> folders() throws IOException {
        try (var all = Files.walk(path)) {
            return all.filter(Files::isDirectory).skip(1).toList();
        }
    }

    private List<String> files() throws IOException {
        var names = new ArrayList<String>();
        try (var all = Files.walk(path)) {
            all.filter(file -> !Files.isDirectory(file))
                    .forEach(file -> names.add(path.relativize(file).toString()));
        }
        return names;
    }

    @Override
    public String toString() {
        return String.valueOf(path.getFileName());
    }
}
