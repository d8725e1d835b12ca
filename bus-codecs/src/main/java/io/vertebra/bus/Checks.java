package io.vertebra.bus;

import io.vertebra.bus.Problem.FieldError;
import jakarta.validation.ConstraintViolation;
import jakarta.validation.ElementKind;
import jakarta.validation.Path;
import jakarta.validation.Validation;
import jakarta.validation.Validator;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.hibernate.validator.HibernateValidator;
import org.hibernate.validator.messageinterpolation.ParameterMessageInterpolator;
import org.jspecify.annotations.Nullable;

/**
 * Checks records against the constraints that their components carry, and that what is not {@code @Nullable} is there.
 */
public final class Checks {
    private final Validator validator;

    private Checks(Validator validator) {
        this.validator = validator;
    }

    /** Checks with the messages of Jakarta Validation in English. */
    public static Checks create() {
        var interpolator = new ParameterMessageInterpolator(
                Set.of(Locale.ENGLISH), Locale.ENGLISH, context -> Locale.ENGLISH, false);
        var factory = Validation.byProvider(HibernateValidator.class)
                .configure()
                .ignoreXmlConfiguration()
                .messageInterpolator(interpolator)
                .addValueExtractor(new ChangeExtractor())
                .buildValidatorFactory();
        return new Checks(factory.getValidator());
    }

    /** What is wrong with this request; null when nothing is. Pointers lead into the request's JSON form. */
    public @Nullable Problem check(Operation operation, Request<?> request) {
        var wrong = new ArrayList<FieldError>(0);
        for (var component : operation.components()) {
            var value = component.of(request);
            if (value == null && !component.optional()) {
                wrong.add(new FieldError("/" + component.name(), "must be given"));
            } else if (value instanceof String text && !Literals.keepable(text)) {
                wrong.add(new FieldError("/" + component.name(), StrictScalars.UNSTORABLE));
            }
        }
        return constrained(request, wrong);
    }

    /** What is wrong with this record; null when nothing is. */
    public @Nullable Problem check(Object checked) {
        return constrained(checked, new ArrayList<>(0));
    }

    private @Nullable Problem constrained(Object checked, List<FieldError> wrong) {
        if (validator.getConstraintsForClass(checked.getClass()).isBeanConstrained()) {
            var sizes = checked instanceof Record holder ? Sizes.wrong(holder) : List.<FieldError>of();
            wrong.addAll(sizes);
            if (sizes.isEmpty()) {
                violations(checked, wrong);
            }
        }
        return wrong.isEmpty()
                ? null
                : Problem.of(Problems.VALIDATION_ERROR, "One or more values were refused.")
                        .at(wrong);
    }

    /** Adds the violations; of what is missing, only the first, since the others follow from it. */
    private void violations(Object checked, List<FieldError> wrong) {
        var violations = validator.validate(checked);
        if (violations.isEmpty()) {
            return;
        }
        var pointers = new HashSet<String>();
        wrong.forEach(error -> pointers.add(error.pointer()));
        violations.stream().map(Checks::violation).sorted(BY_PATH).forEach(violation -> {
            if (pointers.add(violation.error.pointer()) || !violation.missing) {
                wrong.add(violation.error);
            }
        });
    }

    private record Violation(FieldError error, boolean missing) {}

    private static final Comparator<Violation> BY_PATH = Comparator.<Violation, String>comparing(
                    violation -> violation.error.pointer())
            .thenComparing(violation -> violation.error.detail());

    private static Violation violation(ConstraintViolation<?> violation) {
        var error = new FieldError(pointer(violation.getPropertyPath()), violation.getMessage());
        return new Violation(error, violation.getInvalidValue() == null);
    }

    private static String pointer(Path path) {
        var pointer = new StringBuilder();
        for (var node : path) {
            if (node.getIndex() != null) {
                pointer.append('/').append(node.getIndex());
            } else if (node.getKey() != null) {
                pointer.append('/').append(escape(node.getKey().toString()));
            }
            if (node.getName() != null && node.getKind() != ElementKind.CONTAINER_ELEMENT) {
                pointer.append('/').append(escape(node.getName()));
            }
        }
        return pointer.toString();
    }

    private static String escape(String name) {
        return name.replace("~", "~0").replace("/", "~1");
    }
}
