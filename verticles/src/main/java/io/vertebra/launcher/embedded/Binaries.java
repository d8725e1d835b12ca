package io.vertebra.launcher.embedded;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URL;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.Objects;
import org.tukaani.xz.XZInputStream;

/** The servers' programs, unpacked from the class path once into a cache folder that processes may share. */
final class Binaries {
    private static final int BLOCK = 512;

    private Binaries() {}

    /** The folder of PostgreSQL ({@code bin}, {@code lib}, {@code share}), unpacked when it is not there. */
    static Path postgres(Path cache) {
        var system = system();
        var architecture = architecture().equals("arm64") ? "arm_64" : "x86_64";
        var resource = "/postgres-" + system + "-" + architecture + ".txz";
        return unpacked(cache, resource, Binaries::untar);
    }

    /** The Redis server's program, unpacked when it is not there. */
    static Path redis(Path cache) {
        var resource = "/redis-server-7.0.15-" + system() + "-" + architecture();
        return unpacked(cache, resource, (in, folder) -> {
                    var file = folder.resolve("redis-server");
                    Files.copy(in, file);
                    executable(file);
                })
                .resolve("redis-server");
    }

    private interface Unpacking {
        void into(InputStream in, Path folder) throws IOException;
    }

    private static synchronized Path unpacked(Path cache, String resource, Unpacking unpacking) {
        var url = Binaries.class.getResource(resource);
        if (url == null) {
            throw new StartFailure("There is no embedded server for this machine (%s): set DATABASE_URL and REDIS_URL."
                    .formatted(resource.substring(1)));
        }
        var folder = cache.resolve(name(url));
        try {
            Files.createDirectories(cache);
            try (var channel = FileChannel.open(
                            cache.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    var lock = channel.lock()) {
                if (!Files.isDirectory(folder)) {
                    var fresh = Files.createTempDirectory(cache, "unpacking");
                    try (var in = url.openStream()) {
                        unpacking.into(in, fresh);
                    }
                    open(fresh);
                    Files.move(fresh, folder, StandardCopyOption.ATOMIC_MOVE);
                }
            }
            return folder;
        } catch (IOException e) {
            throw new StartFailure("The embedded servers could not be unpacked to " + cache + ": " + e.getMessage(), e);
        }
    }

    /** The jar's name, which carries the version, so that another version has another folder. */
    private static String name(URL url) {
        var path = url.getPath();
        int end = path.indexOf(".jar!");
        var jar = end < 0 ? path : path.substring(0, end);
        return jar.substring(jar.lastIndexOf('/') + 1);
    }

    private static String system() {
        return System.getProperty("os.name").toLowerCase(Locale.ROOT).contains("mac") ? "darwin" : "linux";
    }

    private static String architecture() {
        var name = System.getProperty("os.arch");
        return name.equals("aarch64") || name.equals("arm64") ? "arm64" : "amd64";
    }

    private static void untar(InputStream raw, Path folder) throws IOException {
        var unzipped = new XZInputStream(new BufferedInputStream(raw, 1 << 16));
        try (var in = new DataInputStream(new BufferedInputStream(unzipped, 1 << 16))) {
            var header = new byte[BLOCK];
            in.readFully(header);
            while (header[0] != 0) {
                entry(in, header, folder);
                in.readFully(header);
            }
        }
    }

    private static void entry(DataInputStream in, byte[] header, Path folder) throws IOException {
        var name = text(header, 0, 100);
        var prefix = text(header, 345, 155);
        var octal = text(header, 124, 12).trim();
        long size = octal.isEmpty() ? 0 : Long.parseLong(octal, 8);
        var file = folder.resolve(prefix.isEmpty() ? name : prefix + "/" + name).normalize();
        if (!file.startsWith(folder)) {
            throw new IOException("the archive has an entry outside of its folder: " + name);
        }
        var parent = Objects.requireNonNullElse(file.getParent(), folder);
        switch ((char) header[156]) {
            case '5' -> Files.createDirectories(file);
            case '2' -> {
                Files.createDirectories(parent);
                Files.createSymbolicLink(file, Path.of(text(header, 157, 100)));
            }
            case '0', '\0' -> {
                Files.createDirectories(parent);
                try (var out = Files.newOutputStream(file)) {
                    copy(in, out, size);
                }
                if (parent.endsWith("bin")) {
                    executable(file);
                }
                in.skipNBytes((BLOCK - size % BLOCK) % BLOCK);
            }
            default -> throw new IOException("the archive has an entry of an unknown kind: " + name);
        }
    }

    private static void copy(InputStream in, OutputStream out, long size) throws IOException {
        var buffer = new byte[1 << 16];
        long left = size;
        while (left > 0) {
            int read = in.read(buffer, 0, (int) Math.min(left, buffer.length));
            if (read < 0) {
                throw new EOFException("the archive ends too early");
            }
            out.write(buffer, 0, read);
            left -= read;
        }
    }

    private static String text(byte[] header, int offset, int length) {
        int end = offset;
        while (end < offset + length && header[end] != 0) {
            end++;
        }
        return new String(header, offset, end - offset, StandardCharsets.US_ASCII);
    }

    private static void executable(Path file) throws IOException {
        if (!file.toFile().setExecutable(true, false)) {
            throw new IOException(file + " cannot be made executable");
        }
    }

    /** A temporary folder is closed to others; the servers may run as another user. */
    private static void open(Path folder) {
        folder.toFile().setReadable(true, false);
        folder.toFile().setExecutable(true, false);
    }
}
