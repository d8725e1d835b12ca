package io.vertebra.door;

import io.vertebra.bus.Json;
import io.vertebra.bus.Literals;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;

/** Values from paths and queries, each in one form only. */
public final class Scalars {
    private Scalars() {}

    /** How a value of this type is read; what it throws is a {@link Malformed}. */
    public static Function<String, Object> reader(Class<?> type) {
        if (type == UUID.class) {
            return Scalars::uuid;
        }
        if (type == String.class) {
            return text -> text;
        }
        if (type == Integer.class || type == int.class) {
            return text -> (int) number(text, Integer.MIN_VALUE, Integer.MAX_VALUE);
        }
        if (type == Long.class || type == long.class) {
            return text -> number(text, Long.MIN_VALUE, Long.MAX_VALUE);
        }
        if (type == Boolean.class || type == boolean.class) {
            return Scalars::truth;
        }
        if (type == Instant.class) {
            return Scalars::instant;
        }
        if (type.isEnum()) {
            return constant(type);
        }
        throw new IllegalArgumentException("A path or query cannot hold a " + type.getName());
    }

    /** What a value of this type looks like, to follow the name of the field. */
    public static String expected(Class<?> type) {
        if (type == UUID.class) {
            return "must be a UUID";
        }
        if (type == Instant.class) {
            return "must be a time such as 2026-11-20T14:00:00Z";
        }
        if (type == String.class) {
            return "must be a string";
        }
        if (type == Boolean.class || type == boolean.class) {
            return "must be true or false";
        }
        if (type.isEnum()) {
            return "must be one of " + String.join(", ", constants(type).keySet());
        }
        if (type == Integer.class || type == int.class || type == Long.class || type == long.class) {
            return "must be a whole number";
        }
        if (Number.class.isAssignableFrom(type) || type.isPrimitive()) {
            return "must be a number";
        }
        if (java.util.Collection.class.isAssignableFrom(type) || type.isArray()) {
            return "must be an array";
        }
        return "must be an object";
    }

    /** A value that does not have the form of its type. */
    public static final class Malformed extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Malformed(Class<?> type) {
            super(expected(type), null, false, false);
        }
    }

    private static Object uuid(String text) {
        try {
            return Literals.uuid(text);
        } catch (IllegalArgumentException malformed) {
            throw new Malformed(UUID.class);
        }
    }

    private static long number(String text, long least, long most) {
        try {
            var value = Long.parseLong(text);
            if (value >= least && value <= most && text.charAt(0) != '+') {
                return value;
            }
        } catch (NumberFormatException malformed) {
            throw new Malformed(Long.class);
        }
        throw new Malformed(Long.class);
    }

    private static Object truth(String text) {
        return switch (text) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new Malformed(Boolean.class);
        };
    }

    private static Object instant(String text) {
        try {
            return Literals.instant(text);
        } catch (DateTimeException | IllegalArgumentException malformed) {
            throw new Malformed(Instant.class);
        }
    }

    private static Function<String, Object> constant(Class<?> type) {
        var known = constants(type);
        return text -> {
            var value = known.get(text);
            if (value == null) {
                throw new Malformed(type);
            }
            return value;
        };
    }

    private static Map<String, Object> constants(Class<?> type) {
        Map<String, Object> known = new java.util.LinkedHashMap<>();
        for (var constant : type.getEnumConstants()) {
            known.put(Json.name((Enum<?>) constant), constant);
        }
        return known;
    }
}
