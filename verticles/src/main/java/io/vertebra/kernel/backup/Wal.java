package io.vertebra.kernel.backup;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** Places in PostgreSQL's write-ahead log and the names of the segments that hold them. */
final class Wal {
    /** The folder of the segments. */
    static final String FOLDER = "pg_wal";

    private static final Pattern SEGMENT = Pattern.compile("[0-9A-F]{24}(\\.partial)?");
    private static final int TIMELINE_DIGITS = 8;
    private static final int HALF = 32;

    private Wal() {}

    /** The number behind a place as PostgreSQL writes it, {@code 0/2000028}. */
    static long place(String lsn) {
        var halves = lsn.split("/", 2);
        return Long.parseLong(halves[0], 16) << HALF | Long.parseLong(halves[1], 16);
    }

    /** The segments that hold everything from one place up to another. */
    static List<String> segments(int timeline, long from, long until, long segmentBytes) {
        long each = (1L << HALF) / segmentBytes;
        var names = new ArrayList<String>();
        for (long number = from / segmentBytes; number <= Math.max(from, until - 1) / segmentBytes; number++) {
            names.add(String.format(Locale.ROOT, "%08X%08X%08X", timeline, number / each, number % each));
        }
        return names;
    }

    /** Whether a file of an archive is a segment that stands before this one, on whatever timeline. */
    static boolean before(String file, String segment) {
        return SEGMENT.matcher(file).matches()
                && file.substring(TIMELINE_DIGITS, segment.length()).compareTo(segment.substring(TIMELINE_DIGITS)) < 0;
    }
}
