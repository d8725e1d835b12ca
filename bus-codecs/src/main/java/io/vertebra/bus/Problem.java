package io.vertebra.bus;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The one error that leaves a room: what is expected to go wrong, as a problem document (RFC 9457). Travels over the
 * bus as it is; carries no stack and no cause, so that nothing inside can leak.
 */
public final class Problem extends RuntimeException {
    /** The most field errors that are listed at once. */
    public static final int ERRORS_MAX = 50;

    private static final long serialVersionUID = 1L;

    /**
     * What is wrong with one field.
     *
     * @param pointer where, as a JSON pointer (RFC 6901) into the request body, or {@code ?name} for a query parameter
     * @param detail what is wrong, in words that follow the field's name: "must be positive"
     */
    public record FieldError(String pointer, String detail) {}

    private final String code;
    private final int status;
    private final String title;
    private final List<FieldError> errors;
    private final Map<String, Object> more;

    /** A problem as it came over the wire; inside a room use {@link #of}. */
    public Problem(
            String code, int status, String title, String detail, List<FieldError> errors, Map<String, Object> more) {
        super(detail, null, false, false);
        this.code = code;
        this.status = status;
        this.title = title;
        this.errors = List.copyOf(errors);
        this.more = Map.copyOf(more);
    }

    /** A problem of this type; {@code detail} says what to mend in this case. */
    public static Problem of(ProblemType type, String detail) {
        return new Problem(type.code(), type.status(), type.title(), detail, List.of(), Map.of());
    }

    /** The 404 of a thing that is not there or may not be known of. */
    public static Problem notFound(String what) {
        return of(Problems.NOT_FOUND, "There is no such " + what + ".");
    }

    /** A 422 about one field. */
    public static Problem invalid(String pointer, String detail) {
        return of(Problems.VALIDATION_ERROR, "One value was refused.").at(pointer, detail);
    }

    /** The same problem with one field error more. */
    public Problem at(String pointer, String what) {
        var all = new java.util.ArrayList<>(errors);
        all.add(new FieldError(pointer, what));
        return new Problem(code, status, title, detail(), all, more);
    }

    /** The same problem with these field errors; of very many the first are listed, and the detail says so. */
    public Problem at(List<FieldError> wrong) {
        if (wrong.size() <= ERRORS_MAX) {
            return new Problem(code, status, title, detail(), wrong, more);
        }
        var said = detail() + " Here are the first " + ERRORS_MAX + " of " + wrong.size() + " errors.";
        return new Problem(code, status, title, said, wrong.subList(0, ERRORS_MAX), more);
    }

    /** The same problem with one extension member more (RFC 9457, section 3.2); the value is a string or a number. */
    public Problem with(String name, Object value) {
        var all = new TreeMap<>(more);
        all.put(name, value);
        return new Problem(code, status, title, detail(), errors, all);
    }

    /** The stable code. */
    public String code() {
        return code;
    }

    /** The HTTP status. */
    public int status() {
        return status;
    }

    /** The title of the problem's type. */
    public String title() {
        return title;
    }

    /** What to mend in this case. */
    public String detail() {
        return java.util.Objects.requireNonNullElse(getMessage(), "");
    }

    /** The fields that are wrong. */
    public List<FieldError> errors() {
        return errors;
    }

    /** Extension members. */
    public Map<String, Object> more() {
        return more;
    }

    /** Whether this problem is of that type. */
    public boolean is(@Nullable ProblemType type) {
        return type != null && code.equals(type.code());
    }
}
