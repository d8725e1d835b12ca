package io.vertebra.oracle;

import io.vertebra.kernel.db.Cursor;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The cursors of lists that are ordered by a unique name. */
final class Names {
    private static final UUID NO_ID = new UUID(0, 0);

    private Names() {}

    /** The name that a page begins after; empty for the first page. */
    static String after(@Nullable String cursor) {
        return Cursor.parse(cursor, Cursor.first()).key();
    }

    /** The cursor of an item. */
    static <T> Function<T, String> cursor(Function<T, String> name) {
        return item -> new Cursor(name.apply(item), NO_ID).text();
    }
}
