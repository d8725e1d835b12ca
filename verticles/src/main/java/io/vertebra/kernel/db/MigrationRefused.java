package io.vertebra.kernel.db;

/** The database cannot be brought to what this program needs; the message says what to mend. */
public final class MigrationRefused extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    MigrationRefused(String sentence) {
        super(sentence);
    }

    MigrationRefused(String sentence, Throwable cause) {
        super(sentence, cause);
    }
}
