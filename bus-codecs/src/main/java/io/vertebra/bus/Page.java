package io.vertebra.bus;

import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One page of a list in a stated and stable order.
 *
 * @param items at most {@code limit} items
 * @param next the cursor of the next page, to be passed as {@code after}; null on the last page
 */
public record Page<T>(List<T> items, @Nullable String next) {
    /** How many items a page has when the client does not say. */
    public static final int DEFAULT_LIMIT = 50;

    /** How many items a page has at most. */
    public static final int MAX_LIMIT = 200;

    /** The page size to use for what the client asked: absent means the default. */
    public static int limit(@Nullable Integer asked) {
        return asked == null ? DEFAULT_LIMIT : Math.clamp(asked, 1, MAX_LIMIT);
    }

    /** Cuts a list that was read with one row more than the limit into a page. */
    public static <T> Page<T> of(List<T> read, int limit, Function<T, String> cursor) {
        if (read.size() <= limit) {
            return new Page<>(List.copyOf(read), null);
        }
        var items = List.copyOf(read.subList(0, limit));
        return new Page<>(items, cursor.apply(items.getLast()));
    }
}
