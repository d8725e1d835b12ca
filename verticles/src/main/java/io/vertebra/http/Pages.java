package io.vertebra.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.vertebra.bus.Call;
import io.vertebra.bus.Caller;
import io.vertebra.bus.Json;
import io.vertebra.bus.Problem;
import io.vertebra.bus.Problems;
import io.vertebra.door.Gate;
import io.vertebra.door.ProblemDocument;
import io.vertebra.kernel.config.HttpSettings;
import io.vertebra.kernel.health.State;
import io.vertebra.kernel.mail.Mailbox;
import io.vertebra.kernel.mail.MailboxPage;
import io.vertebra.kernel.module.Doorway;
import io.vertebra.kernel.telemetry.Build;
import io.vertebra.reference.Html;
import io.vertebra.reference.OpenApi;
import io.vertebra.reference.ProblemCatalogue;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Everything that the door serves beside the operations: documents, pages, health, the console. */
final class Pages {
    /** What was built. */
    static final String BUILD = "/v1/buildinfo";

    private static final String PING = "/ping";
    private static final Buffer PONG = Buffer.buffer("{\"ok\":true}");
    private static final long KEYS_TIMEOUT_MS = 5_000;
    private static final String BRIEFLY = "public, max-age=300";
    private static final String HTML = "text/html; charset=utf-8";

    private final Doorway on;
    private final Gate gate;
    private final String origin;
    private final ProblemCatalogue problems;
    private final Console console;
    private final Router router;
    private final boolean tls;
    private @Nullable Buffer openApi;

    Pages(Doorway on, HttpSettings settings, Gate gate, String origin, Console console) {
        this.on = on;
        this.gate = gate;
        this.origin = origin;
        this.tls = settings.tls().on();
        this.problems = new ProblemCatalogue(on.contracts());
        this.console = console;
        this.router = Router.router(on.vertx());
        operations(router, settings.managementPort() == 0);
        documents();
        router.route().handler(this::console);
        failures(router);
    }

    /** Takes a request that is none of the API. */
    void handle(HttpServerRequest request) {
        if (PING.equals(request.path()) && read(request.method())) {
            request.response().putHeader(Fields.CONTENT_TYPE, Fields.JSON).end(PONG);
        } else {
            router.handle(request);
        }
    }

    private static boolean read(HttpMethod method) {
        return method == HttpMethod.GET || method == HttpMethod.HEAD;
    }

    /** Health and metrics alone, for the management port. */
    Handler<HttpServerRequest> management() {
        var own = Router.router(on.vertx());
        operations(own, true);
        failures(own);
        return own;
    }

    private void operations(Router on, boolean metrics) {
        page(on, "/health").handler(this::health);
        page(on, "/ready").handler(this::ready);
        page(on, BUILD).handler(context -> json(context, 200, Build.current(), "no-cache"));
        page(on, "/metrics").handler(metrics ? this::metrics : context -> context.fail(404));
    }

    /** A page answers to GET, and to HEAD alike: the server leaves the body out. */
    private static Route page(Router of, String path) {
        return of.route(path).method(HttpMethod.GET).method(HttpMethod.HEAD);
    }

    private void documents() {
        page(router, "/openapi.json").handler(this::openApi);
        page(router, "/docs").handler(this::docs);
        page(router, "/problems").handler(context -> html(context, problems.index(), Html.POLICY));
        page(router, "/problems/:code").handler(this::problem);
        page(router, "/.well-known/jwks.json").handler(this::keys);
        page(router, "/.well-known/openid-configuration").handler(this::discovery);
        if (on.postman() instanceof Mailbox mailbox) {
            page(router, "/dev/mail")
                    .handler(context -> html(context, MailboxPage.html(mailbox.list()), MailboxPage.POLICY));
        }
    }

    private void failures(Router of) {
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

    private void health(RoutingContext context) {
        var health = on.health();
        var state = health.state();
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("status", state.label());
        document.put("timestamp", health.now());
        document.put("database", health.databaseConnected() ? "connected" : "disconnected");
        document.put("version", Build.current().version());
        document.put("parts", health.parts());
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
                                .putHeader(Fields.CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")
                                .end(text),
                        context::fail);
    }

    private void openApi(RoutingContext context) {
        if (openApi == null) {
            openApi = Buffer.buffer(new OpenApi(on.contracts(), problems).json());
        }
        context.response()
                .putHeader(Fields.CONTENT_TYPE, Fields.JSON)
                .putHeader(Fields.CACHE_CONTROL, "no-cache")
                .putHeader("access-control-allow-origin", "*")
                .end(openApi);
    }

    private void docs(RoutingContext context) {
        if (!console.serve(context.request(), "/docs.html")) {
            html(context, Html.page("API reference", "<p><a href=\"/openapi.json\">openapi.json</a></p>"), Html.POLICY);
        }
    }

    private void problem(RoutingContext context) {
        var page = problems.page(Objects.requireNonNullElse(context.pathParam("code"), ""));
        if (page == null) {
            context.next();
        } else {
            html(context, page, Html.POLICY);
        }
    }

    private void keys(RoutingContext context) {
        gate.signingKeys(call())
                .onSuccess(published -> {
                    var keys = published.keys().stream()
                            .map(key -> Map.of(
                                    "kty", "RSA", "use", "sig", "alg", "RS256", "kid", key.kid(), "n", key.n(), "e",
                                    key.e()))
                            .toList();
                    json(context, 200, Map.of("keys", keys), BRIEFLY);
                })
                .onFailure(context::fail);
    }

    private void discovery(RoutingContext context) {
        gate.signingKeys(call())
                .onSuccess(published -> {
                    Map<String, Object> document = new LinkedHashMap<>();
                    document.put("issuer", published.issuer());
                    document.put("jwks_uri", origin + "/.well-known/jwks.json");
                    document.put("id_token_signing_alg_values_supported", List.of("RS256"));
                    document.put("response_types_supported", List.of());
                    document.put("subject_types_supported", List.of("public"));
                    json(context, 200, document, BRIEFLY);
                })
                .onFailure(context::fail);
    }

    private Call call() {
        return Call.inside(Caller.ANONYMOUS, on.clock().millis() + KEYS_TIMEOUT_MS);
    }

    private void console(RoutingContext context) {
        var method = context.request().method();
        var path = context.request().path();
        if (!read(method)) {
            context.fail(405);
        } else if (path == null || !console.serve(context.request(), path.equals("/") ? "/index.html" : path)) {
            context.fail(404);
        }
    }

    private void html(RoutingContext context, String page, String policy) {
        context.response()
                .putHeader(Fields.CONTENT_TYPE, HTML)
                .putHeader(Fields.CONTENT_SECURITY_POLICY, policy)
                .putHeader(Fields.NOSNIFF, Fields.NOSNIFF_VALUE)
                .putHeader(Fields.CACHE_CONTROL, "no-cache")
                .end(page);
    }

    private void json(RoutingContext context, int status, Object document, String caching) {
        try {
            if (tls) {
                context.response().putHeader(Fields.HSTS, Fields.HSTS_VALUE);
            }
            context.response()
                    .setStatusCode(status)
                    .putHeader(Fields.CONTENT_TYPE, Fields.JSON)
                    .putHeader(Fields.NOSNIFF, Fields.NOSNIFF_VALUE)
                    .putHeader(Fields.CACHE_CONTROL, caching)
                    .end(Buffer.buffer(Json.strict().writeValueAsBytes(document)));
        } catch (JsonProcessingException e) {
            context.fail(e);
        }
    }

    private void problem(RoutingContext context, Problem problem) {
        var path = context.request().path();
        if (problem.is(Problems.METHOD_NOT_ALLOWED)) {
            context.response().putHeader(Fields.ALLOW, "GET, HEAD");
        }
        context.response()
                .setStatusCode(problem.status())
                .putHeader(Fields.CONTENT_TYPE, Fields.PROBLEM)
                .putHeader(Fields.NOSNIFF, Fields.NOSNIFF_VALUE)
                .putHeader(Fields.CACHE_CONTROL, "no-store")
                .end(Buffer.buffer(ProblemDocument.bytes(problem, origin, path == null ? "/" : path, "page")));
    }
}
