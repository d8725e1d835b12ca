package io.vertebra.kernel.backup;

import io.vertebra.kernel.backup.Manifest.Piece;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** Files on their way into or out of a backup: hashed, closed to others, on the disk when done. */
final class Copying {
    private static final int CHUNK_BYTES = 1 << 20;

    private Copying() {}

    /** Copies a file; answers nothing when it is gone, as the files of a dropped table are. */
    static @Nullable Piece copy(Path from, Path to, String name) throws IOException {
        var digest = digest();
        long size = 0;
        try (var in = FileChannel.open(from, StandardOpenOption.READ);
                var out = FileChannel.open(to, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            var modified = Files.getLastModifiedTime(from).toInstant();
            Files.setPosixFilePermissions(to, PosixFilePermissions.fromString("rw-------"));
            var chunk = ByteBuffer.allocate(CHUNK_BYTES);
            while (in.read(chunk.clear()) > 0) {
                digest.update(chunk.flip());
                size += chunk.limit();
                chunk.rewind();
                while (chunk.hasRemaining()) {
                    out.write(chunk);
                }
            }
            out.force(true);
            return new Piece(name, size, modified, HexFormat.of().formatHex(digest.digest()));
        } catch (NoSuchFileException gone) {
            Files.deleteIfExists(to);
            return null;
        }
    }

    /** Writes a small file. */
    static Piece write(Path to, String name, String text, java.time.Instant at) throws IOException {
        var bytes = text.getBytes(StandardCharsets.UTF_8);
        try (var out = FileChannel.open(to, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            Files.setPosixFilePermissions(to, PosixFilePermissions.fromString("rw-------"));
            var left = ByteBuffer.wrap(bytes);
            while (left.hasRemaining()) {
                out.write(left);
            }
            out.force(true);
        }
        return new Piece(name, bytes.length, at, sha256(bytes));
    }

    /** Makes a folder that nobody else may enter; PostgreSQL refuses to start in any other. */
    static void folder(Path folder) throws IOException {
        Files.createDirectory(
                folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }

    /** Has the names in every folder of a tree on the disk. */
    static void forceFolders(Path tree) throws IOException {
        try (var all = Files.walk(tree)) {
            for (var folder : all.filter(Files::isDirectory).toList()) {
                force(folder);
            }
        }
    }

    /** Has the names in a folder on the disk. */
    static void force(Path folder) throws IOException {
        try (var open = FileChannel.open(folder, StandardOpenOption.READ)) {
            open.force(true);
        }
    }

    /** Removes a tree. */
    static void remove(Path tree) throws IOException {
        if (Files.exists(tree)) {
            try (var all = Files.walk(tree)) {
                for (var one : all.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(one);
                }
            }
        }
    }

    /** The hash of a file as it is now. */
    static String sha256(Path file) throws IOException {
        var digest = digest();
        try (var in = FileChannel.open(file, StandardOpenOption.READ)) {
            var chunk = ByteBuffer.allocate(CHUNK_BYTES);
            while (in.read(chunk.clear()) > 0) {
                digest.update(chunk.flip());
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    static String sha256(byte[] bytes) {
        return HexFormat.of().formatHex(digest().digest(bytes));
    }

    private static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has SHA-256", e);
        }
    }
}
