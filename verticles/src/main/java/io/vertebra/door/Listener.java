package io.vertebra.door;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.vertebra.kernel.config.Configuration;
import io.vertebra.kernel.config.HttpSettings;
import io.vertebra.kernel.config.LiveSettings;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.impl.ConnectionBase;
import io.vertx.core.tracing.TracingPolicy;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Opens an HTTP server with the limits that every door keeps. Instances on several event loops share one port. */
public final class Listener {
    private static final int BACKLOG = 1024;
    private static final int SHARED_FREE_PORT = -1;

    /** Connections of one node, over all of its doors and event loops. */
    private static final Map<Vertx, AtomicInteger> OPEN = Collections.synchronizedMap(new WeakHashMap<>());

    private Listener() {}

    /** Listens; port 0 takes a free one, the same for all instances of this Vert.x. */
    public static Future<HttpServer> open(
            Vertx vertx, Configuration configuration, String host, int port, Handler<HttpServerRequest> requests) {
        var http = configuration.section("http", HttpSettings.class);
        var options = options(http, configuration.section("live", LiveSettings.class));
        var open = OPEN.computeIfAbsent(vertx, any -> new AtomicInteger());
        var server = vertx.createHttpServer(options)
                .requestHandler(requests)
                .invalidRequestHandler(Unreadable::answer)
                .exceptionHandler(failure -> {});
        server.connectionHandler(connection -> {
            var base = (ConnectionBase) connection;
            // Not the close handler: it does not outlive the upgrade to a WebSocket.
            base.closeFuture().onComplete(closed -> open.decrementAndGet());
            if (open.incrementAndGet() > http.connectionsMax()) {
                connection.close();
                return;
            }
            var pipeline = base.channelHandlerContext().pipeline();
            if (pipeline.get("httpDecoder") != null) {
                pipeline.replace("httpDecoder", "httpDecoder", new StrictDecoder(options));
                pipeline.addBefore("handler", "pings", new Pings());
            }
        });
        return server.listen(port == 0 ? SHARED_FREE_PORT : port, host);
    }

    private static HttpServerOptions options(HttpSettings settings, LiveSettings live) {
        var options = new HttpServerOptions()
                .setAcceptBacklog(BACKLOG)
                .setTcpNoDelay(true)
                .setHttp2ClearTextEnabled(false)
                .setHandle100ContinueAutomatically(false)
                .setCompressionSupported(false)
                .setDecompressionSupported(false)
                .setMaxInitialLineLength(settings.lineMax())
                .setMaxHeaderSize(settings.headersMax())
                .setIdleTimeout((int) settings.idleTimeout().toMillis())
                .setIdleTimeoutUnit(TimeUnit.MILLISECONDS)
                .setPerMessageWebSocketCompressionSupported(false)
                .setPerFrameWebSocketCompressionSupported(false)
                .setMaxWebSocketFrameSize(live.frameMax())
                .setMaxWebSocketMessageSize(live.frameMax())
                .addWebSocketSubProtocol(Upgrade.SUBPROTOCOL)
                .setTracingPolicy(TracingPolicy.PROPAGATE);
        if (settings.tls().on()) {
            options.setSsl(true)
                    .setUseAlpn(true)
                    .setEnabledSecureTransportProtocols(Set.of("TLSv1.3"))
                    .setKeyCertOptions(new PemKeyCertOptions()
                            .setCertPath(settings.tls().certificate())
                            .setKeyPath(settings.tls().key()));
        }
        return options;
    }

    /**
     * The pings of one WebSocket. Vert.x answers each by itself and keeps what cannot be sent without an end, before
     * any handler of ours hears of it: whoever does not read gets no answer, and whoever pings without pause is closed.
     */
    private static final class Pings extends ChannelInboundHandlerAdapter {
        private static final int WINDOW_MAX = 100;
        private static final long WINDOW_NANOS = 10_000_000_000L;

        private long begun = System.nanoTime();
        private int heard;

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) throws Exception {
            if (message instanceof PingWebSocketFrame ping) {
                if (isTooMany()) {
                    ping.release();
                    context.close();
                } else if (context.channel().isWritable()) {
                    super.channelRead(context, message);
                } else {
                    ping.release();
                }
            } else if (message instanceof PongWebSocketFrame pong && isTooMany()) {
                pong.release();
                context.close();
            } else {
                super.channelRead(context, message);
            }
        }

        private boolean isTooMany() {
            long now = System.nanoTime();
            if (now - begun > WINDOW_NANOS) {
                begun = now;
                heard = 0;
            }
            return ++heard > WINDOW_MAX;
        }
    }
}
