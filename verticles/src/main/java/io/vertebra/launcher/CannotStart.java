package io.vertebra.launcher;

import java.util.Objects;
import java.util.concurrent.ExecutionException;

/** What the person at the command line has to mend, in one sentence. */
class CannotStart extends RuntimeException {
    private static final long serialVersionUID = 1L;

    CannotStart(String sentence) {
        super(sentence, null, false, false);
    }

    /** Why something that was waited for failed. */
    static String reason(ExecutionException failure) {
        return String.valueOf(
                Objects.requireNonNullElse(failure.getCause(), failure).getMessage());
    }
}
