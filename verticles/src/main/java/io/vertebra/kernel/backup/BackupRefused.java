package io.vertebra.kernel.backup;

/** A backup cannot be made, or must not be relied on; the message is one sentence for a person. */
public final class BackupRefused extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Refused for this reason. */
    public BackupRefused(String sentence) {
        super(sentence, null, false, false);
    }
}
