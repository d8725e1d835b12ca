package io.vertebra.kernel.audit;

import org.jspecify.annotations.Nullable;

/**
 * What a verification found.
 *
 * @param chain the chain that it is about; null when it is about a file as a whole
 * @param sequence the first record that does not fit; null when it is about no record
 * @param kind what happened
 * @param detail the same in a sentence
 */
public record Finding(@Nullable String chain, @Nullable Long sequence, Kind kind, String detail) {
    /** What may have happened to a chain. */
    public enum Kind {
        /** A record says something else than when it was sealed. */
        CHANGED,
        /** A record is missing in the middle. */
        REMOVED,
        /** Records stand in another order. */
        REORDERED,
        /** A record stands twice. */
        DOUBLED,
        /** Records at the end are missing that a checkpoint or the end of the export names. */
        CUT_OFF,
        /** The chain was rebuilt: a signed checkpoint names another hash for this record. */
        REWRITTEN,
        /** A checkpoint is not signed by the key that it names. */
        BAD_SIGNATURE,
        /** The key that a checkpoint names is in none of the files. */
        UNKNOWN_KEY,
        /** A line is no line of an export or a checkpoint file. */
        MALFORMED
    }
}
