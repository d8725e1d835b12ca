package io.vertebra.bus;

import jakarta.validation.ConstraintViolation;
import jakarta.validation.ElementKind;
import jakarta.validation.Path;
import jakarta.validation.Validation;
import jakarta.validation.Validator;
import java.util.Comparator;
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
        Problem problem = null;
        for (var component : operation.components()) {
            var value = component.of(request);
            if (value == null && !component.optional()) {
                problem = with(problem, "/" + component.name(), "must be given");
            } else if (value instanceof String text && !Literals.keepable(text)) {
                problem = with(problem, "/" + component.name(), StrictScalars.UNSTORABLE);
            }
        }
        return constrained(request, problem);
    }

    /** What is wrong with this record; null when nothing is. */
    public @Nullable Problem check(Object checked) {
        return constrained(checked, null);
    }

    private @Nullable Problem constrained(Object checked, @Nullable Problem soFar) {
        if (!validator.getConstraintsForClass(checked.getClass()).isBeanConstrained()) {
            return soFar;
        }
        var violations = validator.validate(checked);
        var problem = soFar;
        if (!violations.isEmpty()) {
            for (var violation : violations.stream().sorted(BY_PATH).toList()) {
                if (problem == null || !missing(problem, violation)) {
                    problem = with(problem, pointer(violation.getPropertyPath()), violation.getMessage());
                }
            }
        }
        return problem;
    }

    private static final Comparator<ConstraintViolation<Object>> BY_PATH =
            Comparator.<ConstraintViolation<Object>, String>comparing(violation -> pointer(violation.getPropertyPath()))
                    .thenComparing(ConstraintViolation::getMessage);

    private static boolean missing(Problem problem, ConstraintViolation<?> violation) {
        return violation.getInvalidValue() == null
                && problem.errors().stream().anyMatch(e -> e.pointer().equals(pointer(violation.getPropertyPath())));
    }

    private static Problem with(@Nullable Problem problem, String pointer, String detail) {
        var refused =
                problem == null ? Problem.of(Problems.VALIDATION_ERROR, "One or more values were refused.") : problem;
        return refused.at(pointer, detail);
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
