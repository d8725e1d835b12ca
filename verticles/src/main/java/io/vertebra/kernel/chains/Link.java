package io.vertebra.kernel.chains;

import java.util.UUID;

/** A row that can be sealed. */
public interface Link {
    /** The chain that it belongs to. */
    UUID chain();

    /** Its place in the order of writing, over all chains. */
    long seq();

    /** The hash over its content, its place in the chain and the hash before, in hex. */
    String hash(long sequence, String previous);
}
