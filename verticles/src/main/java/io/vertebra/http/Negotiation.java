package io.vertebra.http;

import io.vertebra.bus.Problem;
import io.vertebra.bus.Problems;
import io.vertebra.bus.Verb;
import io.vertebra.kernel.config.HttpSettings;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What the headers of a request ask for, and whether the operation can serve it. */
final class Negotiation {
    private static final String JSON = "application/json";

    private Negotiation() {}

    /** Refuses media types, bodies and lengths that the operation does not take. */
    static void check(Endpoint endpoint, Head head, int bodyMax) {
        if (!endpoint.takesBody()) {
            if (head.hasBody()) {
                throw malformed("This operation takes no body.");
            }
        } else if (head.hasBody()) {
            if (head.length > bodyMax) {
                throw Body.tooLarge(bodyMax);
            }
            var takes = endpoint.takes();
            var type = takes == null ? JSON : takes.value();
            if (!sent(head.contentType, type, endpoint.route().verb() == Verb.PATCH)) {
                throw Problem.of(Problems.UNSUPPORTED_MEDIA_TYPE, "Send " + type + " in UTF-8.");
            }
        }
        boolean json = !endpoint.operation().answersNothing() && !endpoint.answersDocument();
        if (head.accept != null && json && !accepts(head.accept)) {
            throw Problem.of(Problems.NOT_ACCEPTABLE, "This operation answers with application/json.");
        }
    }

    /** How long the client waits, at most as long as the door allows. */
    static long timeoutMs(Head head, HttpSettings settings) {
        var most = settings.handleTimeout().toMillis();
        if (head.timeout == null) {
            return most;
        }
        try {
            var asked = Long.parseLong(head.timeout);
            if (asked > 0) {
                return Math.min(asked, most);
            }
        } catch (NumberFormatException e) {
            throw malformed("Request-Timeout-Ms is a number of milliseconds.");
        }
        throw malformed("Request-Timeout-Ms is greater than 0.");
    }

    /** The version that an {@code If-Match} names; null for any. What no version of ours can be, is stale. */
    static @Nullable Long version(String ifMatch) {
        var tag = ifMatch.trim();
        if (tag.equals("*")) {
            return null;
        }
        if (tag.length() < 2 || tag.charAt(0) != '"' || tag.charAt(tag.length() - 1) != '"') {
            if (tag.startsWith("W/\"") && tag.endsWith("\"")) {
                throw Problem.of(Problems.STALE_VERSION, "A weak entity tag matches nothing here.");
            }
            throw malformed("If-Match names one entity tag, such as \"3\".");
        }
        try {
            return Long.parseLong(tag, 1, tag.length() - 1, 10);
        } catch (NumberFormatException unknown) {
            throw Problem.of(Problems.STALE_VERSION, "If-Match names a version that never was.");
        }
    }

    private static boolean sent(@Nullable String type, String taken, boolean patch) {
        if (type == null) {
            return false;
        }
        if (type.equals(taken)) {
            return true;
        }
        var semicolon = type.indexOf(';');
        var essence =
                (semicolon < 0 ? type : type.substring(0, semicolon)).trim().toLowerCase(Locale.ROOT);
        var known = essence.equals(taken) || patch && essence.equals("application/merge-patch+json");
        var parameters =
                semicolon < 0 ? "" : type.substring(semicolon + 1).trim().toLowerCase(Locale.ROOT);
        return known && (parameters.isEmpty() || parameters.replace("\"", "").equals("charset=utf-8"));
    }

    private static boolean accepts(String accept) {
        if (accept.contains("*/*") || accept.contains("application/json")) {
            return true;
        }
        for (var range : accept.split(",")) {
            var semicolon = range.indexOf(';');
            var essence = (semicolon < 0 ? range : range.substring(0, semicolon))
                    .trim()
                    .toLowerCase(Locale.ROOT);
            if (essence.equals("application/*") || essence.equals("application/json") || essence.isEmpty()) {
                return true;
            }
        }
        return false;
    }

    private static Problem malformed(String detail) {
        return Problem.of(Problems.MALFORMED_REQUEST, detail);
    }
}
