package io.vertebra.http;

import com.fasterxml.jackson.databind.ObjectReader;
import io.vertebra.bus.Checks;
import io.vertebra.bus.Component;
import io.vertebra.bus.Json;
import io.vertebra.bus.Operation;
import io.vertebra.bus.Posted;
import io.vertebra.bus.Problem;
import io.vertebra.bus.Problem.FieldError;
import io.vertebra.bus.Problems;
import io.vertebra.bus.Request;
import io.vertebra.door.Documents;
import io.vertebra.door.Scalars;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Makes the record of one operation out of path, query and body. Fields that nobody declared are errors. All of its
 * failures are a {@link Problem}.
 */
final class Decoder {
    private record Part(String name, Class<?> type, int pathIndex, Function<String, Object> reader) {}

    private final Operation operation;
    private final Checks checks;
    private final boolean body;
    private final List<String> variables;
    private final List<Part> parts = new ArrayList<>();
    private final ObjectReader record;

    Decoder(Operation operation, Checks checks) {
        var route = Objects.requireNonNull(operation.route());
        this.operation = operation;
        this.checks = checks;
        this.body = route.verb().hasBody();
        this.variables = route.variables();
        this.record = Json.strict().readerFor(operation.type());
        for (var component : operation.components()) {
            var index = variables.indexOf(component.name());
            if (index >= 0 || !body) {
                parts.add(part(component, index));
            }
        }
    }

    private static Part part(Component component, int index) {
        return new Part(component.name(), component.type(), index, Scalars.reader(component.type()));
    }

    /** The request of these path variables, in the order of the path, and this query or body. */
    Request<?> decode(List<String> path, @Nullable String query, byte @Nullable [] json) {
        if (body && query != null && !query.isEmpty()) {
            throw malformed("This operation takes no query.");
        }
        var decoded = body
                ? fromBody(path, json == null || json.length == 0 ? null : json)
                : fromQuery(path, Query.parse(query));
        var refused = checks.check(operation, decoded);
        if (refused != null) {
            throw refused;
        }
        return decoded;
    }

    private Request<?> fromQuery(List<String> path, Map<String, String> query) {
        var values = new @Nullable Object[parts.size()];
        var known = 0;
        for (var i = 0; i < values.length; i++) {
            var part = parts.get(i);
            var given = part.pathIndex() >= 0 ? path.get(part.pathIndex()) : query.get(part.name());
            if (given == null) {
                if (part.type().isPrimitive()) {
                    throw malformed("A query parameter is missing.").at("?" + part.name(), "must be given");
                }
                continue;
            }
            known += part.pathIndex() >= 0 ? 0 : 1;
            values[i] = value(part, given);
        }
        if (known != query.size()) {
            throw unknown(query);
        }
        return operation.create(values);
    }

    private static Object value(Part part, String given) {
        var inPath = part.pathIndex() >= 0;
        try {
            return part.reader().apply(inPath ? Query.segment(given) : given);
        } catch (Scalars.Malformed malformed) {
            throw malformed("One value has the wrong form.")
                    .at((inPath ? "/" : "?") + part.name(), Objects.requireNonNull(malformed.getMessage()));
        }
    }

    private Problem unknown(Map<String, String> query) {
        var known = parts.stream()
                .filter(part -> part.pathIndex() < 0)
                .map(Part::name)
                .collect(Collectors.toSet());
        return malformed("The query has parameters that this operation does not know.")
                .at(query.keySet().stream()
                        .filter(name -> !known.contains(name))
                        .map(name -> new FieldError("?" + name, "is not known here"))
                        .toList());
    }

    private Request<?> fromBody(List<String> path, byte @Nullable [] json) {
        var document = json == null ? Json.strict().createObjectNode() : Documents.object(json);
        for (var part : parts) {
            if (document.has(part.name())) {
                throw malformed("A field of the path stands in the body too.")
                        .at("/" + part.name(), "belongs in the path");
            }
            var value = value(part, path.get(part.pathIndex()));
            document.set(part.name(), Json.strict().valueToTree(value));
        }
        return Documents.record(record, document);
    }

    /** The request of these path variables and a body that is left unread. */
    Request<?> decode(List<String> path, Posted posted) {
        var components = operation.components();
        var values = new @Nullable Object[components.size()];
        for (var i = 0; i < values.length; i++) {
            var name = components.get(i).name();
            values[i] = components.get(i).type() == Posted.class
                    ? posted
                    : parts.stream()
                            .filter(part -> part.name().equals(name))
                            .map(part -> value(part, path.get(part.pathIndex())))
                            .findFirst()
                            .orElse(null);
        }
        var decoded = operation.create(values);
        var refused = checks.check(operation, decoded);
        if (refused != null) {
            throw refused;
        }
        return decoded;
    }

    private static Problem malformed(String detail) {
        return Problem.of(Problems.MALFORMED_REQUEST, detail);
    }
}
