package io.vertebra.kernel.events;

import io.vertebra.bus.Problem;
import io.vertebra.bus.Problems;
import io.vertx.pgclient.PgException;
import org.jspecify.annotations.Nullable;

/** A place in the log as clients keep it: text that says nothing, and stays good as long as its events are kept. */
public final class LogCursor {
    private static final String PREFIX = "e";
    private static final int RADIX = 36;
    private static final int LENGTH_MAX = 14;
    private static final String EXPIRED = "VT004";

    private LogCursor() {}

    /** The cursor of an event. */
    public static String of(long seq) {
        return PREFIX + Long.toString(seq, RADIX);
    }

    /** The place that a client's cursor names; null is the beginning. */
    public static long parse(@Nullable String cursor) {
        if (cursor == null) {
            return 0;
        }
        if (cursor.startsWith(PREFIX) && cursor.length() <= LENGTH_MAX) {
            try {
                long seq = Long.parseLong(cursor.substring(PREFIX.length()), RADIX);
                if (seq >= 0 && of(seq).equals(cursor)) {
                    return seq;
                }
            } catch (NumberFormatException malformed) {
                throw malformed();
            }
        }
        throw malformed();
    }

    /** What a read after a cursor failed with, as a problem when the cursor is the reason. */
    public static Throwable explain(Throwable failure) {
        return failure instanceof PgException pg && EXPIRED.equals(pg.getSqlState())
                ? Problem.of(Problems.CURSOR_EXPIRED, "Events after this cursor are not kept any more.")
                : failure;
    }

    private static Problem malformed() {
        return Problem.of(Problems.MALFORMED_REQUEST, "The cursor is not one that this platform gave out.")
                .at("?after", "is not a cursor");
    }
}
