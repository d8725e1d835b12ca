package io.vertebra.bus;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.deser.std.StdScalarDeserializer;
import com.fasterxml.jackson.databind.deser.std.StringDeserializer;
import com.fasterxml.jackson.databind.module.SimpleModule;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.UUID;

/** Scalars from outside, each in one form only. */
final class StrictScalars extends SimpleModule {
    private static final long serialVersionUID = 1L;
    private static final int MAX_PRECISION = 38;
    private static final int MAX_SCALE = 18;
    static final String UNSTORABLE = "must not hold U+0000 or half of a surrogate pair";

    StrictScalars() {
        super("strict-scalars");
        addDeserializer(
                Instant.class, new OfText<>(Instant.class, "a time such as 2026-11-20T14:00:00Z", Literals::instant));
        addDeserializer(UUID.class, new OfText<>(UUID.class, "a UUID", Literals::uuid));
        addDeserializer(BigDecimal.class, new Decimal());
        addDeserializer(String.class, new Text());
    }

    private static final class Text extends StringDeserializer {
        private static final long serialVersionUID = 1L;

        @Override
        public String deserialize(JsonParser parser, DeserializationContext context) throws IOException {
            var text = super.deserialize(parser, context);
            return text == null || Literals.keepable(text)
                    ? text
                    : (String) context.handleWeirdStringValue(String.class, "…", UNSTORABLE);
        }
    }

    @FunctionalInterface
    private interface Parse<T> {
        T parse(String text);
    }

    @SuppressWarnings("serial")
    private static final class OfText<T> extends StdScalarDeserializer<T> {
        private static final long serialVersionUID = 1L;
        private final String expected;
        private final transient Parse<T> parse;

        OfText(Class<T> type, String expected, Parse<T> parse) {
            super(type);
            this.expected = expected;
            this.parse = parse;
        }

        @Override
        @SuppressWarnings("unchecked")
        public T deserialize(JsonParser parser, DeserializationContext context) throws IOException {
            if (parser.currentToken() != JsonToken.VALUE_STRING) {
                return (T) context.handleUnexpectedToken(_valueClass, parser);
            }
            var text = parser.getText();
            try {
                return parse.parse(text);
            } catch (DateTimeException | IllegalArgumentException e) {
                return (T) context.handleWeirdStringValue(_valueClass, text, "must be %s", expected);
            }
        }
    }

    private static final class Decimal extends StdScalarDeserializer<BigDecimal> {
        private static final long serialVersionUID = 1L;

        Decimal() {
            super(BigDecimal.class);
        }

        @Override
        public BigDecimal deserialize(JsonParser parser, DeserializationContext context) throws IOException {
            if (!parser.currentToken().isNumeric()) {
                return (BigDecimal) context.handleUnexpectedToken(BigDecimal.class, parser);
            }
            var value = parser.getDecimalValue();
            if (Math.abs((long) value.scale()) > MAX_SCALE || value.precision() > MAX_PRECISION) {
                return (BigDecimal) context.handleWeirdNumberValue(
                        BigDecimal.class,
                        value,
                        "must have at most %d digits, %d of them after the point",
                        MAX_PRECISION,
                        MAX_SCALE);
            }
            return value;
        }
    }
}
