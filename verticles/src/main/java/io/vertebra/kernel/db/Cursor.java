package io.vertebra.kernel.db;

import io.vertebra.bus.Literals;
import io.vertebra.bus.Problem;
import io.vertebra.bus.Problems;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Where a page ended: what its list is ordered by and the id that tells equals apart. Clients see it as one opaque
 * word.
 *
 * @param key what the list is ordered by, as text; empty when the id alone orders it
 * @param id the id of the last item
 */
public record Cursor(String key, UUID id) {
    private static final UUID LEAST = new UUID(0, 0);
    private static final UUID GREATEST = new UUID(-1, -1);
    private static final int ID_LENGTH = 36;
    private static final int LENGTH_MAX = 1_000;

    /** After an item of a list that its id alone orders. */
    public static Cursor of(UUID id) {
        return new Cursor("", id);
    }

    /** After an item of a list that is ordered by time. */
    public static Cursor of(Instant at, UUID id) {
        return new Cursor(Long.toString(ChronoUnit.MICROS.between(Instant.EPOCH, at)), id);
    }

    /** Before the first item of an ascending list. */
    public static Cursor first() {
        return new Cursor("", LEAST);
    }

    /** Before the first item of a descending list. */
    public static Cursor last() {
        return new Cursor("", GREATEST);
    }

    /** What the client sent; without one, {@code start}. A word that is no cursor is a problem. */
    public static Cursor parse(@Nullable String after, Cursor start) {
        if (after == null) {
            return start;
        }
        if (after.length() > LENGTH_MAX) {
            throw malformed();
        }
        try {
            var text = new String(Base64.getUrlDecoder().decode(after), StandardCharsets.UTF_8);
            int split = text.length() - ID_LENGTH;
            var cursor = new Cursor(text.substring(0, split), UUID.fromString(text.substring(split)));
            if (Literals.keepable(cursor.key)) {
                return cursor;
            }
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            throw malformed();
        }
        throw malformed();
    }

    /** The key as a time. */
    public Instant at() {
        try {
            var at = key.isEmpty() ? Instant.EPOCH : Instant.EPOCH.plus(Long.parseLong(key), ChronoUnit.MICROS);
            if (Literals.keepable(at.atOffset(ZoneOffset.UTC))) {
                return at;
            }
        } catch (ArithmeticException | java.time.DateTimeException | NumberFormatException e) {
            throw malformed();
        }
        throw malformed();
    }

    /** The key as a number. */
    public long number() {
        try {
            return Long.parseLong(key);
        } catch (NumberFormatException e) {
            throw malformed();
        }
    }

    /** As the client sees it. */
    public String text() {
        return Base64.getUrlEncoder().withoutPadding().encodeToString((key + id).getBytes(StandardCharsets.UTF_8));
    }

    private static Problem malformed() {
        return Problem.of(Problems.MALFORMED_REQUEST, "The cursor was not made by this list.")
                .at("?after", "must be the `next` of an earlier page");
    }
}
