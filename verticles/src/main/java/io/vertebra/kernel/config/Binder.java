package io.vertebra.kernel.config;

import jakarta.validation.ConstraintViolation;
import jakarta.validation.Validation;
import jakarta.validation.Validator;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.net.URI;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.hibernate.validator.HibernateValidator;
import org.hibernate.validator.messageinterpolation.ParameterMessageInterpolator;
import org.jspecify.annotations.Nullable;

/** Makes a record of a section: {@code handle-timeout} becomes {@code handleTimeout}, and so on. */
final class Binder {
    private static final Pattern CAPITAL = Pattern.compile("([a-z0-9])([A-Z])");
    private static final Validator VALIDATOR = validator();

    private final Map<String, Entry> entries;
    private final List<Mistake> mistakes;

    Binder(Map<String, Entry> entries, List<Mistake> mistakes) {
        this.entries = entries;
        this.mistakes = mistakes;
    }

    /** The record; null when a value was refused, which the mistakes then say. */
    <T extends Record> @Nullable T bind(String section, Class<T> type) {
        int before = mistakes.size();
        var bound = record(section, type);
        if (bound != null && mistakes.size() == before) {
            VALIDATOR.validate(bound).forEach(violation -> refuse(section, violation));
        }
        return mistakes.size() == before ? bound : null;
    }

    private void refuse(String section, ConstraintViolation<?> violation) {
        var path = violation.getPropertyPath().toString().replaceFirst("\\[.*", "");
        var key = section + "." + kebab(path);
        var entry = entries.get(key);
        mistakes.add(new Mistake(key, entry == null ? "" : entry.where(), violation.getMessage()));
    }

    private <T extends Record> @Nullable T record(String prefix, Class<T> type) {
        var components = type.getRecordComponents();
        var values = new @Nullable Object[components.length];
        int before = mistakes.size();
        for (int i = 0; i < components.length; i++) {
            values[i] = component(prefix, components[i]);
        }
        return mistakes.size() == before ? construct(prefix, type, components, values) : null;
    }

    private @Nullable Object component(String prefix, RecordComponent component) {
        var key = prefix + "." + kebab(component.getName());
        if (component.getType().isRecord()) {
            return record(key, component.getType().asSubclass(Record.class));
        }
        var entry = entries.get(key);
        if (entry == null) {
            throw new IllegalStateException("conf/vertebra.yaml lacks the key " + key);
        }
        try {
            return convert(entry, component.getGenericType());
        } catch (IllegalArgumentException | ArithmeticException e) {
            mistakes.add(new Mistake(key, entry.where(), String.valueOf(e.getMessage())));
            return null;
        }
    }

    private <T extends Record> @Nullable T construct(
            String prefix, Class<T> type, RecordComponent[] components, @Nullable Object[] values) {
        try {
            var types = Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
            var constructor = type.getDeclaredConstructor(types);
            constructor.setAccessible(true);
            return constructor.newInstance(values);
        } catch (InvocationTargetException e) {
            if (!(e.getCause() instanceof IllegalArgumentException refused)) {
                throw new IllegalStateException("cannot make " + type, e.getCause());
            }
            mistakes.add(new Mistake(prefix, "", String.valueOf(refused.getMessage())));
            return null;
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("cannot make " + type, e);
        }
    }

    private Object convert(Entry entry, Type type) {
        if (type instanceof ParameterizedType generic) {
            var item = (Class<?>) generic.getActualTypeArguments()[0];
            if (generic.getRawType() == Optional.class) {
                return entry.value().isEmpty() ? Optional.empty() : Optional.of(convert(entry, item));
            }
            var items = entry.values().stream().map(text -> single(text, item)).toList();
            return generic.getRawType() == Set.class ? new LinkedHashSet<>(items) : items;
        }
        if (type == Secret.class) {
            return Secret.of(References.resolve(entry.key(), entry.value(), entry.where(), mistakes));
        }
        return single(entry.value(), (Class<?>) type);
    }

    private static Object single(String text, Class<?> type) {
        if (type.isEnum()) {
            return constant(text, type);
        }
        return switch (type.getName()) {
            case "java.lang.String" -> text;
            case "int", "java.lang.Integer" ->
                Quantity.isSize(text) ? Math.toIntExact(Quantity.size(text)) : whole(text);
            case "long", "java.lang.Long" -> Quantity.isSize(text) ? Quantity.size(text) : Long.valueOf(text);
            case "double", "java.lang.Double" -> Double.valueOf(text);
            case "java.math.BigDecimal" -> new BigDecimal(text);
            case "boolean", "java.lang.Boolean" -> Boolean.valueOf(text);
            case "java.time.Duration" -> Quantity.time(text);
            case "java.net.URI" -> URI.create(text);
            case "java.nio.file.Path" -> Path.of(text);
            default -> throw new IllegalStateException("no key can be bound to " + type);
        };
    }

    private static Integer whole(String text) {
        try {
            return Integer.valueOf(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("must be a whole number", e);
        }
    }

    private static Object constant(String text, Class<?> type) {
        var names = Arrays.stream(type.getEnumConstants())
                .map(Object::toString)
                .map(Binder::label)
                .toList();
        int index = names.indexOf(text.toLowerCase(Locale.ROOT));
        if (index < 0) {
            throw new IllegalArgumentException("must be one of " + String.join(", ", names));
        }
        return type.getEnumConstants()[index];
    }

    private static String label(String constant) {
        return constant.toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static String kebab(String name) {
        return CAPITAL.matcher(name).replaceAll("$1-$2").toLowerCase(Locale.ROOT);
    }

    private static Validator validator() {
        var english = new ParameterMessageInterpolator(Set.of(Locale.ENGLISH), Locale.ENGLISH, false);
        return Validation.byProvider(HibernateValidator.class)
                .configure()
                .messageInterpolator(english)
                .buildValidatorFactory()
                .getValidator();
    }
}
