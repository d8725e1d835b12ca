package io.vertebra.live;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertebra.bus.Json;
import io.vertebra.bus.Problem;
import io.vertebra.bus.Problems;
import io.vertebra.door.Documents;
import io.vertebra.kernel.events.Logged;
import java.nio.charset.StandardCharsets;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What the frames of all dialects have in common: JSON documents. */
final class Frames {
    private static final int NAME_MAX = 200;

    private Frames() {}

    static ObjectNode read(String frame) {
        return Documents.object(frame.getBytes(StandardCharsets.UTF_8));
    }

    static String text(ObjectNode frame) {
        try {
            return Json.strict().writeValueAsString(frame);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The text of a frame without its end, to be gone on with. */
    static String head(ObjectNode frame) {
        var text = text(frame);
        return text.substring(0, text.length() - 1);
    }

    /** The text of a frame without its beginning, to go on with. */
    static String rest(ObjectNode frame) {
        return "," + text(frame).substring(1);
    }

    static ObjectNode event(Logged logged) {
        var event = Json.strict().createObjectNode();
        event.put("id", logged.id().toString()).put("type", logged.type()).put("version", logged.version());
        event.put("at", logged.at().toString());
        if (logged.orgId() != null) {
            event.put("orgId", logged.orgId().toString());
        }
        event.put("key", logged.key()).put("actor", logged.actor().toString()).put("requestId", logged.requestId());
        event.set("data", Json.strict().valueToTree(logged.data().getMap()));
        return event;
    }

    static JsonNode tree(@Nullable Object value) {
        return Json.strict().valueToTree(value);
    }

    /** A text that the frame must have. */
    static String needed(JsonNode frame, String field) {
        var value = optional(frame, field);
        if (value == null) {
            throw malformed("The frame has no " + field + ".");
        }
        return value;
    }

    /** A text that the frame may have. */
    static @Nullable String optional(JsonNode frame, String field) {
        var value = frame.path(field);
        if (value.isMissingNode() || value.isNull()) {
            return null;
        }
        if (!value.isTextual() || (value.asText().length() > NAME_MAX && !field.equals("token"))) {
            throw malformed(field + " is a text of at most " + NAME_MAX + " characters.");
        }
        return value.asText();
    }

    /** A number that the frame may have, also as text. */
    static @Nullable Long number(JsonNode frame, String field) {
        var value = frame.path(field);
        if (value.isMissingNode() || value.isNull()) {
            return null;
        }
        try {
            long number = value.isIntegralNumber() ? value.longValue() : Long.parseLong(value.asText());
            if (number >= 0) {
                return number;
            }
        } catch (NumberFormatException notANumber) {
            throw malformed(field + " is a whole number, not negative.");
        }
        throw malformed(field + " is a whole number, not negative.");
    }

    static Problem malformed(String detail) {
        return Problem.of(Problems.MALFORMED_REQUEST, detail);
    }

    /** What was worded last: many hear the same few events, each of them all of these before the next one does. */
    static final class Wordings {
        /** A power of two. */
        private static final int KEPT = 64;

        private final @Nullable Wording[] kept = new Wording[KEPT];

        private record Wording(Logged logged, String text) {}

        String of(Logged logged, Function<Logged, String> word) {
            int at = (int) logged.seq() & (KEPT - 1);
            var found = kept[at];
            if (found == null || found.logged != logged) {
                found = new Wording(logged, word.apply(logged));
                kept[at] = found;
            }
            return found.text;
        }
    }
}
