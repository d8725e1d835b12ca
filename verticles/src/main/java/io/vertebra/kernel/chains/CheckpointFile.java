package io.vertebra.kernel.chains;

import io.vertebra.kernel.chains.SigningKeys.Signer;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * Checkpoints outside the database, one JSON line each, so that whoever can change the database cannot hide it. Only
 * appended to. Each node has its own; the verifier takes several.
 */
public final class CheckpointFile {
    private final Vertx vertx;
    private final Path path;

    /** Checkpoints in this file. */
    public CheckpointFile(Vertx vertx, Path path) {
        this.vertx = vertx;
        this.path = path;
    }

    /** Appends checkpoints and has them on the disk before it succeeds. */
    Future<Void> append(Signer signer, List<SignedCheckpoint> signed) {
        Future<?> written = vertx.executeBlocking(() -> {
            var lines = new StringBuilder(signer.key().line()).append('\n');
            signed.forEach(checkpoint -> lines.append(checkpoint.line()).append('\n'));
            write(lines.toString());
            return null;
        });
        return written.mapEmpty();
    }

    /**
     * Where the last whole line ends. What stands behind it was torn off by a crash before anybody was told that it is
     * there, and is written again.
     */
    private static long wholeLines(FileChannel file) throws IOException {
        var one = ByteBuffer.allocate(1);
        for (long end = file.size(); end > 0; end--) {
            if (file.read(one.clear(), end - 1) == 1 && one.get(0) == '\n') {
                return end;
            }
        }
        return 0;
    }

    private void write(String lines) {
        try {
            var folder = path.toAbsolutePath().getParent();
            if (folder != null) {
                Files.createDirectories(folder);
            }
            try (var file = FileChannel.open(
                    path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
                file.position(wholeLines(file));
                file.truncate(file.position());
                var bytes = ByteBuffer.wrap(lines.getBytes(StandardCharsets.UTF_8));
                while (bytes.hasRemaining()) {
                    file.write(bytes);
                }
                file.force(false);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Checkpoints cannot be written to " + path, e);
        }
    }
}
