package io.vertebra.door;

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
            connection.closeHandler(closed -> open.decrementAndGet());
            if (open.incrementAndGet() > http.connectionsMax()) {
                connection.close();
                return;
            }
            if (connection instanceof ConnectionBase base) {
                var pipeline = base.channelHandlerContext().pipeline();
                if (pipeline.get("httpDecoder") != null) {
                    pipeline.replace("httpDecoder", "httpDecoder", new StrictDecoder(options));
                }
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
}
