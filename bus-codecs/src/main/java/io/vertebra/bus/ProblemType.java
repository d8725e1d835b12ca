package io.vertebra.bus;

/**
 * A kind of problem: a stable code that clients can count on, its HTTP status and its title. The page under
 * {@code /problems/{code}} and {@code docs/problems.md} are made from these.
 */
public interface ProblemType {
    /** The stable code in {@code snake_case}, for example {@code validation_error}. */
    String code();

    /** The HTTP status. */
    int status();

    /** A short title, the same for every occurrence. */
    String title();

    /** What the problem means and what the client can do about it, for the page that explains it. */
    String meaning();
}
