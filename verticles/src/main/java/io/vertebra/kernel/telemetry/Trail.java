package io.vertebra.kernel.telemetry;

import io.vertebra.bus.Call;
import io.vertx.core.Vertx;
import io.vertx.core.spi.context.storage.ContextLocal;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What every log line of one request says beside its message. It lies on the Vert.x context, so that it follows the
 * request through its futures.
 *
 * @param requestId the id that the client sees
 * @param userId who asks; null for nobody
 * @param operation what is asked, {@code Orgs.CreateProject}; null while it is not known
 * @param traceId the W3C trace id; null without a trace
 */
public record Trail(
        String requestId,
        @Nullable String userId,
        @Nullable String operation,
        @Nullable String traceId) {

    static final ContextLocal<Trail> LOCAL = ContextLocal.registerLocal(Trail.class);

    private static final int TRACE_START = 3;
    private static final int TRACE_END = 35;

    /** Log lines of the present Vert.x context belong to this call from now on. */
    public static void put(Call call, @Nullable String operation) {
        var caller = call.caller();
        put(new Trail(
                call.requestId(),
                caller.signedIn() ? caller.service() == null ? caller.id().toString() : caller.service() : null,
                operation,
                traceId(call.traceparent())));
    }

    /** Log lines of the present Vert.x context carry this trail from now on. */
    public static void put(Trail trail) {
        var context = Vertx.currentContext();
        if (context != null) {
            context.putLocal(LOCAL, trail);
        }
    }

    /** The trail of the present context; null outside of requests. */
    public static @Nullable Trail current() {
        var context = Vertx.currentContext();
        return context == null ? null : context.getLocal(LOCAL);
    }

    /** The trace id of a {@code traceparent}; null when there is none. */
    public static @Nullable String traceId(@Nullable String traceparent) {
        return traceparent == null || traceparent.length() < TRACE_END
                ? null
                : traceparent.substring(TRACE_START, TRACE_END);
    }

    /** The fields of a log line, by the names that they have there. */
    Map<String, String> fields() {
        var fields = new LinkedHashMap<String, String>();
        fields.put("request_id", requestId);
        putKnown(fields, "user_id", userId);
        putKnown(fields, "operation", operation);
        putKnown(fields, "trace_id", traceId);
        return fields;
    }

    private static void putKnown(Map<String, String> fields, String name, @Nullable String value) {
        if (value != null) {
            fields.put(name, value);
        }
    }
}
