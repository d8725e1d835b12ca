package io.vertebra.live;

import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.impl.ConnectionBase;
import java.util.concurrent.TimeUnit;

/** A connection as its transport has it; everything on the connection's own context. */
interface Channel {
    /** How long a client that is cut may take to read why. */
    long LAST_WORDS_MS = 5_000;

    /** Writes a frame. */
    void send(String frame);

    /** Whether so much waits for the client that nothing more should be written. */
    boolean full();

    /** Reads no more from the client. */
    void pause();

    /** Reads on. */
    void resume();

    /** Asks the client for a sign of life; false where the transport cannot, and the client must give one itself. */
    boolean ping();

    /** Ends the connection. */
    void close(Closing why);

    /** The line that a request came on; it stays the same through an upgrade. */
    static io.netty.channel.Channel line(HttpServerRequest request) {
        return ((ConnectionBase) request.connection()).channelHandlerContext().channel();
    }

    /**
     * Ends a line in a moment, for certain. Vert.x closes behind what is still to be sent, and whoever does not read
     * keeps that from leaving for as long as they like.
     */
    static void endSoon(io.netty.channel.Channel line) {
        line.eventLoop()
                .schedule(
                        () -> {
                            if (line.isOpen()) {
                                line.unsafe().close(line.voidPromise());
                            }
                        },
                        LAST_WORDS_MS,
                        TimeUnit.MILLISECONDS);
    }

    /** Why the server ends a connection, with the close code of a WebSocket. */
    enum Closing {
        GOING_AWAY(1001, "the node stops"),
        MALFORMED(1008, "too many malformed frames"),
        TOO_LARGE(1009, "the frame is too large"),
        FULL(1013, "the node takes no more connections"),
        UNAUTHENTICATED(4401, "no valid token"),
        SILENT(4408, "no sign of life"),
        AGED(4410, "too old or idle"),
        SLOW(4413, "reads too slowly"),
        LIMITED(4429, "a limit is used up");

        private final short code;
        private final String reason;

        Closing(int code, String reason) {
            this.code = (short) code;
            this.reason = reason;
        }

        short code() {
            return code;
        }

        String reason() {
            return reason;
        }
    }
}
