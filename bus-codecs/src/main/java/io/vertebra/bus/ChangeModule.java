package io.vertebra.bus;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.BeanProperty;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.deser.ContextualDeserializer;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Reads and writes {@link Change}: an absent one is left out, a cleared one is null, a set one is its value. */
final class ChangeModule extends SimpleModule {
    private static final long serialVersionUID = 1L;

    @SuppressWarnings("unchecked")
    ChangeModule() {
        super("change");
        addSerializer((Class<Change<?>>) (Class<?>) Change.class, new Writer());
        addDeserializer((Class<Change<?>>) (Class<?>) Change.class, new Reader(null, null));
    }

    private static final class Writer extends StdSerializer<Change<?>> {
        private static final long serialVersionUID = 1L;

        Writer() {
            super(Change.class, false);
        }

        @Override
        public boolean isEmpty(SerializerProvider provider, Change<?> change) {
            return !change.present();
        }

        @Override
        public void serialize(Change<?> change, JsonGenerator out, SerializerProvider provider) throws IOException {
            if (change.value() == null) {
                out.writeNull();
            } else {
                provider.defaultSerializeValue(change.value(), out);
            }
        }
    }

    @SuppressWarnings("serial")
    private static final class Reader extends StdDeserializer<Change<?>> implements ContextualDeserializer {
        private static final long serialVersionUID = 1L;

        private final @Nullable JsonDeserializer<Object> inner;

        Reader(@Nullable JavaType type, @Nullable JsonDeserializer<Object> inner) {
            super(Change.class);
            this.inner = inner;
        }

        @Override
        public JsonDeserializer<?> createContextual(DeserializationContext context, @Nullable BeanProperty property)
                throws com.fasterxml.jackson.databind.JsonMappingException {
            var type = property == null ? context.getContextualType() : property.getType();
            var value = type.containedTypeOrUnknown(0);
            return new Reader(type, context.findContextualValueDeserializer(value, property));
        }

        @Override
        public Change<?> deserialize(JsonParser parser, DeserializationContext context) throws IOException {
            if (inner == null) {
                throw new IllegalStateException("Change without a type");
            }
            return Change.to(inner.deserialize(parser, context));
        }

        @Override
        public Change<?> getNullValue(DeserializationContext context) {
            return Change.to(null);
        }

        @Override
        public Object getAbsentValue(DeserializationContext context) {
            return Change.absent();
        }
    }
}
