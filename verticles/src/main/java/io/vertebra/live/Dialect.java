package io.vertebra.live;

import io.vertebra.bus.Problem;
import io.vertebra.kernel.events.Logged;
import org.jspecify.annotations.Nullable;

/**
 * How clients of one kind talk with the core. Reads their frames and words ours. What many subscribers hear is worded
 * once: a frame of a subscription is its head, worded when it was made, and a rest that is the same for all.
 */
interface Dialect {
    /** Does what a frame says. */
    void receive(String frame, Session session);

    String authenticated(To to, long expiresAtMs);

    /** Done; to a new subscription with the cursor that it begins after. */
    String ok(To to, @Nullable String cursor);

    /** The answer to a ping; null when there is none. */
    @Nullable
    String pong();

    String answer(To to, @Nullable Object body, boolean replayed);

    String error(To to, Problem problem, String requestId);

    String reset(String subscription, String cursor, String snapshot);

    String revoked(String subscription, Problem problem, String requestId);

    String eventHead(String subscription);

    String eventRest(Logged logged);

    String valueHead(String subscription);

    String valueRest(String at, String value);

    /**
     * Whom an answer is for.
     *
     * @param id what the client calls its question: an id, or the address that waits for the reply; null for none
     * @param quiet whether the client wants to hear of a refusal only
     */
    record To(@Nullable String id, boolean quiet) {
        /** The connection as a whole. */
        static final To CONNECTION = new To(null, true);

        static To of(@Nullable String id) {
            return new To(id, false);
        }
    }
}
