package io.vertebra.launcher.cluster;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import io.vertx.httpproxy.Body;
import io.vertx.httpproxy.HttpProxy;
import io.vertx.httpproxy.ProxyContext;
import io.vertx.httpproxy.ProxyInterceptor;
import io.vertx.httpproxy.ProxyOptions;
import io.vertx.httpproxy.ProxyResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Passes requests and sockets on to the nodes that say they are ready, in turn. Asks each for {@code /ready} all the
 * time; a connection that a node does not take goes to the next, and so does a GET whose node dies or stands still
 * before it answers.
 */
public final class Balancer implements AutoCloseable {
    private static final long CHECK_INTERVAL_MS = 200;
    private static final long CHECK_TIMEOUT_MS = 1_000;
    private static final int CONNECT_TIMEOUT_MS = 1_000;
    private static final int CONNECTIONS_MAX = 512;
    private static final int STOP_SECONDS_MAX = 10;
    private static final int OK = 200;

    private final Vertx vertx = Vertx.vertx();
    private final HttpClient client;
    private final HttpServer server;
    private final List<Origin> origins;
    private final boolean careful;
    private final AtomicInteger turn = new AtomicInteger();

    /** One node behind it. */
    private static final class Origin {
        private final SocketAddress address;
        private final AtomicBoolean asking = new AtomicBoolean();
        /** GETs that wait for its answer. */
        private final Set<HttpClientRequest> reads = ConcurrentHashMap.newKeySet();

        private volatile boolean ready;

        Origin(int port) {
            address = SocketAddress.inetSocketAddress(port, "127.0.0.1");
        }

        void keep(HttpClientRequest read) {
            reads.add(read);
            read.response().onComplete(answered -> reads.remove(read));
        }

        /** Whoever waits for it asks another one. */
        void giveUp() {
            ready = false;
            reads.forEach(HttpClientRequest::reset);
        }
    }

    private Balancer(List<Integer> ports, boolean careful) {
        this.careful = careful;
        origins = ports.stream().map(Origin::new).toList();
        client = vertx.httpClientBuilder()
                .with(new HttpClientOptions()
                        .setConnectTimeout(CONNECT_TIMEOUT_MS)
                        .setTcpNoDelay(true))
                .with(new PoolOptions().setHttp1MaxSize(CONNECTIONS_MAX))
                .withConnectHandler(connection -> connection.exceptionHandler(lost -> {}))
                .build();
        var proxy = HttpProxy.reverseProxy(new ProxyOptions().setSupportWebSocket(true), client)
                .origin(context -> connect(choices(), careful && isRead(context)))
                .addInterceptor(new Passing());
        server = vertx.createHttpServer(new HttpServerOptions().setTcpNoDelay(true))
                .requestHandler(proxy);
    }

    /** Listens on this port of the loopback address; 0 takes a free one. */
    public static Balancer open(int port, List<Integer> nodes) throws Exception {
        return open(port, nodes, true);
    }

    /** One that asks nobody whether it is ready and tries nothing twice; to see what the other one is good for. */
    public static Balancer careless(int port, List<Integer> nodes) throws Exception {
        return open(port, nodes, false);
    }

    private static Balancer open(int port, List<Integer> nodes, boolean careful) throws Exception {
        var balancer = new Balancer(nodes, careful);
        balancer.wait(balancer.server.listen(port, "127.0.0.1"));
        if (careful) {
            balancer.vertx.setPeriodic(0, CHECK_INTERVAL_MS, tick -> balancer.origins.forEach(balancer::check));
        } else {
            balancer.origins.forEach(origin -> origin.ready = true);
        }
        return balancer;
    }

    /** The port that it listens on. */
    public int port() {
        return server.actualPort();
    }

    /** How many nodes get requests now. */
    public long ready() {
        return origins.stream().filter(origin -> origin.ready).count();
    }

    private void check(Origin origin) {
        if (!origin.asking.compareAndSet(false, true)) {
            return;
        }
        var ready =
                new RequestOptions().setServer(origin.address).setURI("/ready").setTimeout(CHECK_TIMEOUT_MS);
        client.request(ready)
                .compose(HttpClientRequest::send)
                .compose(response -> response.body().map(body -> response.statusCode() == OK))
                .onComplete((well, failure) -> {
                    if (failure == null) {
                        origin.ready = well;
                    } else {
                        origin.giveUp();
                    }
                    origin.asking.set(false);
                });
    }

    /** The nodes that are ready, each time beginning with another one; all where none said so. */
    private List<Origin> choices() {
        int from = turn.getAndIncrement() & Integer.MAX_VALUE;
        var order = new ArrayList<Origin>();
        for (int i = 0; i < origins.size(); i++) {
            var origin = origins.get((from + i) % origins.size());
            if (origin.ready) {
                order.add(origin);
            }
        }
        return order.isEmpty() ? origins : order;
    }

    private static boolean isRead(ProxyContext context) {
        return context.request().proxiedRequest().method() == HttpMethod.GET && !context.isWebSocket();
    }

    private Future<HttpClientRequest> connect(List<Origin> left, boolean read) {
        if (left.isEmpty()) {
            return Future.failedFuture("no node is ready");
        }
        var first = left.getFirst();
        var connecting = client.request(new RequestOptions().setServer(first.address))
                .onSuccess(request -> {
                    request.exceptionHandler(lost -> {});
                    if (read) {
                        first.keep(request);
                    }
                });
        return careful
                ? connecting.recover(refused -> {
                    first.ready = false;
                    return connect(left.subList(1, left.size()), read);
                })
                : connecting;
    }

    /** Says for whom it asks and under which name, and asks once more what may be asked twice. */
    private final class Passing implements ProxyInterceptor {
        @Override
        public Future<ProxyResponse> handleProxyRequest(ProxyContext context) {
            var incoming = context.request().proxiedRequest();
            var client = incoming.remoteAddress().hostAddress();
            context.request().headers().set("X-Forwarded-For", client == null ? "" : client);
            context.request().setAuthority(incoming.authority());
            if (!careful || !isRead(context)) {
                return context.sendRequest();
            }
            context.request().setBody(Body.body(Buffer.buffer()));
            return context.sendRequest().recover(lost -> {
                context.request().setBody(Body.body(Buffer.buffer()));
                return context.sendRequest();
            });
        }
    }

    private <T> T wait(Future<T> done) throws Exception {
        try {
            return done.toCompletionStage().toCompletableFuture().get(STOP_SECONDS_MAX, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new IllegalStateException("The balancer did not answer within " + STOP_SECONDS_MAX + " s", e);
        }
    }

    @Override
    public void close() throws Exception {
        wait(vertx.close());
    }
}
