package io.vertebra.live;

import io.vertebra.door.Upgrade;
import io.vertebra.live.Channel.Closing;
import io.vertx.core.Context;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.handler.BodyHandler;
import io.vertx.ext.web.handler.sockjs.SockJSHandler;
import io.vertx.ext.web.handler.sockjs.SockJSHandlerOptions;
import io.vertx.ext.web.handler.sockjs.SockJSSocket;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Connections over SockJS, in the frames of the event-bus bridge. The protocol of SockJS is the library's; its own
 * bridge to the event bus is not used.
 */
final class SockJs {
    private static final Logger log = LoggerFactory.getLogger(SockJs.class);

    private static final long LAST_WORDS_MS = 5_000;

    private final Entrance entrance;
    private final Dialect dialect;
    private final Router router;

    SockJs(Entrance entrance, Dialect dialect) {
        this.entrance = entrance;
        this.dialect = dialect;
        var vertx = entrance.room().on().vertx();
        var settings = entrance.room().settings();
        var options = new SockJSHandlerOptions()
                .setInsertJSESSIONID(false)
                .setRegisterWriteHandler(false)
                .setHeartbeatInterval(settings.pingInterval().toMillis())
                .addDisabledTransport("HTML_FILE")
                .addDisabledTransport("JSON_P");
        router = Router.router(vertx);
        router.post(Upgrade.BRIDGE + "/*").handler(BodyHandler.create(false).setBodyLimit(settings.frameMax()));
        // The library closes the connection after each answer to a poll; without a word a client sends on it again.
        router.post(Upgrade.BRIDGE + "/:server/:session/xhr").handler(poll -> {
            poll.response().putHeader("connection", "close");
            poll.next();
        });
        router.route(Upgrade.BRIDGE + "/*")
                .subRouter(SockJSHandler.create(vertx, options).socketHandler(this::connected));
    }

    void accept(HttpServerRequest request) {
        router.handle(request);
    }

    private void connected(SockJSSocket socket) {
        var request = socket.routingContext().request();
        var address = entrance.address(request);
        var channel = new Socket(
                socket,
                entrance.room().on().vertx().getOrCreateContext(),
                entrance.room().settings().queueMax());
        var session = entrance.enter(channel, dialect, address, request.getHeader("user-agent"));
        if (session == null) {
            socket.close(Closing.FULL.code(), Closing.FULL.reason());
            return;
        }
        channel.session = session;
        socket.exceptionHandler(failure -> log.debug("A socket failed: {}", failure.getMessage()));
        socket.closeHandler(nothing -> session.ended());
        socket.handler(frame -> session.received(frame.toString()));
        entrance.admit(address)
                .onSuccess(limited -> {
                    if (limited != null) {
                        session.cut(Closing.LIMITED, limited);
                    }
                })
                .onFailure(away -> session.cut(Closing.FULL, Entrance.full()));
    }

    /** The library's socket has no end to what waits for a client, so what was written and not yet sent is counted. */
    private static final class Socket implements Channel {
        private final SockJSSocket socket;
        private final Context context;
        private final int queueMax;
        private @Nullable Session session;
        private long unsent;
        /** Whether the client has to take half of it before more is written. */
        private boolean held;

        private boolean closed;
        private @Nullable Closing ending;

        Socket(SockJSSocket socket, Context context, int queueMax) {
            this.socket = socket;
            this.context = context;
            this.queueMax = queueMax;
        }

        @Override
        public void send(String frame) {
            if (closed) {
                return;
            }
            int size = frame.length();
            unsent += size;
            socket.write(frame)
                    .onComplete(sent -> context.runOnContext(on -> {
                        unsent -= size;
                        if (ending != null && unsent == 0) {
                            socket.close(ending.code(), ending.reason());
                        }
                        if (held && unsent <= queueMax / 2 && session != null) {
                            held = false;
                            session.drained();
                        }
                    }));
        }

        @Override
        public boolean full() {
            held |= unsent >= queueMax;
            return held;
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
            return false;
        }

        @Override
        public void close(Closing why) {
            closed = true;
            if (unsent > 0) {
                ending = why;
                // A client that polls has to come for the reason first.
                context.owner().setTimer(LAST_WORDS_MS, late -> socket.close(why.code(), why.reason()));
            } else {
                socket.close(why.code(), why.reason());
            }
        }
    }
}
