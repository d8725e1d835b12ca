package io.vertebra.kernel.backup;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Instant;

/**
 * What a backup says of itself, beside PostgreSQL's manifest.
 *
 * @param finishedAt the earliest time that the database can be restored to from it
 * @param system the identifier of the server's data
 * @param server the version of the server
 * @param segmentBytes the size of a segment of its log
 * @param secretId which master secret its keys are sealed under; says nothing of the secret itself
 */
public record About(
        Instant startedAt, Instant finishedAt, long system, String server, long segmentBytes, String secretId) {
    static final String FILE = "vertebra_backup.json";

    private static final ObjectMapper JSON = new ObjectMapper();

    String text() {
        return JSON.createObjectNode()
                        .put("startedAt", startedAt.toString())
                        .put("finishedAt", finishedAt.toString())
                        .put("system", Long.toUnsignedString(system))
                        .put("server", server)
                        .put("segmentBytes", segmentBytes)
                        .put("secretId", secretId)
                        .toPrettyString()
                + "\n";
    }

    static About parse(String text) {
        try {
            var all = JSON.readTree(text);
            return new About(
                    Instant.parse(all.required("startedAt").asText()),
                    Instant.parse(all.required("finishedAt").asText()),
                    Long.parseUnsignedLong(all.required("system").asText()),
                    all.required("server").asText(),
                    all.required("segmentBytes").asLong(),
                    all.required("secretId").asText());
        } catch (JsonProcessingException | IllegalArgumentException | java.time.DateTimeException e) {
            throw new BackupRefused("its file " + FILE + " was changed");
        }
    }
}
