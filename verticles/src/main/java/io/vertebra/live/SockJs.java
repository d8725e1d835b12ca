package io.vertebra.live;

import io.vertebra.bus.Problem;
import io.vertebra.bus.Problems;
import io.vertebra.door.Upgrade;
import io.vertebra.live.Channel.Closing;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.handler.BodyHandler;
import io.vertx.ext.web.handler.sockjs.SockJSHandler;
import io.vertx.ext.web.handler.sockjs.SockJSHandlerOptions;
import io.vertx.ext.web.handler.sockjs.SockJSSocket;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Connections over SockJS, in the frames of the event-bus bridge. The protocol of SockJS is the library's; its own
 * bridge to the event bus is not used.
 */
final class SockJs {
    private static final Logger log = LoggerFactory.getLogger(SockJs.class);

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
                Channel.line(request),
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
        socket.handler(channel::heard);
        entrance.admit(address)
                .onSuccess(limited -> {
                    if (limited != null) {
                        session.cut(Closing.LIMITED, limited);
                    }
                })
                .onFailure(away -> session.cut(Closing.FULL, Entrance.full()));
    }

    /**
     * The library's socket has no end to what waits in either direction: what was written and not yet sent is counted,
     * and what comes while the client is not read from is kept here up to a limit.
     */
    private static final class Socket implements Channel {
        private final SockJSSocket socket;
        private final io.netty.channel.Channel line;
        private final Context context;
        private final int queueMax;
        private @Nullable Session session;
        private long unsent;
        /** Whether the client has to take half of it before more is written. */
        private boolean held;

        private boolean closed;
        private @Nullable Closing ending;
        private final ArrayDeque<String> unread = new ArrayDeque<>(0);
        private long unreadSize;
        private boolean paused;

        Socket(SockJSSocket socket, io.netty.channel.Channel line, Context context, int queueMax) {
            this.socket = socket;
            this.line = line;
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

        void heard(Buffer frame) {
            if (closed || session == null) {
                line.config().setAutoRead(false);
                return;
            }
            if (!paused && unread.isEmpty()) {
                session.received(frame.toString());
                return;
            }
            unread.add(frame.toString());
            unreadSize += frame.length();
            if (unreadSize > queueMax) {
                unread.clear();
                session.cut(Closing.SLOW, Problem.of(Problems.UNAVAILABLE, "More came than could be taken."));
            }
        }

        @Override
        public void pause() {
            paused = true;
        }

        /** What waits is taken in turns of its own, as each frame may stop the reading again. */
        @Override
        public void resume() {
            if (paused) {
                paused = false;
                context.runOnContext(on -> next());
            }
        }

        private void next() {
            if (paused || closed || session == null) {
                return;
            }
            var frame = unread.poll();
            if (frame != null) {
                unreadSize -= frame.length();
                session.received(frame);
                context.runOnContext(on -> next());
            }
        }

        @Override
        public boolean ping() {
            return false;
        }

        @Override
        public void close(Closing why) {
            closed = true;
            unread.clear();
            if (socket.uri().endsWith("/websocket")) {
                Channel.endSoon(line);
            }
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
