package io.vertebra.bus;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Makes values of the types that contracts use: random ones, or with a fixed seed always the same. */
final class Samples {
    private static final int ITEMS_MAX = 3;
    private static final int[] LETTERS =
            "abc XYZ09-äß\u4e2d\ud83d\ude00\"\\\n".codePoints().toArray();

    private final Random random;
    private final boolean complete;

    /** Random values, nulls and empty collections among them. */
    Samples(Random random) {
        this(random, false);
    }

    private Samples(Random random, boolean complete) {
        this.random = random;
        this.complete = complete;
    }

    /** Always the same values, nothing left out. */
    static Samples golden(String name) {
        return new Samples(new Random(name.hashCode()), true);
    }

    Object of(Type type) {
        if (type instanceof ParameterizedType parameterized) {
            return ofParameterized(parameterized);
        }
        var raw = (Class<?>) type;
        if (raw.isEnum()) {
            var constants = raw.getEnumConstants();
            return constants[random.nextInt(constants.length)];
        }
        if (raw == Money.class) {
            return Money.of(random.nextInt(1_000_000), random.nextBoolean() ? "EUR" : "JPY");
        }
        return raw.isRecord() ? ofRecord(raw, Map.of()) : ofScalar(raw);
    }

    private Object ofScalar(Class<?> raw) {
        return switch (raw.getSimpleName()) {
            case "String" -> text();
            case "UUID" -> new UUID(random.nextLong(), random.nextLong());
            case "Instant" -> Instant.ofEpochSecond(1_700_000_000L + random.nextInt(100_000_000), 123_456_000);
            case "BigDecimal" -> BigDecimal.valueOf(random.nextInt(1_000_000), 2);
            case "boolean", "Boolean" -> random.nextBoolean();
            case "int", "Integer" -> random.nextInt(1_000);
            case "long", "Long" -> (long) random.nextInt(1_000_000);
            case "Object" -> "any";
            default -> throw new IllegalArgumentException("No sample of " + raw);
        };
    }

    private Object ofParameterized(ParameterizedType type) {
        var raw = (Class<?>) type.getRawType();
        var first = type.getActualTypeArguments()[0];
        if (raw == List.class) {
            return items(first);
        }
        if (raw == Set.class) {
            var all = items(first);
            return new LinkedHashSet<>(complete ? all.subList(0, 1) : all);
        }
        if (raw == Map.class) {
            var map = new LinkedHashMap<Object, Object>();
            items(first).forEach(key -> map.put(key, of(type.getActualTypeArguments()[1])));
            return map;
        }
        if (raw == Change.class) {
            int kind = complete ? 2 : random.nextInt(3);
            return kind == 0 ? Change.absent() : Change.to(kind == 1 ? null : of(first));
        }
        return ofRecord(raw, Map.of(raw.getTypeParameters()[0].getName(), first));
    }

    private List<Object> items(Type type) {
        var items = new ArrayList<>();
        int count = complete ? 2 : random.nextInt(ITEMS_MAX + 1);
        for (int i = 0; i < count; i++) {
            items.add(of(type));
        }
        return items;
    }

    private Object ofRecord(Class<?> raw, Map<String, Type> arguments) {
        var components = raw.getRecordComponents();
        var types = Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
        var values = Arrays.stream(components)
                .map(component -> ofComponent(component, arguments))
                .toArray();
        try {
            return raw.getDeclaredConstructor(types).newInstance(values);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    private @Nullable Object ofComponent(RecordComponent component, Map<String, Type> arguments) {
        boolean optional = component.getAnnotatedType().isAnnotationPresent(Nullable.class);
        if (optional && !complete && random.nextInt(3) == 0) {
            return null;
        }
        return of(bound(component.getGenericType(), arguments));
    }

    /** The type with the record's own arguments put in: of {@code List<T>} only its item. */
    private static Type bound(Type type, Map<String, Type> arguments) {
        if (arguments.containsKey(type.getTypeName())) {
            return arguments.get(type.getTypeName());
        }
        if (type instanceof ParameterizedType parameterized
                && arguments.containsKey(parameterized.getActualTypeArguments()[0].getTypeName())) {
            var argument = arguments.get(parameterized.getActualTypeArguments()[0].getTypeName());
            return new ParameterizedType() {
                @Override
                public Type[] getActualTypeArguments() {
                    return new Type[] {argument};
                }

                @Override
                public Type getRawType() {
                    return parameterized.getRawType();
                }

                @Override
                public @Nullable Type getOwnerType() {
                    return null;
                }
            };
        }
        return type;
    }

    private String text() {
        if (complete) {
            return "text-" + random.nextInt(1_000);
        }
        var text = new StringBuilder();
        int length = random.nextInt(12);
        for (int i = 0; i < length; i++) {
            text.appendCodePoint(LETTERS[random.nextInt(LETTERS.length)]);
        }
        return text.toString();
    }
}
