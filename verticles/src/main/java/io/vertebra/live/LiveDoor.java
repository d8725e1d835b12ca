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
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The socket door, on the port of the REST door where the node has one. Only pages of known origins may connect; what a
 * connection may see is decided when it has shown its token, in a frame or as a subprotocol, never in the address.
 */
public final class LiveDoor extends Door {
    private static final String BEARER = "bearer.";
    private static final short GOING_AWAY = 1001;

    private final Set<Link> links = new HashSet<>();
    private @Nullable HttpServer server;
    private @Nullable Room room;
    private @Nullable HttpSettings http;
    private boolean draining;

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
        var settings = on.configuration().section("http", HttpSettings.class);
        var origin = on.configuration().section("app", AppSettings.class).origin();
        http = settings;
        return on.cache().limiter().compose(limiter -> {
            var gate = new Gate(on.bus(), Caller.service(name()), limiter, on.refusals(), on.clock());
            var live = on.configuration().section("live", LiveSettings.class);
            room = new Room(
                    on, gate, live, settings, origin, new Addresses(settings.trustedProxies()), new Room.Written());
            var ports = on.vertx().sharedData().<String, Integer>getLocalMap(Platform.PORTS);
            if (ports.get("http") != null) {
                new Upgrade(this::accept).offer(on);
                ports.put(name(), ports.get("http"));
                return Future.succeededFuture();
            }
            return Listener.open(on.vertx(), on.configuration(), settings.host(), settings.port(), this::accept)
                    .onSuccess(opened -> {
                        server = opened;
                        ports.put(name(), opened.actualPort());
                    });
        });
    }

    private void accept(HttpServerRequest request) {
        var refusal = refusal(request);
        if (refusal != null) {
            refuse(request, refusal);
            return;
        }
        var token = token(request.getHeader("sec-websocket-protocol"));
        var own = Objects.requireNonNull(room);
        var peer = request.remoteAddress().hostAddress();
        var address = own.addresses().client(peer == null ? "" : peer, request.getHeader("x-forwarded-for"));
        var agent = request.getHeader("user-agent");
        request.toWebSocket().onSuccess(socket -> {
            var link = new Link(own, socket, address, agent);
            // Not the end handler: it only hears of clients that say goodbye.
            socket.closeHandler(nothing -> {
                links.remove(link);
                link.ended();
            });
            links.add(link);
            link.begin(token);
        });
    }

    private @Nullable Problem refusal(HttpServerRequest request) {
        if (!Upgrade.PATH.equals(request.path())) {
            return Problem.of(Problems.NOT_FOUND, "This node serves " + Upgrade.PATH + " alone.");
        }
        var protocols = request.getHeader("sec-websocket-protocol");
        if (request.method() != HttpMethod.GET
                || !"websocket".equalsIgnoreCase(request.getHeader("upgrade"))
                || protocols == null
                || !List.of(protocols.split("\\s*,\\s*")).contains(Upgrade.SUBPROTOCOL)) {
            return Problem.of(Problems.MALFORMED_REQUEST, "Connect a WebSocket with " + Upgrade.SUBPROTOCOL + ".");
        }
        if (request.query() != null) {
            return Problem.of(Problems.MALFORMED_REQUEST, "This path takes no query; no token belongs in an address.");
        }
        if (!known(request.getHeader("origin"), request.getHeader("host"))) {
            return Problem.of(Problems.FORBIDDEN, "Pages of this origin may not connect.");
        }
        var most = Objects.requireNonNull(room).settings().connectionsMax();
        if (draining || links.size() >= most) {
            return Problem.of(Problems.UNAVAILABLE, "No more connections are taken here.")
                    .with("retryAfter", 1);
        }
        return null;
    }

    private boolean known(@Nullable String origin, @Nullable String host) {
        if (origin == null || origin.equals(Objects.requireNonNull(room).origin())) {
            return true;
        }
        return origin.substring(origin.indexOf("//") + 2).equals(host)
                || Objects.requireNonNull(http).corsOrigins().contains(origin);
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

    private void refuse(HttpServerRequest request, Problem problem) {
        var origin = Objects.requireNonNull(room).origin();
        var response = request.response()
                .setStatusCode(problem.status())
                .putHeader("content-type", "application/problem+json")
                .putHeader("cache-control", "no-store");
        if (problem.is(Problems.UNAVAILABLE)) {
            response.putHeader("retry-after", "1");
        }
        response.end(Buffer.buffer(ProblemDocument.bytes(problem, origin, Upgrade.PATH, "upgrade")));
    }

    @Override
    protected Future<?> drain() {
        draining = true;
        Set.copyOf(links).forEach(link -> link.close(GOING_AWAY, "the node stops"));
        return Future.succeededFuture();
    }

    @Override
    protected Future<?> close() {
        return server == null ? Future.succeededFuture() : server.close();
    }
}
