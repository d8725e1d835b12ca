package io.vertebra.kernel.audit;

import java.util.UUID;

/** The first and the last line of an export; between them stand keys, records and checkpoints. */
public final class AuditExport {
    private AuditExport() {}

    /** The first line. */
    public static String start(UUID chain) {
        return AuditLine.start(chain);
    }

    /** The last line: how long the chain was, and its last hash. */
    public static String end(UUID chain, long sequence, String head) {
        return AuditLine.end(chain, sequence, head);
    }
}
