package io.vertebra.kernel.errors;

import io.vertebra.bus.Problem;
import io.vertebra.kernel.db.Cursor;
import io.vertebra.kernel.db.Read;
import io.vertebra.kernel.db.Work;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What operators see of failures and do about them, in the reads and transactions of the admin domain. */
public final class ErrorsAdmin {
    private static final String GROUP = "id, type, place, operation, message, stack, count, first_seen, last_seen,"
            + " request_id, node, version, resolved_at";
    private static final String LIST = "SELECT " + GROUP + " FROM errors.list($1, $2, $3, $4)";
    private static final String FIND = "SELECT " + GROUP + " FROM errors.find($1)";
    private static final String RESOLVE = "SELECT " + GROUP + " FROM errors.resolve($1, $2)";
    private static final String LOSSES = "SELECT node, dropped, last_at FROM errors.dropped($1, $2)";
    private static final String WHAT = "error";

    /**
     * Failures of one fingerprint.
     *
     * @param requestId the request of the newest; null when it happened outside of requests
     * @param node where the newest happened, in this version
     * @param resolvedAt when a person said that it is mended; null when it happened since, or nobody did
     */
    public record Group(
            UUID id,
            String type,
            String place,
            String operation,
            String message,
            String stack,
            long count,
            Instant firstSeen,
            Instant lastSeen,
            @Nullable String requestId,
            String node,
            String version,
            @Nullable Instant resolvedAt) {}

    /** How many failures of a node were too many to be kept. */
    public record Loss(String node, long dropped, Instant lastAt) {}

    /** The groups before this place, the newest first: open ones, or resolved ones. */
    public Future<List<Group>> groups(Read read, boolean resolved, @Nullable Cursor after, int limit) {
        return read.list(
                LIST,
                ErrorsAdmin::group,
                resolved,
                after == null ? null : after.at(),
                after == null ? null : after.id(),
                limit);
    }

    /** One group. */
    public Future<Group> group(Read read, UUID id) {
        return read.one(FIND, ErrorsAdmin::group, id).map(found -> found.orElseThrow(() -> Problem.notFound(WHAT)));
    }

    /** Notes that a group is mended, until it happens again. */
    public Future<Group> resolve(Work work, UUID id) {
        return work.change(WHAT, RESOLVE, ErrorsAdmin::group, id, work.now());
    }

    /** What the nodes after this name could not keep, by name. */
    public Future<List<Loss>> losses(Read read, String after, int limit) {
        return read.list(
                LOSSES,
                row -> new Loss(row.getString(0), row.getLong(1), instant(row.getOffsetDateTime(2))),
                after,
                limit);
    }

    private static Group group(Row row) {
        var resolved = row.getOffsetDateTime(12);
        return new Group(
                row.getUUID(0),
                row.getString(1),
                row.getString(2),
                row.getString(3),
                row.getString(4),
                row.getString(5),
                row.getLong(6),
                instant(row.getOffsetDateTime(7)),
                instant(row.getOffsetDateTime(8)),
                row.getString(9),
                row.getString(10),
                row.getString(11),
                resolved == null ? null : instant(resolved));
    }

    private static Instant instant(OffsetDateTime time) {
        return time.toInstant();
    }
}
