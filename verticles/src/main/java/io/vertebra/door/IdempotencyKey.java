package io.vertebra.door;

/** The form of the keys under which clients ask for one effect: they are stored, so they are bounded. */
public final class IdempotencyKey {
    private static final int LENGTH_MAX = 200;

    /** What a key must look like, in a sentence. */
    public static final String FORM = "An Idempotency-Key has 1 to " + LENGTH_MAX + " printable ASCII characters.";

    private IdempotencyKey() {}

    /** Whether a text is a key. */
    public static boolean fits(String text) {
        return !text.isEmpty() && text.length() <= LENGTH_MAX && text.chars().allMatch(c -> c >= 0x20 && c < 0x7f);
    }
}
