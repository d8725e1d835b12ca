package io.vertebra.testing;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertebra.bus.Money;
import io.vertebra.bus.Operation;
import jakarta.validation.constraints.Email;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Request bodies that the rules of a contract accept, made from the contract itself. */
public final class Sample {
    private Sample() {}

    /** The smallest body of this operation: what may be left out is left out. */
    public static String body(Operation operation) {
        var body = JsonNodeFactory.instance.objectNode();
        for (var component : operation.components()) {
            if (!component.optional() && !operation.route().variables().contains(component.name())) {
                put(body, component.source());
            }
        }
        return body.toString();
    }

    private static void put(ObjectNode body, RecordComponent component) {
        var name = component.getName();
        var type = component.getType();
        if (type == String.class) {
            body.put(name, text(component));
        } else if (type == UUID.class) {
            body.put(name, UUID.randomUUID().toString());
        } else if (type == Instant.class) {
            body.put(name, "2026-01-01T00:00:00Z");
        } else if (type == boolean.class || type == Boolean.class) {
            body.put(name, true);
        } else if (type.isEnum()) {
            body.put(name, type.getEnumConstants()[0].toString().toLowerCase(Locale.ROOT));
        } else if (type == Money.class) {
            body.putObject(name).put("amount", 1).put("currency", "EUR");
        } else if (type == List.class) {
            var item = ((ParameterizedType) component.getGenericType()).getActualTypeArguments()[0];
            fill(body.putArray(name).addObject(), (Class<?>) item);
        } else {
            body.put(name, 1);
        }
    }

    private static String text(RecordComponent component) {
        if (component.getAccessor().isAnnotationPresent(Email.class)) {
            return "sample@example.test";
        }
        return component.getName().equals("currency") ? "EUR" : "Sample";
    }

    private static void fill(ObjectNode body, Class<?> type) {
        for (var component : type.getRecordComponents()) {
            if (!component.getAnnotatedType().isAnnotationPresent(Nullable.class)) {
                put(body, component);
            }
        }
    }
}
