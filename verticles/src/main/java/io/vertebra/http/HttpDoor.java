package io.vertebra.http;

import io.vertebra.bus.Caller;
import io.vertebra.contract.Audit;
import io.vertebra.door.Addresses;
import io.vertebra.door.Gate;
import io.vertebra.door.Listener;
import io.vertebra.door.Management;
import io.vertebra.door.Upgrade;
import io.vertebra.kernel.cache.Limiter;
import io.vertebra.kernel.config.AppSettings;
import io.vertebra.kernel.config.HttpSettings;
import io.vertebra.kernel.module.Door;
import io.vertebra.kernel.module.Doorway;
import io.vertebra.kernel.module.Platform;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The REST door: one server per event loop on one shared port. */
public final class HttpDoor extends Door {
    private static final String API = "/v1/";

    private final List<HttpServer> servers = new ArrayList<>();
    private @Nullable Pipeline pipeline;
    private @Nullable Pages pages;
    private @Nullable Doorway doorway;
    private @Nullable Upgrade upgrade;

    @Override
    public String name() {
        return "http";
    }

    @Override
    public boolean manages() {
        return true;
    }

    @Override
    public Set<Class<?>> asks() {
        var asks = new HashSet<>(Gate.ASKS);
        asks.add(Audit.ExportSlice.class);
        return asks;
    }

    @Override
    protected Future<?> open(Doorway on) {
        doorway = on;
        var settings = on.configuration().section("http", HttpSettings.class);
        if (!on.admits()) {
            return manage(on, settings);
        }
        var app = on.configuration().section("app", AppSettings.class);
        return Future.all(on.cache().limiter(), Console.of(on.vertx(), settings))
                .compose(ready -> {
                    var lane = pipeline(on, settings, app, ready.resultAt(0));
                    pipeline = lane;
                    pages = new Pages(on, settings, lane.gate(), app.origin(), ready.resultAt(1));
                    return Listener.open(on.vertx(), on.configuration(), settings.host(), settings.port(), this::handle)
                            .compose(server -> opened(on, server))
                            .compose(nothing -> manage(on, settings));
                });
    }

    private Future<?> opened(Doorway on, HttpServer server) {
        servers.add(server);
        on.vertx().sharedData().<String, Integer>getLocalMap(Platform.PORTS).put(name(), server.actualPort());
        return Future.succeededFuture();
    }

    private Future<?> manage(Doorway on, HttpSettings settings) {
        if (settings.managementPort() == 0 || on.instance() != 0) {
            return Future.succeededFuture();
        }
        var router = new Management(on, settings.tls().on()).alone();
        return Listener.open(
                        on.vertx(), on.configuration(), settings.managementHost(), settings.managementPort(), router)
                .onSuccess(servers::add);
    }

    private static Pipeline pipeline(Doorway on, HttpSettings settings, AppSettings app, Limiter limiter) {
        var gate = new Gate(on.bus(), Caller.service("http"), limiter, on.refusals(), on.clock());
        var endpoints = on.contracts().operations().stream()
                .filter(operation -> operation.route() != null && on.serves(operation))
                .map(operation -> new Endpoint(operation, on.checks(), on.meters()))
                .toList();
        var cors = new Cors(settings.corsOrigins(), app.origin());
        return new Pipeline(
                gate,
                new Routes(endpoints),
                settings,
                app.origin(),
                cors,
                new Addresses(settings.trustedProxies()),
                RawHandlers.all(gate, cors, app.origin(), on.clock()),
                on.clock(),
                on.health(),
                on.errors(),
                new Pipeline.Load(settings.requestsMax(), on.instances()));
    }

    private void handle(HttpServerRequest request) {
        var path = request.path();
        if (Upgrade.takes(path) && upgrade()) {
            Objects.requireNonNull(upgrade).accept().handle(request);
        } else if (path != null && path.startsWith(API) && !path.equals(Management.BUILD)) {
            Objects.requireNonNull(pipeline).handle(request);
        } else {
            Objects.requireNonNull(pages).handle(request);
        }
    }

    /** The socket door of this loop opens after this one, or not at all. */
    private boolean upgrade() {
        if (upgrade == null) {
            upgrade = Upgrade.of(Objects.requireNonNull(doorway));
        }
        return upgrade != null;
    }

    @Override
    protected Future<?> drain() {
        return pipeline == null ? Future.succeededFuture() : pipeline.load().idle();
    }

    @Override
    protected Future<?> close() {
        return Future.join(servers.stream().map(HttpServer::close).toList());
    }
}
