package io.vertebra.http;

import io.vertebra.bus.Call;
import io.vertebra.bus.Caller;
import io.vertebra.bus.Html;
import io.vertebra.door.Gate;
import io.vertebra.door.Management;
import io.vertebra.kernel.config.HttpSettings;
import io.vertebra.kernel.mail.Mailbox;
import io.vertebra.kernel.mail.MailboxPage;
import io.vertebra.kernel.module.Doorway;
import io.vertebra.reference.OpenApi;
import io.vertebra.reference.ProblemCatalogue;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Everything that the door serves beside the operations: documents, pages, health, the console. */
final class Pages {
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
    private final Management management;
    private @Nullable Buffer openApi;

    Pages(Doorway on, HttpSettings settings, Gate gate, String origin, Console console) {
        this.on = on;
        this.gate = gate;
        this.origin = origin;
        this.problems = new ProblemCatalogue(on.contracts());
        this.console = console;
        this.router = Router.router(on.vertx());
        this.management = new Management(on, settings.tls().on());
        management.on(router, settings.managementPort() == 0);
        documents();
        router.route().handler(this::console);
        management.failures(router);
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

    private void documents() {
        Management.page(router, "/openapi.json").handler(this::openApi);
        Management.page(router, "/docs").handler(this::docs);
        Management.page(router, "/problems").handler(context -> html(context, problems.index(), Html.POLICY));
        Management.page(router, "/problems/:code").handler(this::problem);
        Management.page(router, "/.well-known/jwks.json").handler(this::keys);
        Management.page(router, "/.well-known/openid-configuration").handler(this::discovery);
        if (on.postman() instanceof Mailbox mailbox) {
            Management.page(router, "/dev/mail")
                    .handler(context -> html(context, MailboxPage.html(mailbox.list()), MailboxPage.POLICY));
        }
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
                    management.json(context, 200, Map.of("keys", keys), BRIEFLY);
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
                    management.json(context, 200, document, BRIEFLY);
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
}
