package io.vertebra.bus;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.UUID;

/** Values as text from outside, each in one form only, and none that the database or an answer could not hold. */
public final class Literals {
    private static final int UUID_LENGTH = 36;
    /** RFC 3339 writes a year with four digits; the database ends at a later one. */
    private static final int YEAR_MAX = 9_999;

    private Literals() {}

    /** The UUID of its 36-character form; any other text fails with IllegalArgumentException. */
    public static UUID uuid(String text) {
        if (text.length() != UUID_LENGTH) {
            throw new IllegalArgumentException("a UUID has 36 characters");
        }
        return UUID.fromString(text);
    }

    /** The time of an RFC 3339 text; fails with DateTimeException or, outside the years 0 to 9999, as a UUID does. */
    public static Instant instant(String text) {
        var time = OffsetDateTime.parse(text).withOffsetSameInstant(ZoneOffset.UTC);
        if (!keepable(time)) {
            throw new IllegalArgumentException("a year has four digits");
        }
        return time.toInstant();
    }

    /** Whether a time can be stored and written again. */
    public static boolean keepable(OffsetDateTime time) {
        var year = time.withOffsetSameInstant(ZoneOffset.UTC).getYear();
        return year >= 0 && year <= YEAR_MAX;
    }

    /** Whether every character can be stored and written again: no U+0000, no half of a surrogate pair. */
    public static boolean keepable(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == 0) {
                return false;
            }
            if (Character.isSurrogate(c)) {
                boolean pair = Character.isHighSurrogate(c)
                        && i + 1 < text.length()
                        && Character.isLowSurrogate(text.charAt(i + 1));
                if (!pair) {
                    return false;
                }
                i++;
            }
        }
        return true;
    }
}
