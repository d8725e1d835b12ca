package io.vertebra.launcher.watch;

import io.vertx.core.json.JsonObject;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Who is told what comes over a {@link Bridge}; always on its event loop. */
public interface Reception {
    /** The connection came or went. */
    void turned(State state, @Nullable Instant retryAt, String reason);

    /** An event, once, in the order of the log. */
    void event(String topic, String cursor, JsonObject event);

    /** The newest value of a topic that has only one. */
    void value(String topic, JsonObject value);

    /** The log no longer holds what came after the place that was reached; it goes on with what is kept. */
    void reset(String topic, String reason);

    /** A topic is not followed: it was refused, or its right was taken away. */
    void ended(String topic, String reason);

    /** How the connection stands. */
    enum State {
        /** Being made. */
        CONNECTING,
        /** Signed in, and everything is followed. */
        LIVE,
        /** Away; it is tried again. */
        OFFLINE,
        /** Given up: nobody is signed in any more. */
        CLOSED
    }
}
