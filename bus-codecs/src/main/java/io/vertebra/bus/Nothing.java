package io.vertebra.bus;

/** The answer of an operation that has nothing to say; REST answers 204. */
public record Nothing() {
    /** The one instance. */
    public static final Nothing NOTHING = new Nothing();
}
