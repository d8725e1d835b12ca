package io.vertebra.live;

import io.vertebra.bus.Caller;
import io.vertebra.bus.Problem;
import io.vertebra.bus.Problems;
import io.vertebra.door.Addresses;
import io.vertebra.door.Gate;
import io.vertebra.door.Listener;
import io.vertebra.door.ProblemDocument;
import io.vertebra.door.Upgrade;
import io.vertebra.kernel.config.AppSettings;
import io.vertebra.kernel.config.HttpSettings;
import io.vertebra.kernel.config.LiveSettings;
import io.vertebra.kernel.module.Door;
import io.vertebra.kernel.module.Doorway;
import io.vertebra.kernel.module.Platform;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The live doors: WebSocket and SockJS on the port of the REST door where the node has one, TCP on its own. Only pages
 * of known origins may connect; what a connection may see is decided when it has shown its token, in a frame or as a
 * subprotocol, never in the address.
 */
public final class LiveDoor extends Door {
    private @Nullable HttpServer server;
    private @Nullable Entrance entrance;
    private @Nullable WebSockets webSockets;
    private @Nullable SockJs sockJs;
    private @Nullable Tcp tcp;
    private String origin = "";

    @Override
    public String name() {
        return "live";
    }

    @Override
    public Set<Class<?>> asks() {
        return Gate.ASKS;
    }

    @Override
    protected Future<?> open(Doorway on) {
        var http = on.configuration().section("http", HttpSettings.class);
        var live = on.configuration().section("live", LiveSettings.class);
        origin = on.configuration().section("app", AppSettings.class).origin();
        return on.cache().limiter().compose(limiter -> {
            var gate = new Gate(on.bus(), Caller.service(name()), limiter, on.refusals(), on.clock());
            var room = new Room(on, gate, live, http.handleTimeout());
            var at = new Entrance(room, new Addresses(http.trustedProxies()), http.corsOrigins(), origin);
            entrance = at;
            webSockets = new WebSockets(at, new LiveDialect(origin, on.node()));
            sockJs = new SockJs(at, new BridgeDialect(BridgeDialect.Kind.SOCKJS, origin, on.node()));
            tcp = new Tcp(at, new BridgeDialect(BridgeDialect.Kind.TCP, origin, on.node()));
            return listen(on, http)
                    .compose(listening -> Objects.requireNonNull(tcp).open());
        });
    }

    private Future<?> listen(Doorway on, HttpSettings http) {
        var ports = on.vertx().sharedData().<String, Integer>getLocalMap(Platform.PORTS);
        if (ports.get("http") != null) {
            new Upgrade(this::accept).offer(on);
            ports.put(name(), ports.get("http"));
            return Future.succeededFuture();
        }
        return Listener.open(on.vertx(), on.configuration(), http.host(), http.port(), this::accept)
                .onSuccess(opened -> {
                    server = opened;
                    ports.put(name(), opened.actualPort());
                });
    }

    private void accept(HttpServerRequest request) {
        var refusal = Upgrade.takes(request.path())
                ? Objects.requireNonNull(entrance).refusal(request)
                : Problem.of(Problems.NOT_FOUND, "This node serves " + Upgrade.PATH + " and " + Upgrade.BRIDGE + ".");
        if (refusal != null) {
            refuse(request, refusal);
        } else if (Upgrade.PATH.equals(request.path())) {
            var malformed = WebSockets.refusal(request);
            if (malformed != null) {
                refuse(request, malformed);
            } else {
                request.pause();
                Objects.requireNonNull(entrance)
                        .admit(request)
                        .onSuccess(limited -> {
                            if (limited != null) {
                                refuse(request, limited);
                            } else {
                                Objects.requireNonNull(webSockets).accept(request);
                            }
                        })
                        .onFailure(away -> refuse(request, Problem.of(Problems.UNAVAILABLE, "Try again.")));
            }
        } else {
            Objects.requireNonNull(sockJs).accept(request);
        }
    }

    private void refuse(HttpServerRequest request, Problem problem) {
        var response = request.response()
                .setStatusCode(problem.status())
                .putHeader("content-type", "application/problem+json")
                .putHeader("cache-control", "no-store");
        var wait = problem.more().get("retryAfter");
        if (wait != null) {
            response.putHeader("retry-after", wait.toString());
        }
        response.end(Buffer.buffer(ProblemDocument.bytes(problem, origin, Upgrade.PATH, "upgrade")));
    }

    @Override
    protected Future<?> drain() {
        Objects.requireNonNull(entrance).drain();
        return Future.succeededFuture();
    }

    @Override
    protected Future<?> close() {
        Future<?> closed = server == null ? Future.succeededFuture() : server.close();
        return closed.transform(done -> tcp == null ? Future.succeededFuture() : tcp.close());
    }
}
