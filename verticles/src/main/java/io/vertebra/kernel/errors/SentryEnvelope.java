package io.vertebra.kernel.errors;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/** An event as Sentry's envelope endpoint takes it: a header, the header of one item, and the item, a line each. */
final class SentryEnvelope {
    private static final int HEX_ID = 32;

    private SentryEnvelope() {}

    /**
     * The envelope of the newest failure of a group.
     *
     * @param environment local, staging, production
     */
    static Buffer of(ErrorGroup group, Instant now, String node, String version, String environment) {
        var id = UUID.randomUUID().toString().replace("-", "").substring(0, HEX_ID);
        var event = event(group, id, node, version, environment).toBuffer();
        var header = new JsonObject().put("event_id", id).put("sent_at", now.toString());
        var item = new JsonObject()
                .put("type", "event")
                .put("content_type", "application/json")
                .put("length", event.length());
        return Buffer.buffer()
                .appendBuffer(header.toBuffer())
                .appendByte((byte) '\n')
                .appendBuffer(item.toBuffer())
                .appendByte((byte) '\n')
                .appendBuffer(event)
                .appendByte((byte) '\n');
    }

    private static JsonObject event(ErrorGroup group, String id, String node, String version, String environment) {
        var tags = new JsonObject().put("operation", group.operation());
        if (group.requestId() != null) {
            tags.put("request_id", group.requestId());
        }
        var values = new JsonArray();
        // Sentry wants the innermost cause first.
        ErrorGroup.causes(group.cause()).reversed().forEach(cause -> values.add(exception(cause)));
        return new JsonObject()
                .put("event_id", id)
                .put("timestamp", group.lastSeen().toString())
                .put("platform", "java")
                .put("level", "error")
                .put("server_name", node)
                .put("release", "vertebra@" + version)
                .put("environment", environment)
                .put("transaction", group.operation())
                .put("fingerprint", new JsonArray().add(group.id().toString()))
                .put("tags", tags)
                .put("extra", new JsonObject().put("failures", group.count()).put("place", group.place()))
                .put("exception", new JsonObject().put("values", values));
    }

    private static JsonObject exception(Throwable cause) {
        var type = cause.getClass();
        var frames = new JsonArray();
        // Sentry wants the frame that was called last at the end.
        List<StackTraceElement> kept = ErrorGroup.frames(cause);
        kept.reversed().forEach(frame -> frames.add(frame(frame)));
        return new JsonObject()
                .put("type", type.getSimpleName())
                .put("module", type.getPackageName())
                .put("value", ErrorGroup.message(cause))
                .put("stacktrace", new JsonObject().put("frames", frames));
    }

    private static JsonObject frame(StackTraceElement frame) {
        var json = new JsonObject()
                .put("module", frame.getClassName())
                .put("function", frame.getMethodName())
                .put("in_app", ErrorGroup.isOurs(frame));
        if (frame.getFileName() != null) {
            json.put("filename", frame.getFileName());
        }
        if (frame.getLineNumber() > 0) {
            json.put("lineno", frame.getLineNumber());
        }
        return json;
    }
}
