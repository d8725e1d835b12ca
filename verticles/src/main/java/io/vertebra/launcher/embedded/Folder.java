package io.vertebra.launcher.embedded;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/** A server's data folder, held by one JVM at a time. */
final class Folder implements AutoCloseable {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final long LOG_BYTES_MAX = 10L << 20;

    private final Path path;
    private final FileLock lock;

    private Folder(Path path, FileLock lock) {
        this.path = path;
        this.lock = lock;
    }

    /** Takes this folder, made when it is not there. */
    static Folder take(Path path, String server) {
        try {
            Files.createDirectories(path);
            var channel = FileChannel.open(
                    path.resolve(server + ".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            var lock = tryLock(channel);
            if (lock == null) {
                channel.close();
                throw new StartFailure("The data folder " + path + " is in use by another Vertebra process.");
            }
            return new Folder(path, lock);
        } catch (IOException e) {
            throw new StartFailure("The data folder " + path + " cannot be written: " + e.getMessage(), e);
        }
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null;
        }
    }

    Path path() {
        return path;
    }

    Path file(String name) {
        return path.resolve(name);
    }

    /** A log file, started anew when it has grown large. */
    Path log(String name) throws IOException {
        var log = file(name);
        if (Files.exists(log) && Files.size(log) > LOG_BYTES_MAX) {
            Files.delete(log);
        }
        return log;
    }

    /** A secret that is kept in this folder, readable by its owner only. */
    String secret(String name) throws IOException {
        var file = file(name);
        if (Files.exists(file)) {
            return Files.readString(file).trim();
        }
        var secret = newSecret();
        var fresh = Files.createTempFile(
                path, name, "", PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(fresh, secret);
        Files.move(fresh, file);
        return secret;
    }

    static String newSecret() {
        var bytes = new byte[24];
        RANDOM.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    static int freePort(int wanted) {
        try (var socket = new ServerSocket(wanted, 1, InetAddress.getByName("127.0.0.1"))) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new StartFailure("Port " + wanted + " is taken.", e);
        }
    }

    static void delete(Path tree) throws IOException {
        if (!Files.exists(tree)) {
            return;
        }
        try (var files = Files.walk(tree)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    @Override
    public void close() {
        try {
            lock.acquiredBy().close();
        } catch (IOException e) {
            throw new StartFailure("The data folder " + path + " could not be given back: " + e.getMessage(), e);
        }
    }
}
