package io.vertebra.bus;

import java.util.Locale;

/**
 * A kind of problem: a stable code that clients can count on, its HTTP status and its title. The page under
 * {@code /problems/{code}} and {@code docs/problems.md} are made from these. Implemented by enums.
 */
public interface ProblemType {
    /** The name of the constant. */
    String name();

    /** What there is to say about it. */
    About about();

    /** The stable code in {@code snake_case}, for example {@code validation_error}. */
    default String code() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The HTTP status. */
    default int status() {
        return about().status();
    }

    /** A short title, the same for every occurrence. */
    default String title() {
        return about().title();
    }

    /** What the problem means and what the client can do about it, for the page that explains it. */
    default String meaning() {
        return about().meaning();
    }

    /**
     * A kind of problem in words.
     *
     * @param status the HTTP status
     * @param title a short title, the same for every occurrence
     * @param meaning what it means and what the client can do about it
     */
    record About(int status, String title, String meaning) {}
}
