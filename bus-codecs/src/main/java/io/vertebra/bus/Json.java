package io.vertebra.bus;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.databind.AnnotationIntrospector;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.cfg.MapperBuilder;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.type.LogicalType;
import com.fasterxml.jackson.dataformat.cbor.CBORFactory;
import com.fasterxml.jackson.dataformat.cbor.databind.CBORMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.lang.reflect.Type;

/**
 * The mappers of the platform. All write alike: camelCase members, enums in snake_case, times as RFC 3339 in UTC,
 * nothing for null and for an absent {@link Change}. They differ in what they accept.
 */
public final class Json {
    /** How deep a document may nest. */
    public static final int MAX_DEPTH = 32;

    /** How many characters a number may have. */
    public static final int MAX_NUMBER_LENGTH = 60;

    /** How many characters a string may have. */
    public static final int MAX_STRING_LENGTH = 1 << 20;

    private static final ObjectMapper STRICT = strict(JsonMapper.builder(strictFactory()));
    private static final ObjectMapper TOLERANT = tolerant(JsonMapper.builder(new JsonFactory()));
    private static final ObjectMapper WIRE = tolerant(CBORMapper.builder(new CBORFactory()));

    private Json() {}

    /** For what comes from outside: unknown members, duplicates, coercion and everything unusual are errors. */
    public static ObjectMapper strict() {
        return STRICT;
    }

    /** For what the platform itself wrote, perhaps in another version: unknown members are ignored. */
    public static ObjectMapper tolerant() {
        return TOLERANT;
    }

    /** CBOR between nodes, as tolerant. */
    public static ObjectMapper wire() {
        return WIRE;
    }

    /** The Jackson type of a Java type, with its arguments. */
    public static JavaType type(Type type) {
        return STRICT.constructType(type);
    }

    /** The name of an enum's value in JSON. */
    public static String name(Enum<?> value) {
        return Names.snakeCase(value);
    }

    private static JsonFactory strictFactory() {
        return new JsonFactoryBuilder()
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(MAX_DEPTH)
                        .maxNumberLength(MAX_NUMBER_LENGTH)
                        .maxStringLength(MAX_STRING_LENGTH)
                        .maxNameLength(200)
                        .build())
                .build();
    }

    private static <M extends ObjectMapper, B extends MapperBuilder<M, B>> ObjectMapper strict(B builder) {
        common(builder)
                .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .enable(DeserializationFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
                .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
                .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
                .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
                .withCoercionConfigDefaults(
                        config -> config.setCoercion(CoercionInputShape.EmptyString, CoercionAction.Fail)
                                .setAcceptBlankAsEmpty(false))
                .withCoercionConfig(LogicalType.Textual, config -> config.setCoercion(
                                CoercionInputShape.Integer, CoercionAction.Fail)
                        .setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
                        .setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail)
                        .setCoercion(CoercionInputShape.EmptyString, CoercionAction.TryConvert));
        builder.addModule(new StrictScalars());
        return builder.build();
    }

    private static <M extends ObjectMapper, B extends MapperBuilder<M, B>> ObjectMapper tolerant(B builder) {
        return common(builder)
                .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .disable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                .build();
    }

    private static <M extends ObjectMapper, B extends MapperBuilder<M, B>> B common(B builder) {
        builder.addModule(new JavaTimeModule())
                .addModule(new Jdk8Module())
                .addModule(new ChangeModule())
                .annotationIntrospector(AnnotationIntrospector.pair(new Names(), new Names.Standard()))
                .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
                .disable(SerializationFeature.WRITE_DURATIONS_AS_TIMESTAMPS)
                .disable(SerializationFeature.FAIL_ON_EMPTY_BEANS)
                .enable(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN)
                .serializationInclusion(JsonInclude.Include.NON_NULL)
                .withConfigOverride(
                        Change.class,
                        override -> override.setInclude(JsonInclude.Value.construct(
                                JsonInclude.Include.NON_EMPTY, JsonInclude.Include.ALWAYS)));
        return builder;
    }
}
