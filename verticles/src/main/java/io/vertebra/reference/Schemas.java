package io.vertebra.reference;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertebra.bus.Change;
import io.vertebra.bus.Component;
import io.vertebra.bus.Docs;
import io.vertebra.bus.Json;
import io.vertebra.bus.Operation;
import io.vertebra.bus.Page;
import jakarta.validation.constraints.Email;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Positive;
import jakarta.validation.constraints.PositiveOrZero;
import jakarta.validation.constraints.Size;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.AnnotatedParameterizedType;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** JSON schemas (OpenAPI 3.1, JSON Schema 2020-12) of the contracts' records; each is named once and referred to. */
final class Schemas {
    private static final String REF = "#/components/schemas/";
    private static final Map<Class<?>, String> TEXTS = Map.of(
            UUID.class, "string uuid",
            String.class, "string",
            Instant.class, "string date-time",
            BigDecimal.class, "number");

    private final Map<String, ObjectNode> named = new TreeMap<>();
    private final Map<String, Type> owners = new HashMap<>();

    /** Every schema by name. */
    Map<String, ObjectNode> named() {
        return named;
    }

    /** The schema of a request's body: the components that the path does not give. */
    ObjectNode body(Operation operation, Predicate<Component> inBody) {
        var name = claim(operation.type().getSimpleName(), operation.type(), operation.type());
        var schema = object();
        named.put(name, schema);
        properties(
                schema,
                operation.type(),
                operation.components().stream().filter(inBody).toList(),
                true);
        schema.put("additionalProperties", false);
        return ref(name);
    }

    /** The schema of a type, by reference when it is a record. */
    ObjectNode of(Type type) {
        return of(type, null);
    }

    /** The schema of one component with its constraints. */
    ObjectNode of(Component component) {
        return of(component.genericType(), component.source().getAnnotatedType());
    }

    private ObjectNode of(Type type, @Nullable AnnotatedType annotated) {
        if (type instanceof ParameterizedType generic) {
            return ofGeneric(generic, annotated);
        }
        var raw = (Class<?>) type;
        if (raw.isRecord()) {
            return ref(record(raw));
        }
        var schema = scalar(raw);
        if (annotated != null) {
            constrain(schema, annotated, raw);
        }
        return schema;
    }

    private ObjectNode ofGeneric(ParameterizedType generic, @Nullable AnnotatedType annotated) {
        var raw = (Class<?>) generic.getRawType();
        var arguments = generic.getActualTypeArguments();
        var inner = annotated instanceof AnnotatedParameterizedType parts
                ? parts.getAnnotatedActualTypeArguments()
                : new AnnotatedType[arguments.length];
        if (raw == Page.class) {
            return page(arguments[0]);
        }
        if (raw == Change.class) {
            return orNull(of(arguments[0], inner[0]));
        }
        if (Map.class.isAssignableFrom(raw)) {
            var schema = node().put("type", "object");
            schema.set("additionalProperties", of(arguments[1], inner[1]));
            return schema;
        }
        if (Collection.class.isAssignableFrom(raw)) {
            var schema = node().put("type", "array");
            schema.set("items", of(arguments[0], inner[0]));
            var size = annotated == null ? null : annotated.getAnnotation(Size.class);
            return size == null ? schema : schema.put("maxItems", size.max());
        }
        throw new IllegalArgumentException("No schema for " + generic);
    }

    private ObjectNode page(Type item) {
        var of = (Class<?>) item;
        var name = claim(of.getSimpleName() + "Page", item, of);
        if (!named.containsKey(name)) {
            var schema = object().put("description", "One page of a list.");
            named.put(name, schema);
            var items = schema.putObject("properties").putObject("items").put("type", "array");
            items.set("items", of(item));
            ((ObjectNode) schema.get("properties"))
                    .putObject("next")
                    .put("type", "string")
                    .put(
                            "description",
                            "The cursor of the next page, to be passed as `after`; absent on the last page.");
            schema.putArray("required").add("items");
        }
        return ref(name);
    }

    private String record(Class<?> type) {
        var name = claim(type.getSimpleName(), type, type);
        if (!named.containsKey(name)) {
            var schema = object();
            named.put(name, schema);
            var parts = java.util.Arrays.stream(type.getRecordComponents()).toList();
            describe(schema, Docs.of(type));
            var properties = schema.putObject("properties");
            var required = Json.strict().createArrayNode();
            for (var part : parts) {
                var property = of(part.getGenericType(), part.getAnnotatedType());
                properties.set(part.getName(), describe(property, Docs.of(type, part.getName())));
                if (!part.getAnnotatedType().isAnnotationPresent(Nullable.class)) {
                    required.add(part.getName());
                }
            }
            if (!required.isEmpty()) {
                schema.set("required", required);
            }
        }
        return name;
    }

    private void properties(ObjectNode schema, Class<?> type, Collection<Component> parts, boolean secrets) {
        var properties = schema.putObject("properties");
        var required = Json.strict().createArrayNode();
        for (var part : parts) {
            var property = describe(of(part), Docs.of(type, part.name()));
            if (secrets && part.secret()) {
                property.put("format", "password");
            }
            properties.set(part.name(), property);
            if (!part.optional()) {
                required.add(part.name());
            }
        }
        if (!required.isEmpty()) {
            schema.set("required", required);
        }
    }

    /** Two records of one simple name: the later gets its contract's name before its own. */
    private String claim(String simple, Type type, Class<?> of) {
        var owner = owners.putIfAbsent(simple, type);
        if (owner == null || owner.equals(type)) {
            return simple;
        }
        var outer = of.getEnclosingClass();
        var longer = (outer == null ? "" : outer.getSimpleName()) + simple;
        owners.putIfAbsent(longer, type);
        return longer;
    }

    private static ObjectNode scalar(Class<?> raw) {
        if (raw.isEnum()) {
            var schema = node().put("type", "string");
            var values = schema.putArray("enum");
            for (var constant : raw.getEnumConstants()) {
                values.add(Json.name((Enum<?>) constant));
            }
            return describe(schema, Docs.of(raw));
        }
        if (raw == Object.class) {
            return node();
        }
        var known = TEXTS.get(raw);
        var parts = (known == null ? primitive(raw) : known).split(" ");
        var schema = node().put("type", parts[0]);
        return parts.length == 1 ? schema : schema.put("format", parts[1]);
    }

    private static String primitive(Class<?> raw) {
        if (raw == boolean.class || raw == Boolean.class) {
            return "boolean";
        }
        if (raw == int.class || raw == Integer.class) {
            return "integer int32";
        }
        if (raw == long.class || raw == Long.class) {
            return "integer int64";
        }
        if (raw == double.class || raw == Double.class) {
            return "number double";
        }
        throw new IllegalArgumentException("No schema for " + raw.getName());
    }

    private static void constrain(ObjectNode schema, AnnotatedElement on, Class<?> raw) {
        var size = on.getAnnotation(Size.class);
        if (size != null && raw == String.class) {
            if (size.min() > 0) {
                schema.put("minLength", size.min());
            }
            if (size.max() < Integer.MAX_VALUE) {
                schema.put("maxLength", size.max());
            }
        }
        if ((on.isAnnotationPresent(NotBlank.class) || on.isAnnotationPresent(NotEmpty.class))
                && !schema.has("minLength")) {
            schema.put("minLength", 1);
        }
        var pattern = on.getAnnotation(Pattern.class);
        if (pattern != null) {
            schema.put("pattern", "^(?:" + pattern.regexp() + ")$");
        }
        if (on.isAnnotationPresent(Email.class)) {
            schema.put("format", "email");
        }
        var least = on.getAnnotation(Min.class);
        if (least != null) {
            schema.put("minimum", least.value());
        }
        var most = on.getAnnotation(Max.class);
        if (most != null) {
            schema.put("maximum", most.value());
        }
        if (on.isAnnotationPresent(Positive.class)) {
            schema.put("exclusiveMinimum", 0);
        }
        if (on.isAnnotationPresent(PositiveOrZero.class)) {
            schema.put("minimum", 0);
        }
    }

    private static ObjectNode orNull(ObjectNode schema) {
        var type = schema.remove("type");
        if (type == null) {
            var either = node();
            either.putArray("anyOf").add(schema).add(node().put("type", "null"));
            return either;
        }
        schema.putArray("type").add(type).add("null");
        if (schema.get("enum") instanceof com.fasterxml.jackson.databind.node.ArrayNode values) {
            values.addNull();
        }
        return schema;
    }

    private static ObjectNode describe(ObjectNode schema, String text) {
        return text.isEmpty() ? schema : schema.put("description", text);
    }

    private static ObjectNode object() {
        return node().put("type", "object");
    }

    private static ObjectNode ref(String name) {
        return node().put("$ref", REF + name);
    }

    private static ObjectNode node() {
        return Json.strict().createObjectNode();
    }
}
