package io.vertebra.http;

import io.vertx.core.http.HttpServerResponse;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which pages of other origins may call: exact origins only, with cookies only those of the console's own. */
final class Cors {
    private static final String EXPOSED =
            "ETag, Link, Location, RateLimit, RateLimit-Policy, Retry-After, X-Request-Id," + " Idempotency-Replayed";
    private static final String ACCEPTED = "Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match,"
            + " Request-Timeout-Ms, X-Request-Id, traceparent";
    private static final String PREFLIGHT_SECONDS = "600";

    private final Set<String> origins;
    private final String own;

    Cors(List<String> origins, String own) {
        this.origins = new HashSet<>(origins);
        this.own = own;
    }

    /** Whether a page of this origin is one of the console's. */
    boolean own(@Nullable String origin) {
        return own.equals(origin);
    }

    /** Says on an answer that this origin may read it. */
    void allow(@Nullable String origin, HttpServerResponse response) {
        if (origin == null || !origins.contains(origin) && !own.equals(origin)) {
            return;
        }
        response.putHeader("access-control-allow-origin", origin)
                .putHeader("access-control-expose-headers", EXPOSED)
                .putHeader(Fields.VARY, "Origin");
        if (own.equals(origin)) {
            response.putHeader("access-control-allow-credentials", "true");
        }
    }

    /** Answers the question a browser asks before the request itself. */
    void preflight(@Nullable String origin, String methods, HttpServerResponse response) {
        allow(origin, response);
        if (response.headers().contains("access-control-allow-origin")) {
            response.putHeader("access-control-allow-methods", methods)
                    .putHeader("access-control-allow-headers", ACCEPTED)
                    .putHeader("access-control-max-age", PREFLIGHT_SECONDS);
        }
    }
}
