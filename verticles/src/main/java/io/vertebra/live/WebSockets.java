package io.vertebra.live;

import io.vertebra.bus.Problem;
import io.vertebra.bus.Problems;
import io.vertebra.door.Upgrade;
import io.vertebra.live.Channel.Closing;
import io.vertebra.live.Dialect.To;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.ServerWebSocket;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Connections over WebSocket with the subprotocol of Vertebra. */
final class WebSockets {
    private static final Logger log = LoggerFactory.getLogger(WebSockets.class);
    private static final String BEARER = "bearer.";
    private static final String PROTOCOLS = "sec-websocket-protocol";

    private final Entrance entrance;
    private final Dialect dialect;

    WebSockets(Entrance entrance, Dialect dialect) {
        this.entrance = entrance;
        this.dialect = dialect;
    }

    /** Why a request is no handshake of ours. */
    static @Nullable Problem refusal(HttpServerRequest request) {
        var protocols = request.getHeader(PROTOCOLS);
        if (request.method() != HttpMethod.GET
                || !"websocket".equalsIgnoreCase(request.getHeader("upgrade"))
                || protocols == null
                || !List.of(protocols.split("\\s*,\\s*")).contains(Upgrade.SUBPROTOCOL)) {
            return Problem.of(Problems.MALFORMED_REQUEST, "Connect a WebSocket with " + Upgrade.SUBPROTOCOL + ".");
        }
        if (request.query() != null) {
            return Problem.of(Problems.MALFORMED_REQUEST, "This path takes no query; no token belongs in an address.");
        }
        return null;
    }

    void accept(HttpServerRequest request) {
        var token = token(request.getHeader(PROTOCOLS));
        var address = entrance.address(request);
        var agent = request.getHeader("user-agent");
        request.toWebSocket()
                .onSuccess(socket -> {
                    var session = entrance.enter(new Socket(socket, Channel.line(request)), dialect, address, agent);
                    if (session == null) {
                        socket.close(Closing.FULL.code(), Closing.FULL.reason());
                    } else {
                        begin(socket, session, token);
                    }
                })
                .onFailure(failure -> log.debug("A handshake failed: {}", failure.getMessage()));
    }

    private void begin(ServerWebSocket socket, Session session, @Nullable String token) {
        socket.setWriteQueueMaxSize(entrance.room().settings().queueMax());
        socket.textMessageHandler(session::received);
        socket.binaryMessageHandler(bytes -> session.fault(To.CONNECTION, Frames.malformed("Frames are text.")));
        socket.exceptionHandler(failure -> log.debug("A socket failed: {}", failure.getMessage()));
        socket.drainHandler(nothing -> session.drained());
        socket.pongHandler(pong -> session.alive());
        // Not the end handler: it only hears of clients that say goodbye.
        socket.closeHandler(nothing -> session.ended());
        if (token != null) {
            session.authenticate(token, To.of(null));
        }
    }

    /** The token that a browser sent beside the subprotocol, since it cannot set a header. */
    private static @Nullable String token(@Nullable String protocols) {
        for (var protocol : protocols == null ? new String[0] : protocols.split("\\s*,\\s*")) {
            if (protocol.startsWith(BEARER)) {
                return protocol.substring(BEARER.length());
            }
        }
        return null;
    }

    private record Socket(ServerWebSocket socket, io.netty.channel.Channel line) implements Channel {
        @Override
        public void send(String frame) {
            if (!socket.isClosed()) {
                socket.writeTextMessage(frame);
            }
        }

        @Override
        public boolean full() {
            return !socket.isClosed() && socket.writeQueueFull();
        }

        @Override
        public void pause() {
            socket.pause();
        }

        @Override
        public void resume() {
            socket.resume();
        }

        @Override
        public boolean ping() {
            socket.writePing(Buffer.buffer("v"));
            return true;
        }

        @Override
        public void close(Closing why) {
            socket.close(why.code(), why.reason());
            Channel.endSoon(line);
        }
    }
}
