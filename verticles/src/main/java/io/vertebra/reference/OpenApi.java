package io.vertebra.reference;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertebra.bus.AccessRule;
import io.vertebra.bus.Contracts;
import io.vertebra.bus.Docs;
import io.vertebra.bus.Document;
import io.vertebra.bus.Json;
import io.vertebra.bus.Operation;
import io.vertebra.bus.Page;
import io.vertebra.bus.Problem;
import io.vertebra.bus.ProblemType;
import io.vertebra.bus.Raw;
import io.vertebra.bus.Route;
import io.vertebra.bus.Takes;
import io.vertebra.bus.Verb;
import java.lang.reflect.ParameterizedType;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** The description of the REST door (OpenAPI 3.1), made from the contracts and their Javadoc. */
public final class OpenApi {
    private static final String DESCRIPTION = """
            Every operation of the platform. Times are RFC 3339 in UTC, ids are UUIDs, money is in minor
            units, lists are read page by page with `limit` and `after`. Errors are problem documents (RFC
            9457) with a stable `code`; all of them are explained under `/problems`. Each answer says in
            `RateLimit` what is left. Mutations can be retried with the same `Idempotency-Key`. Clients must
            ignore members of answers that they do not know.""";

    private final Contracts contracts;
    private final ProblemCatalogue problems;
    private final Schemas schemas = new Schemas();
    private final ObjectNode parameters = Json.strict().createObjectNode();

    /** The description of these contracts. */
    public OpenApi(Contracts contracts, ProblemCatalogue problems) {
        this.contracts = contracts;
        this.problems = problems;
    }

    /** The document as JSON, the same for the same contracts, with a newline at its end. */
    public byte[] json() {
        try {
            var text = Json.strict().writer(SerializationFeature.INDENT_OUTPUT).writeValueAsString(document());
            return (text + "\n").getBytes(java.nio.charset.StandardCharsets.UTF_8);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private ObjectNode document() {
        var document = Json.strict().createObjectNode().put("openapi", "3.1.0");
        var about = document.putObject("info");
        about.put("title", "Vertebra").put("version", "1").put("description", DESCRIPTION.replace('\n', ' '));
        about.putObject("contact").put("name", "Vertebra");
        about.putObject("license").put("name", "Apache-2.0").put("identifier", "Apache-2.0");
        document.putArray("servers").addObject().put("url", "/").put("description", "This platform");
        document.putArray("security").addObject().putArray("token");
        var tags = document.putArray("tags");
        for (var contract : contracts.interfaces()) {
            tags.addObject()
                    .put("name", contract.getSimpleName())
                    .put("description", text(Docs.of(contract), contract));
        }
        document.set("paths", paths());
        document.set("components", components());
        return document;
    }

    private ObjectNode paths() {
        Map<String, ObjectNode> byPath = new LinkedHashMap<>();
        for (var operation : contracts.operations()) {
            var route = operation.route();
            if (route != null) {
                byPath.computeIfAbsent(route.path(), path -> Json.strict().createObjectNode())
                        .set(route.verb().name().toLowerCase(Locale.ROOT), operation(operation, route));
            }
        }
        var paths = Json.strict().createObjectNode();
        byPath.forEach(paths::set);
        return paths;
    }

    private ObjectNode operation(Operation operation, Route route) {
        var node = Json.strict().createObjectNode();
        node.put("operationId", operation.name()).put("summary", Docs.summary(operation.type()));
        node.put("description", text(Docs.of(operation.type()), operation.type()));
        node.putArray("tags").add(operation.name().substring(0, operation.name().indexOf('.')));
        if (operation.permission() != null) {
            node.put("x-permission", operation.permission());
        }
        if (operation.rule().kind() == AccessRule.Kind.PUBLIC) {
            node.putArray("security");
        }
        parameters(node, operation, route);
        if (route.verb().hasBody()) {
            body(node, operation, route);
        }
        node.set("responses", responses(operation, route));
        return node;
    }

    private void parameters(ObjectNode node, Operation operation, Route route) {
        var list = Json.strict().createArrayNode();
        for (var component : operation.components()) {
            var inPath = route.variables().contains(component.name());
            if (inPath || !route.verb().hasBody()) {
                var parameter = list.addObject().put("name", component.name()).put("in", inPath ? "path" : "query");
                parameter.put("required", inPath || !component.optional());
                var text = Docs.of(operation.type(), component.name());
                if (!text.isEmpty()) {
                    parameter.put("description", text);
                }
                parameter.set("schema", schemas.of(component));
            }
        }
        var versioned = operation.answerComponent("version") != null;
        if (operation.keepsReply() && route.verb().hasBody()) {
            list.add(header(
                    "IdempotencyKey", "Idempotency-Key", "The same key and request have one effect and one answer."));
        }
        if (versioned && (route.verb() == Verb.PATCH || route.verb() == Verb.PUT) || route.verb() == Verb.DELETE) {
            list.add(header("IfMatch", "If-Match", "The `ETag` that must still hold; otherwise 412."));
        }
        if (versioned && route.verb() == Verb.GET) {
            list.add(header("IfNoneMatch", "If-None-Match", "The `ETag` that is known; answers 304 while it holds."));
        }
        if (!list.isEmpty()) {
            node.set("parameters", list);
        }
    }

    private ObjectNode header(String key, String name, String description) {
        parameters.set(
                key,
                Json.strict()
                        .createObjectNode()
                        .put("name", name)
                        .put("in", "header")
                        .put("description", description)
                        .set("schema", Json.strict().createObjectNode().put("type", "string")));
        return Json.strict().createObjectNode().put("$ref", "#/components/parameters/" + key);
    }

    private void body(ObjectNode node, Operation operation, Route route) {
        var takes = operation.type().getAnnotation(Takes.class);
        if (takes != null) {
            var raw = node.putObject("requestBody").put("required", true).putObject("content");
            raw.putObject(takes.value())
                    .putObject("schema")
                    .put("type", takes.value().equals("application/json") ? "object" : "string");
            return;
        }
        var inBody = operation.components().stream()
                .filter(component -> !route.variables().contains(component.name()))
                .toList();
        if (inBody.isEmpty()) {
            return;
        }
        var schema = schemas.body(operation, inBody::contains);
        var body = node.putObject("requestBody");
        body.put("required", inBody.stream().anyMatch(component -> !component.optional()));
        var type = route.verb() == Verb.PATCH ? "application/merge-patch+json" : "application/json";
        body.putObject("content").putObject(type).set("schema", schema);
    }

    private ObjectNode responses(Operation operation, Route route) {
        var responses = Json.strict().createObjectNode();
        var creates = operation.createdId() != null;
        var export = operation.raw() && operation.answersNothing() && route.verb() == Verb.GET;
        if (operation.answer() == Document.class) {
            responses
                    .putObject("200")
                    .put("description", "A page.")
                    .putObject("content")
                    .putObject("text/html")
                    .putObject("schema")
                    .put("type", "string");
        } else if (operation.answersNothing() && !export) {
            responses.putObject("204").put("description", "Done.");
        } else {
            var success =
                    responses.putObject(creates ? "201" : "200").put("description", creates ? "Created." : "Done.");
            headers(success, operation, creates);
            var content = success.putObject("content");
            if (export) {
                content.putObject(operation.type().getAnnotation(Raw.class).value())
                        .putObject("schema")
                        .put("type", "string");
            } else {
                content.putObject("application/json").set("schema", schemas.of(operation.answer()));
            }
        }
        responses.putObject("default").put("$ref", "#/components/responses/Problem");
        return responses;
    }

    private static void headers(ObjectNode success, Operation operation, boolean creates) {
        var headers = Json.strict().createObjectNode();
        if (operation.answerComponent("version") != null) {
            note(headers, "ETag", "The version of the resource.");
        }
        if (creates) {
            note(headers, "Location", "Where the resource is.");
        }
        if (operation.answer() instanceof ParameterizedType generic && generic.getRawType() == Page.class) {
            note(headers, "Link", "The next page (`rel=\"next\"`), while there is one.");
        }
        if (!headers.isEmpty()) {
            success.set("headers", headers);
        }
    }

    private static void note(ObjectNode headers, String name, String description) {
        headers.putObject(name)
                .put("description", description)
                .putObject("schema")
                .put("type", "string");
    }

    private ObjectNode components() {
        var components = Json.strict().createObjectNode();
        var all = components.putObject("schemas");
        schemas.named().forEach(all::set);
        all.set("FieldError", schemas.named().getOrDefault("FieldError", fieldError()));
        all.set("Problem", problem());
        components.set("parameters", parameters);
        var problem = components.putObject("responses").putObject("Problem");
        problem.put("description", "A problem (RFC 9457); `code` says which.");
        problem.putObject("content")
                .putObject("application/problem+json")
                .putObject("schema")
                .put("$ref", "#/components/schemas/Problem");
        components
                .putObject("securitySchemes")
                .putObject("token")
                .put("type", "http")
                .put("scheme", "bearer")
                .put("bearerFormat", "JWT")
                .put("description", "An access token from `Accounts.Login`.");
        return components;
    }

    private static ObjectNode fieldError() {
        var schema = Json.strict().createObjectNode().put("type", "object");
        schema.put("description", text(Docs.of(Problem.FieldError.class), Problem.FieldError.class));
        var properties = schema.putObject("properties");
        properties.putObject("pointer").put("type", "string");
        properties.putObject("detail").put("type", "string");
        schema.putArray("required").add("pointer").add("detail");
        return schema;
    }

    private ObjectNode problem() {
        var schema = Json.strict().createObjectNode().put("type", "object");
        schema.put("description", "A problem document; further members depend on the code.");
        var properties = schema.putObject("properties");
        properties.putObject("type").put("type", "string").put("format", "uri-reference");
        properties.putObject("title").put("type", "string");
        properties.putObject("status").put("type", "integer").put("format", "int32");
        properties.putObject("detail").put("type", "string");
        properties.putObject("instance").put("type", "string").put("format", "uri-reference");
        var code = properties.putObject("code").put("type", "string");
        var examples = code.putArray("examples");
        problems.all().stream().map(ProblemType::code).distinct().sorted().forEach(examples::add);
        properties.putObject("requestId").put("type", "string");
        properties
                .putObject("errors")
                .put("type", "array")
                .putObject("items")
                .put("$ref", "#/components/schemas/FieldError");
        var required = schema.putArray("required");
        for (var name : new String[] {"type", "title", "status", "detail", "code", "requestId"}) {
            required.add(name);
        }
        return schema;
    }

    private static String text(String documented, Class<?> type) {
        return documented.isEmpty() ? type.getSimpleName() : documented;
    }
}
