package io.vertebra.kernel.config;

import java.util.List;

/**
 * One key with a value and where it was given.
 *
 * @param key dotted, {@code http.handle-timeout}
 * @param values one value, or the items of a list
 * @param list whether the key holds a list
 * @param secret whether the key is marked {@code !secret}
 * @param where the file and line, the variable, or the option
 * @param comment what the file says above the key
 */
record Entry(String key, List<String> values, boolean list, boolean secret, String where, String comment) {
    String value() {
        return values.isEmpty() ? "" : values.getFirst();
    }

    /** This entry's key with another value from elsewhere; a list takes items between commas. */
    Entry with(String text, String from) {
        var items = list ? split(text) : List.of(text);
        return new Entry(key, items, list, secret, from, comment);
    }

    private static List<String> split(String text) {
        return java.util.Arrays.stream(text.split(","))
                .map(String::strip)
                .filter(item -> !item.isEmpty())
                .toList();
    }
}
