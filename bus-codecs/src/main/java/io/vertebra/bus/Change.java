package io.vertebra.bus;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A field of a JSON Merge Patch (RFC 7396): absent (leave it), null (clear it) or a value (set it).
 *
 * @param present whether the field stood in the document
 * @param value the value; null when absent or cleared
 */
public record Change<T>(boolean present, @Nullable T value) {
    private static final Change<?> ABSENT = new Change<>(false, null);

    /** The field did not stand in the document. */
    @SuppressWarnings("unchecked")
    public static <T> Change<T> absent() {
        return (Change<T>) ABSENT;
    }

    /** The field is set to this value; null clears it. */
    public static <T> Change<T> to(@Nullable T value) {
        return new Change<>(true, value);
    }

    /** The value after the change, given the one before. */
    public @Nullable T over(@Nullable T before) {
        return present ? value : before;
    }

    /** The same change of a converted value. */
    public <S> Change<S> map(Function<T, S> convert) {
        return present ? to(value == null ? null : convert.apply(value)) : absent();
    }
}
