package io.vertebra.bus;

import io.vertebra.bus.Problem.FieldError;
import jakarta.validation.constraints.Size;
import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How much the containers of a record hold against their {@code @Size}: looked at before their elements are, since
 * validation goes into each element of a container that is too large.
 */
final class Sizes {
    /** The components of a record class that are containers or may have some inside. */
    private static final ClassValue<List<Sized>> SIZED = new ClassValue<>() {
        @Override
        protected List<Sized> computeValue(Class<?> type) {
            return Arrays.stream(type.getRecordComponents())
                    .filter(source -> mayContain(source.getType()))
                    .map(source -> new Sized(
                            new Component(source), source.getAccessor().getAnnotation(Size.class)))
                    .toList();
        }
    };

    private record Sized(Component component, @Nullable Size size) {}

    private final List<FieldError> wrong = new ArrayList<>();

    private Sizes() {}

    /** What holds too much or too little in this record; nothing inside such a container is looked at. */
    static List<FieldError> wrong(Record checked) {
        var sizes = new Sizes();
        sizes.components("", checked);
        return sizes.wrong;
    }

    private void components(String pointer, Record holder) {
        for (var sized : SIZED.get(holder.getClass())) {
            var value = sized.component().of(holder);
            if (value != null) {
                inside(pointer + "/" + sized.component().name(), value, sized.size());
            }
        }
    }

    private void inside(String pointer, Object value, @Nullable Size size) {
        int held = held(value);
        if (size != null && held >= 0 && (held < size.min() || held > size.max())) {
            wrong.add(new FieldError(pointer, "size must be between " + size.min() + " and " + size.max()));
            return;
        }
        switch (value) {
            case Record nested -> components(pointer, nested);
            case Map<?, ?> map -> elements(pointer, map.values());
            case Collection<?> collection -> elements(pointer, collection);
            case Object[] array -> elements(pointer, Arrays.asList(array));
            default -> {}
        }
    }

    private void elements(String pointer, Collection<?> elements) {
        int index = 0;
        for (var element : elements) {
            if (element != null && mayContain(element.getClass()) && !plain(element)) {
                inside(pointer + "/" + index, element, null);
            }
            index++;
        }
    }

    private static boolean plain(Object element) {
        return element instanceof Record && SIZED.get(element.getClass()).isEmpty();
    }

    private static int held(Object value) {
        return switch (value) {
            case Map<?, ?> map -> map.size();
            case Collection<?> collection -> collection.size();
            default -> value.getClass().isArray() ? Array.getLength(value) : -1;
        };
    }

    private static boolean mayContain(Class<?> type) {
        return type.isRecord()
                || type.isArray()
                || Collection.class.isAssignableFrom(type)
                || Map.class.isAssignableFrom(type);
    }
}
