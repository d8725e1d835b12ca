package io.vertebra.live;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertebra.bus.Json;
import io.vertebra.bus.Problem;
import io.vertebra.door.ProblemDocument;
import io.vertebra.door.Upgrade;
import io.vertebra.kernel.events.Logged;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** The frames that the door sends, one JSON document each. */
final class Frames {
    private Frames() {}

    static String ok(@Nullable String id) {
        return text(frame("ok", id));
    }

    static String authenticated(long expiresAtMs) {
        return text(frame("ok", null)
                .put("op", "ok")
                .put("expiresAt", Instant.ofEpochMilli(expiresAtMs).toString()));
    }

    /** How every frame of a subscription with this id begins. */
    static String eventStart(String id) {
        var head = text(frame("event", id));
        return head.substring(0, head.length() - 1);
    }

    /** How the frame of an event goes on after {@link #eventStart}; the same for all subscriptions. */
    static String eventRest(Logged logged) {
        var frame = Json.strict().createObjectNode().put("cursor", logged.cursor());
        var event = frame.putObject("event");
        event.put("id", logged.id().toString()).put("type", logged.type()).put("version", logged.version());
        event.put("at", logged.at().toString());
        if (logged.orgId() != null) {
            event.put("orgId", logged.orgId().toString());
        }
        event.put("key", logged.key()).put("actor", logged.actor().toString()).put("requestId", logged.requestId());
        event.set("data", Json.strict().valueToTree(logged.data().getMap()));
        return "," + text(frame).substring(1);
    }

    static String answer(String id, @Nullable Object body, boolean replayed) {
        var frame = frame("res", id);
        if (replayed) {
            frame.put("replayed", true);
        }
        frame.set("body", Json.strict().valueToTree(body));
        return text(frame);
    }

    static String error(@Nullable String id, Problem problem, String origin, String requestId) {
        var frame = frame("err", id);
        frame.set("problem", ProblemDocument.of(problem, origin, Upgrade.PATH, requestId));
        return text(frame);
    }

    private static ObjectNode frame(String op, @Nullable String id) {
        var frame = Json.strict().createObjectNode().put("op", op);
        return id == null ? frame : frame.put("id", id);
    }

    private static String text(ObjectNode frame) {
        try {
            return Json.strict().writeValueAsString(frame);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
