package io.vertebra.live;

import io.vertebra.bus.Problem;
import io.vertebra.bus.Problems;
import io.vertebra.kernel.module.Platform;
import io.vertebra.live.Channel.Closing;
import io.vertebra.live.Dialect.To;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.net.NetSocketInternal;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.parsetools.RecordParser;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Connections over TCP, in the frames of the TCP event-bus bridge: a length in four bytes, then JSON. */
final class Tcp {
    private static final Logger log = LoggerFactory.getLogger(Tcp.class);
    private static final int LENGTH = 4;
    private static final int BACKLOG = 1024;
    /** A free one, the same for all instances of this Vert.x; -1 is that of the REST door. */
    private static final int SHARED_FREE_PORT = -2;

    private final Entrance entrance;
    private final Dialect dialect;
    private @Nullable NetServer server;

    Tcp(Entrance entrance, Dialect dialect) {
        this.entrance = entrance;
        this.dialect = dialect;
    }

    /** Listens, where the configuration wants it. */
    Future<?> open() {
        var settings = entrance.room().settings().tcp();
        if (!settings.enabled()) {
            return Future.succeededFuture();
        }
        var options = new NetServerOptions()
                .setAcceptBacklog(BACKLOG)
                .setTcpNoDelay(true)
                .setTcpKeepAlive(true);
        if (settings.tls().on()) {
            options.setSsl(true)
                    .setEnabledSecureTransportProtocols(Set.of("TLSv1.3"))
                    .setKeyCertOptions(new PemKeyCertOptions()
                            .setCertPath(settings.tls().certificate())
                            .setKeyPath(settings.tls().key()));
        }
        var vertx = entrance.room().on().vertx();
        var made = vertx.createNetServer(options).connectHandler(this::connected);
        server = made;
        return made.listen(settings.port() == 0 ? SHARED_FREE_PORT : settings.port(), settings.host())
                .onSuccess(opened -> vertx.sharedData()
                        .<String, Integer>getLocalMap(Platform.PORTS)
                        .put("tcp", opened.actualPort()));
    }

    Future<?> close() {
        return server == null ? Future.succeededFuture() : server.close();
    }

    private void connected(NetSocket socket) {
        var frames = RecordParser.newFixed(LENGTH, socket);
        var channel = new Socket(socket, frames);
        var peer = socket.remoteAddress().hostAddress();
        var address = peer == null ? "" : peer;
        var session = entrance.enter(channel, dialect, address, null);
        if (session == null) {
            channel.send(dialect.error(To.CONNECTION, Entrance.full(), "connection"));
            channel.close(Closing.FULL);
            return;
        }
        socket.setWriteQueueMaxSize(entrance.room().settings().queueMax());
        socket.drainHandler(nothing -> session.drained());
        frames.exceptionHandler(failure -> log.debug("A socket failed: {}", failure.getMessage()));
        socket.closeHandler(nothing -> session.ended());
        frames.handler(new Frame(frames, session, entrance.room().settings().frameMax()));
        entrance.admit(address)
                .onSuccess(limited -> {
                    if (limited != null) {
                        session.cut(Closing.LIMITED, limited);
                    }
                })
                .onFailure(away -> session.cut(Closing.FULL, Entrance.full()));
    }

    /** Reads a length, looks at it before anything is kept for it, then reads so much. */
    private static final class Frame implements Handler<Buffer> {
        private final RecordParser frames;
        private final Session session;
        private final int lengthMax;
        private boolean inside;
        private boolean over;

        Frame(RecordParser frames, Session session, int lengthMax) {
            this.frames = frames;
            this.session = session;
            this.lengthMax = lengthMax;
        }

        @Override
        public void handle(Buffer record) {
            if (over) {
                frames.pause();
                return;
            }
            if (inside) {
                inside = false;
                frames.fixedSizeMode(LENGTH);
                session.received(record.toString());
                return;
            }
            int length = record.getInt(0);
            if (length < 1 || length > lengthMax) {
                over = true;
                var detail = "A frame has 1 to " + lengthMax + " bytes.";
                session.cut(Closing.TOO_LARGE, Problem.of(Problems.TOO_LARGE, detail));
            } else {
                inside = true;
                frames.fixedSizeMode(length);
            }
        }
    }

    private record Socket(NetSocket socket, RecordParser frames) implements Channel {
        @Override
        public void send(String frame) {
            var text = Buffer.buffer(frame);
            socket.write(Buffer.buffer(LENGTH + text.length())
                    .appendInt(text.length())
                    .appendBuffer(text));
        }

        @Override
        public boolean full() {
            return socket.writeQueueFull();
        }

        @Override
        public void pause() {
            frames.pause();
        }

        @Override
        public void resume() {
            frames.resume();
        }

        @Override
        public boolean ping() {
            return false;
        }

        @Override
        public void close(Closing why) {
            socket.close();
            Channel.endSoon(((NetSocketInternal) socket).channelHandlerContext().channel());
        }
    }
}
