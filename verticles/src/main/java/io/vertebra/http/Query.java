package io.vertebra.http;

import io.vertebra.bus.Problem;
import io.vertebra.bus.Problems;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The query of a request target, strictly: every name once. */
final class Query {
    private Query() {}

    /** The parameters by name; null or empty gives none. */
    static Map<String, String> parse(@Nullable String query) {
        if (query == null || query.isEmpty()) {
            return Map.of();
        }
        var parameters = new LinkedHashMap<String, String>();
        for (var pair : query.split("&")) {
            var equals = pair.indexOf('=');
            var name = decode(equals < 0 ? pair : pair.substring(0, equals));
            var value = equals < 0 ? "" : decode(pair.substring(equals + 1));
            if (parameters.put(name, value) != null) {
                throw malformed("One query parameter stands twice.").at("?" + name, "must stand once");
            }
        }
        return parameters;
    }

    /** Percent-decodes a segment of the path. */
    static String segment(String raw) {
        return raw.indexOf('%') < 0 ? raw : decode(raw.replace("+", "%2B"));
    }

    private static String decode(String raw) {
        try {
            return URLDecoder.decode(raw, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw malformed("The percent-encoding of the address is broken.");
        }
    }

    private static Problem malformed(String detail) {
        return Problem.of(Problems.MALFORMED_REQUEST, detail);
    }
}
