package io.vertebra.kernel.events;

import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An event as it stands in the log, not decoded: for whoever hands it on.
 *
 * @param seq its place in the log
 * @param type {@code Orgs.ProjectCreated}
 * @param version the version of its shape
 * @param key what it is ordered by
 * @param data as the contract shapes it
 */
public record Logged(
        long seq,
        UUID id,
        String type,
        int version,
        Instant at,
        @Nullable UUID orgId,
        String key,
        UUID actor,
        String requestId,
        @Nullable String traceparent,
        JsonObject data) {

    /** The columns that {@link #of} reads, in its order. */
    public static final String COLUMNS = "seq, id, type, version, at, org_id, key, actor, request, trace, data";

    /** From a row of {@link #COLUMNS}. */
    public static Logged of(Row row) {
        return new Logged(
                row.getLong(0),
                row.getUUID(1),
                row.getString(2),
                row.getInteger(3),
                row.getOffsetDateTime(4).toInstant(),
                row.getUUID(5),
                row.getString(6),
                row.getUUID(7),
                row.getString(8),
                row.getString(9),
                row.getJsonObject(10));
    }

    /** Its place in the log, for clients. */
    public String cursor() {
        return LogCursor.of(seq);
    }

    /** Whether a row is no event, but tells a place. */
    static boolean isMark(Row row) {
        return row.getValue(2) == null;
    }
}
