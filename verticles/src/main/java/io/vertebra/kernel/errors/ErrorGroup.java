package io.vertebra.kernel.errors;

import io.vertebra.kernel.telemetry.Scrubber;
import io.vertx.core.json.JsonObject;
import io.vertx.pgclient.PgException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Failures of one fingerprint: the same type at the same place of our code in the same operation. Lines of code are no
 * part of it, so that a new release continues the groups of the old one. Every text in it is scrubbed.
 *
 * @param id the fingerprint
 * @param type the class of the innermost cause, of PostgreSQL's with its code
 * @param place the method of ours that is nearest to it; empty when none is on the stack
 * @param requestId the request of the newest; null when it happened outside of requests
 * @param cause the newest failure itself
 */
record ErrorGroup(
        UUID id,
        String type,
        String place,
        String operation,
        long count,
        Instant firstSeen,
        Instant lastSeen,
        @Nullable String requestId,
        Throwable cause) {
    private static final String OURS = "io.vertebra.";
    private static final int CAUSES_MAX = 8;
    private static final int FRAMES_MAX = 40;
    private static final int TEXT_MAX = 1_000;
    private static final int NAME_MAX = 200;
    private static final int STACK_MAX = 8_000;

    /** The group of one failure. */
    static ErrorGroup of(Failure failure) {
        var causes = causes(failure.cause());
        var type = type(causes.getLast());
        var place = place(causes);
        var operation = clean(failure.operation(), NAME_MAX);
        return new ErrorGroup(
                fingerprint(type, place, operation),
                type,
                place,
                operation,
                1,
                failure.at(),
                failure.at(),
                failure.requestId() == null ? null : clean(failure.requestId(), NAME_MAX),
                failure.cause());
    }

    /** Both together; the other one is newer. */
    ErrorGroup and(ErrorGroup newer) {
        return new ErrorGroup(
                id,
                type,
                place,
                operation,
                count + newer.count,
                firstSeen,
                newer.lastSeen,
                newer.requestId,
                newer.cause);
    }

    /** What the innermost cause says. */
    String message() {
        return message(causes(cause).getLast());
    }

    /** What a cause says. */
    static String message(Throwable cause) {
        return clean(Objects.requireNonNullElse(cause.getMessage(), ""), TEXT_MAX);
    }

    /** The causes, the outermost first. */
    static List<Throwable> causes(Throwable failure) {
        var causes = new ArrayList<Throwable>();
        for (Throwable cause = failure; cause != null && causes.size() < CAUSES_MAX; cause = cause.getCause()) {
            causes.add(cause);
        }
        return causes;
    }

    /** The frames of a cause that are kept. */
    static List<StackTraceElement> frames(Throwable cause) {
        var frames = List.of(cause.getStackTrace());
        return frames.subList(0, Math.min(FRAMES_MAX, frames.size()));
    }

    static boolean isOurs(StackTraceElement frame) {
        return frame.getClassName().startsWith(OURS);
    }

    /** As a stack trace reads. */
    String stack() {
        var text = new StringBuilder();
        for (var one : causes(cause)) {
            text.append(text.isEmpty() ? "" : "Caused by: ")
                    .append(one.getClass().getName());
            text.append(": ").append(message(one)).append('\n');
            frames(one).forEach(frame -> text.append("  at ").append(frame).append('\n'));
        }
        return clean(text.toString(), STACK_MAX);
    }

    /** As PostgreSQL takes it. */
    JsonObject json() {
        return new JsonObject()
                .put("id", id.toString())
                .put("type", type)
                .put("place", place)
                .put("operation", operation)
                .put("message", message())
                .put("stack", stack())
                .put("count", count)
                .put("first_seen", firstSeen.toString())
                .put("last_seen", lastSeen.toString())
                .put("request_id", requestId);
    }

    /** What PostgreSQL refused has no stack that could tell one reason from another, so its code does. */
    private static String type(Throwable cause) {
        var name = cause.getClass().getName();
        return cause instanceof PgException pg ? name + " " + pg.getSqlState() : name;
    }

    /** The innermost cause knows best; many that come from servers have no stack, and then the one around it does. */
    private static String place(List<Throwable> causes) {
        for (var cause : causes.reversed()) {
            for (var frame : cause.getStackTrace()) {
                if (isOurs(frame)) {
                    return frame.getClassName() + "." + method(frame.getMethodName());
                }
            }
        }
        return "";
    }

    /** A lambda counts as the method that it stands in: its own name changes with each compilation. */
    private static String method(String name) {
        if (!name.startsWith("lambda$")) {
            return name;
        }
        int end = name.lastIndexOf('$');
        int begin = "lambda$".length();
        return end > begin ? name.substring(begin, end) : name;
    }

    private static UUID fingerprint(String type, String place, String operation) {
        try {
            var digest = MessageDigest.getInstance("SHA-256")
                    .digest((type + "\n" + place + "\n" + operation).getBytes(StandardCharsets.UTF_8));
            var bytes = ByteBuffer.wrap(digest);
            return new UUID(bytes.getLong(), bytes.getLong());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("The JDK lacks SHA-256.", e);
        }
    }

    /** Scrubbed before it is cut, so that no secret is cut into something that is not known as one; NUL is no text. */
    private static String clean(String text, int max) {
        var clean = Scrubber.scrub(text.length() > 4 * max ? text.substring(0, 4 * max) : text)
                .replace('\0', ' ');
        return clean.length() > max ? clean.substring(0, max) : clean;
    }
}
