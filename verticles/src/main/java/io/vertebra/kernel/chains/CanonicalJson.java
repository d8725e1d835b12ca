package io.vertebra.kernel.chains;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * JSON in its one canonical form (RFC 8785, JSON Canonicalization Scheme) for what chains hold: objects, lists,
 * strings, whole numbers that a double holds exactly, booleans and null.
 */
public final class CanonicalJson {
    private static final long EXACT_MAX = (1L << 53) - 1;

    private CanonicalJson() {}

    /** The canonical text of a value. */
    public static String text(@Nullable Object value) {
        var out = new StringBuilder(512);
        write(value, out);
        return out.toString();
    }

    /** The same in UTF-8, to be hashed. */
    public static byte[] bytes(@Nullable Object value) {
        return text(value).getBytes(StandardCharsets.UTF_8);
    }

    private static void write(@Nullable Object value, StringBuilder out) {
        switch (value) {
            case null -> out.append("null");
            case String string -> quote(string, out);
            case Boolean bool -> out.append(bool);
            case Integer number -> number(number, out);
            case Long number -> number(number, out);
            case List<?> list -> list(list, out);
            case Map<?, ?> map -> object(map, out);
            default ->
                throw new IllegalArgumentException(
                        "No canonical form for a " + value.getClass().getSimpleName());
        }
    }

    private static void number(long number, StringBuilder out) {
        if (Math.abs(number) > EXACT_MAX) {
            throw new IllegalArgumentException("A number beyond 2^53 has no canonical form");
        }
        out.append(number);
    }

    private static void list(List<?> list, StringBuilder out) {
        out.append('[');
        for (int i = 0; i < list.size(); i++) {
            out.append(i == 0 ? "" : ",");
            write(list.get(i), out);
        }
        out.append(']');
    }

    /** Members are sorted by the UTF-16 code units of their names, which is how Java compares strings. */
    private static void object(Map<?, ?> map, StringBuilder out) {
        var sorted = new TreeMap<String, @Nullable Object>();
        map.forEach((name, value) -> sorted.put((String) name, value));
        out.append('{');
        boolean first = true;
        for (var member : sorted.entrySet()) {
            out.append(first ? "" : ",");
            quote(member.getKey(), out);
            out.append(':');
            write(member.getValue(), out);
            first = false;
        }
        out.append('}');
    }

    private static void quote(String string, StringBuilder out) {
        out.append('"');
        for (int i = 0; i < string.length(); i++) {
            char c = string.charAt(i);
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\b' -> out.append("\\b");
                case '\t' -> out.append("\\t");
                case '\n' -> out.append("\\n");
                case '\f' -> out.append("\\f");
                case '\r' -> out.append("\\r");
                default -> {
                    if (c < ' ') {
                        out.append(String.format("\\u%04x", (int) c));
                    } else {
                        out.append(c);
                    }
                }
            }
        }
        out.append('"');
    }
}
