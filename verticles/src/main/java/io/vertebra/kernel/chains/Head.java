package io.vertebra.kernel.chains;

/**
 * The end of a chain.
 *
 * @param sequence the place of the last seal, 0 before the first
 * @param hash the hash of the last seal, in hex
 */
public record Head(long sequence, String hash) {
    /** The head of a chain without seals. */
    public static final Head START = new Head(0, "0".repeat(64));
}
