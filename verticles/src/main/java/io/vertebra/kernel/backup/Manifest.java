package io.vertebra.kernel.backup;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * What a backup consists of, in PostgreSQL's own format (version 1), so that {@code pg_verifybackup} reads it too. Its
 * last line is the checksum of all lines before.
 *
 * @param wal the log that the backup needs to become consistent
 */
record Manifest(List<Piece> pieces, Range wal) {
    /** The file that it stands in. */
    static final String FILE = "backup_manifest";

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss 'GMT'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);
    private static final String CHECKSUM = "Manifest-Checksum";

    /** One file. */
    record Piece(String path, long size, Instant modified, String sha256) {
        private String line() {
            return JSON.createObjectNode()
                    .put("Path", path)
                    .put("Size", size)
                    .put("Last-Modified", TIME.format(modified))
                    .put("Checksum-Algorithm", "SHA256")
                    .put("Checksum", sha256)
                    .toString();
        }

        private static Piece of(JsonNode said) {
            return new Piece(
                    said.required("Path").asText(),
                    said.required("Size").asLong(),
                    TIME.parse(said.required("Last-Modified").asText(), Instant::from),
                    said.required("Checksum").asText());
        }
    }

    /** A part of the write-ahead log. */
    record Range(int timeline, String from, String until) {
        private String line() {
            return JSON.createObjectNode()
                    .put("Timeline", timeline)
                    .put("Start-LSN", from)
                    .put("End-LSN", until)
                    .toString();
        }
    }

    /** As it is written. */
    String text() {
        var files = pieces.stream().map(Piece::line).collect(Collectors.joining(",\n"));
        var said = "{ \"PostgreSQL-Backup-Manifest-Version\": 1,\n\"Files\": [\n" + files + "],\n\"WAL-Ranges\": [\n"
                + wal.line() + "],\n";
        return said + "\"" + CHECKSUM + "\": \"" + Copying.sha256(bytes(said)) + "\"}\n";
    }

    /** As it was written; refused when a byte of it was changed. */
    static Manifest parse(String text) {
        int last = text.lastIndexOf('\n', text.length() - 2) + 1;
        try {
            var all = JSON.readTree(text);
            if (!text.endsWith("\n")
                    || !all.path(CHECKSUM).asText().equals(Copying.sha256(bytes(text.substring(0, last))))) {
                throw new BackupRefused("its manifest was changed");
            }
            var pieces = new ArrayList<Piece>();
            all.required("Files").forEach(file -> pieces.add(Piece.of(file)));
            var range = all.required("WAL-Ranges").required(0);
            return new Manifest(
                    pieces,
                    new Range(
                            range.required("Timeline").asInt(),
                            range.required("Start-LSN").asText(),
                            range.required("End-LSN").asText()));
        } catch (JsonProcessingException | IllegalArgumentException e) {
            throw new BackupRefused("its manifest was changed");
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
