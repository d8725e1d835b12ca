package io.vertebra.door;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.vertebra.bus.Json;
import io.vertebra.bus.Problem;
import io.vertebra.bus.Problems;
import io.vertebra.kernel.config.AppSettings;
import io.vertebra.kernel.health.State;
import io.vertebra.kernel.module.Doorway;
import io.vertebra.kernel.telemetry.Build;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What balancers, probes and operators ask a node: how it is, whether it is ready, what it measured. */
public final class Management {
    /** What was built. */
    public static final String BUILD = "/v1/buildinfo";

    private static final String HSTS = "max-age=31536000; includeSubDomains";

    private final Doorway on;
    private final String origin;
    private final boolean tls;

    /** The pages of this node; {@code tls} says whether the door that serves them speaks it. */
    public Management(Doorway on, boolean tls) {
        this.on = on;
        this.origin = on.configuration().section("app", AppSettings.class).origin();
        this.tls = tls;
    }

    /** These pages and nothing else, for the management port. */
    public Handler<HttpServerRequest> alone() {
        var router = Router.router(on.vertx());
        on(router, true);
        failures(router);
        return router;
    }

    /** Adds them to a router; with what is for operators alone, or without. */
    public void on(Router router, boolean operators) {
        page(router, "/health").handler(context -> health(context, operators));
        page(router, "/ready").handler(this::ready);
        page(router, BUILD).handler(context -> json(context, 200, Build.current(), "no-cache"));
        page(router, "/metrics").handler(operators ? this::metrics : context -> context.fail(404));
    }

    /** A page answers to GET, and to HEAD alike: the server leaves the body out. */
    public static Route page(Router of, String path) {
        return of.route(path).method(HttpMethod.GET).method(HttpMethod.HEAD);
    }

    /** What a router answers when nothing else does. */
    public void failures(Router of) {
        of.errorHandler(404, context -> problem(context, Problem.of(Problems.NOT_FOUND, "Nothing is served here.")));
        of.errorHandler(
                405,
                context -> problem(
                        context, Problem.of(Problems.METHOD_NOT_ALLOWED, "This path answers to GET and HEAD.")));
        of.errorHandler(
                400,
                context -> problem(context, Problem.of(Problems.MALFORMED_REQUEST, "The address is not well-formed.")));
        of.errorHandler(500, context -> problem(context, failure(context.failure())));
    }

    private static Problem failure(@Nullable Throwable failure) {
        return failure instanceof Problem problem
                ? problem
                : Problem.of(Problems.INTERNAL_ERROR, "The request failed by a fault on our side.");
    }

    /** With the nodes for operators alone: their names are no business of everybody. */
    private void health(RoutingContext context, boolean operators) {
        var health = on.health();
        var state = health.state();
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("status", state.label());
        document.put("timestamp", health.now());
        document.put("database", health.databaseConnected() ? "connected" : "disconnected");
        document.put("version", Build.current().version());
        document.put("parts", health.parts());
        if (operators) {
            document.put("nodes", on.nodes());
        }
        json(context, state == State.UNHEALTHY ? 503 : 200, document, "no-store");
    }

    private void ready(RoutingContext context) {
        var ready = on.health().ready();
        json(context, ready ? 200 : 503, Map.of("ready", ready), "no-store");
    }

    private void metrics(RoutingContext context) {
        on.vertx()
                .executeBlocking(() -> on.telemetry().scrape(), false)
                .onComplete(
                        text -> context.response()
                                .putHeader(HttpHeaders.CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")
                                .end(text),
                        context::fail);
    }

    /** Answers with a document. */
    public void json(RoutingContext context, int status, Object document, String caching) {
        try {
            if (tls) {
                context.response().putHeader("strict-transport-security", HSTS);
            }
            context.response()
                    .setStatusCode(status)
                    .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
                    .putHeader("x-content-type-options", "nosniff")
                    .putHeader(HttpHeaders.CACHE_CONTROL, caching)
                    .end(Buffer.buffer(Json.strict().writeValueAsBytes(document)));
        } catch (JsonProcessingException e) {
            context.fail(e);
        }
    }

    private void problem(RoutingContext context, Problem problem) {
        var path = context.request().path();
        if (problem.is(Problems.METHOD_NOT_ALLOWED)) {
            context.response().putHeader(HttpHeaders.ALLOW, "GET, HEAD");
        }
        context.response()
                .setStatusCode(problem.status())
                .putHeader(HttpHeaders.CONTENT_TYPE, "application/problem+json")
                .putHeader("x-content-type-options", "nosniff")
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
                .end(Buffer.buffer(ProblemDocument.bytes(problem, origin, path == null ? "/" : path, "page")));
    }
}
