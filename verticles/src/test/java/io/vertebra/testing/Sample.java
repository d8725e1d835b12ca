package io.vertebra.testing;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertebra.bus.Component;
import io.vertebra.bus.Operation;
import jakarta.validation.constraints.Email;
import java.time.Instant;
import java.util.Locale;
import java.util.UUID;

/** Request bodies that the rules of a contract accept, made from the contract itself. */
public final class Sample {
    private Sample() {}

    /** The smallest body of this operation: what may be left out is left out. */
    public static String body(Operation operation) {
        var body = JsonNodeFactory.instance.objectNode();
        for (var component : operation.components()) {
            if (!component.optional() && !operation.route().variables().contains(component.name())) {
                put(body, component);
            }
        }
        return body.toString();
    }

    private static void put(ObjectNode body, Component component) {
        var name = component.name();
        var type = component.type();
        if (type == String.class) {
            boolean email = component.source().getAccessor().isAnnotationPresent(Email.class);
            body.put(name, email ? "sample@example.test" : "Sample");
        } else if (type == UUID.class) {
            body.put(name, UUID.randomUUID().toString());
        } else if (type == Instant.class) {
            body.put(name, "2026-01-01T00:00:00Z");
        } else if (type == boolean.class || type == Boolean.class) {
            body.put(name, true);
        } else if (type.isEnum()) {
            body.put(name, type.getEnumConstants()[0].toString().toLowerCase(Locale.ROOT));
        } else {
            body.put(name, 1);
        }
    }
}
