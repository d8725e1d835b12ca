package io.vertebra.payments;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertebra.bus.Call;
import io.vertx.core.Future;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The way to whoever speaks Stripe's API: Stripe over HTTP, the sandbox over the bus. */
@FunctionalInterface
interface Wire {
    int LOST = 0;

    /**
     * Sends a request.
     *
     * @param path below {@code /v1/}
     * @param form the parameters; in the query of a GET
     * @param key lets a repeated request have its effect once
     * @return the JSON answer; fails with {@link Failure} for anything but a success
     */
    Future<JsonNode> send(Call call, String verb, String path, Map<String, String> form, @Nullable String key);

    /** A request that did not succeed, or of which nobody knows. */
    final class Failure extends RuntimeException {
        private static final long serialVersionUID = 1;
        private static final int UNAUTHORISED = 401;
        private static final int FORBIDDEN = 403;
        private static final int CONFLICT = 409;
        private static final int TOO_MANY = 429;
        private static final int SERVER_ERROR = 500;

        private final int status;
        private final transient @Nullable JsonNode error;

        Failure(int status, @Nullable JsonNode error, String message) {
            super(message, null, false, false);
            this.status = status;
            this.error = error;
        }

        /** Whether it may have had its effect, or may have it when it is sent again, with a key that is good. */
        boolean unknown() {
            boolean ours = status == UNAUTHORISED || status == FORBIDDEN;
            return status == LOST || ours || status == CONFLICT || status == TOO_MANY || status >= SERVER_ERROR;
        }

        /** Why it was refused, in the provider's word. */
        String code() {
            if (error == null) {
                return "provider_away";
            }
            var decline = error.path("decline_code").asText("");
            return decline.isEmpty() ? error.path("code").asText("refused") : decline;
        }

        /** The payment that it was about, as it stands now. */
        @Nullable
        JsonNode intent() {
            return error != null && error.path("payment_intent").isObject() ? error.path("payment_intent") : null;
        }
    }

    /** What an answer with this status and body comes to. */
    static Future<JsonNode> answer(int status, JsonNode body) {
        if (status / 100 == 2) {
            return Future.succeededFuture(body);
        }
        var error = body.path("error");
        return Future.failedFuture(new Failure(
                status,
                error.isObject() ? error : null,
                "The provider answered " + status + ": " + error.path("message").asText("")));
    }
}
