package io.vertebra.bus;

import com.fasterxml.jackson.databind.cfg.MapperConfig;
import com.fasterxml.jackson.databind.introspect.AnnotatedClass;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.databind.introspect.NopAnnotationIntrospector;
import java.util.Locale;

/** Names enum values in snake_case. */
final class Names extends NopAnnotationIntrospector {
    private static final long serialVersionUID = 1L;

    /** Jackson's own introspector, under a name of ours. */
    static final class Standard extends JacksonAnnotationIntrospector {
        private static final long serialVersionUID = 1L;
    }

    static String snakeCase(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    @Override
    public String[] findEnumValues(MapperConfig<?> config, AnnotatedClass type, Enum<?>[] values, String[] names) {
        for (int i = 0; i < values.length; i++) {
            names[i] = snakeCase(values[i]);
        }
        return names;
    }
}
