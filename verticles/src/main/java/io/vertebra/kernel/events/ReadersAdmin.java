package io.vertebra.kernel.events;

import io.vertebra.bus.Problem;
import io.vertebra.kernel.db.Cursor;
import io.vertebra.kernel.db.Read;
import io.vertebra.kernel.db.Work;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What operators see of readers and do about dead letters, in the reads and transactions of the admin domain, whose
 * role alone may. What they ask for is noted in the database; a node that runs the reader does it.
 */
public final class ReadersAdmin {
    private static final String LETTER =
            "letter, reader, id, type, at, org_id, key, reason, parked_at, retries," + " retry_asked_at";
    private static final String LANES = "SELECT reader, types, parked, lane, seq, attempts, retry_at, waiting_since,"
            + " last_error, oldest_unread_at, unread FROM events.lanes($1, $2)";
    private static final String LETTERS = "SELECT " + LETTER + " FROM events.letters($1, $2, $3, $4)";
    private static final String FIND = "SELECT " + LETTER + " FROM events.letter($1)";
    private static final String ASK_RETRY = "SELECT " + LETTER + " FROM events.ask_retry($1)";
    private static final String DISCARD = "SELECT " + LETTER + " FROM events.discard($1)";
    private static final String RETIRE = "SELECT events.retire($1)";
    private static final String WHAT = "dead letter";

    /**
     * A reader and its lanes.
     *
     * @param parked how many dead letters it has
     */
    public record Reader(String name, List<String> types, long parked, List<Lane> lanes) {}

    /**
     * A lane of a reader.
     *
     * @param seq the place of the last event that it has passed
     * @param attempts failures of the event that comes next
     * @param waitingSince since when that fails for a reason that is not the event's
     * @param unread how many events it has not passed, up to a limit
     */
    public record Lane(
            int number,
            long seq,
            int attempts,
            @Nullable Instant retryAt,
            @Nullable Instant waitingSince,
            @Nullable String lastError,
            @Nullable Instant oldestUnreadAt,
            long unread) {
        /** Whether it does not get on. */
        public boolean failing() {
            return attempts > 0 || waitingSince != null;
        }
    }

    /** An event that a reader could not apply, or that joined one, with the reason. */
    public record DeadLetter(
            UUID id,
            String reader,
            UUID eventId,
            String type,
            Instant at,
            @Nullable UUID orgId,
            String key,
            String reason,
            Instant parkedAt,
            int retries,
            @Nullable Instant retryAskedAt) {}

    /** The active readers after this name, by name. */
    public Future<List<Reader>> readers(Read read, String after, int limit) {
        return read.list(LANES, row -> row, after, limit).map(ReadersAdmin::readers);
    }

    /** The dead letters after this place, the oldest first; of one reader or of all. */
    public Future<List<DeadLetter>> deadLetters(Read read, @Nullable String reader, Cursor after, int limit) {
        return read.list(LETTERS, ReadersAdmin::letter, reader, after.at(), after.id(), limit);
    }

    /** One dead letter. */
    public Future<DeadLetter> deadLetter(Read read, UUID id) {
        return read.one(FIND, ReadersAdmin::letter, id).map(found -> found.orElseThrow(() -> Problem.notFound(WHAT)));
    }

    /** Asks for a dead letter to be applied again, with all of its reader and key, in their order. */
    public Future<DeadLetter> retry(Work work, UUID id) {
        return work.change(WHAT, ASK_RETRY, ReadersAdmin::letter, id);
    }

    /** Gives up on a dead letter. */
    public Future<DeadLetter> discard(Work work, UUID id) {
        return work.change(WHAT, DISCARD, ReadersAdmin::letter, id);
    }

    /** Ends a reader for good: it holds no partition any more, and its dead letters go. */
    public Future<?> retire(Work work, String reader) {
        return work.run(RETIRE, reader);
    }

    private static List<Reader> readers(List<Row> rows) {
        var readers = new ArrayList<Reader>();
        for (var row : rows) {
            var name = row.getString(0);
            if (readers.isEmpty() || !readers.getLast().name().equals(name)) {
                readers.add(new Reader(name, List.of(row.getArrayOfStrings(1)), row.getLong(2), new ArrayList<>()));
            }
            readers.getLast()
                    .lanes()
                    .add(new Lane(
                            row.getShort(3),
                            row.getLong(4),
                            row.getInteger(5),
                            Readers.instant(row, 6),
                            Readers.instant(row, 7),
                            row.getString(8),
                            Readers.instant(row, 9),
                            row.getLong(10)));
        }
        return readers;
    }

    private static DeadLetter letter(Row row) {
        return new DeadLetter(
                row.getUUID(0),
                row.getString(1),
                row.getUUID(2),
                row.getString(3),
                row.getOffsetDateTime(4).toInstant(),
                row.getUUID(5),
                row.getString(6),
                row.getString(7),
                row.getOffsetDateTime(8).toInstant(),
                row.getInteger(9),
                Readers.instant(row, 10));
    }
}
