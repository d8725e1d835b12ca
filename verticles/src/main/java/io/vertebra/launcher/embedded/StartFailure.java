package io.vertebra.launcher.embedded;

import org.jspecify.annotations.Nullable;

/** An embedded server could not be started or stopped; the message is one sentence that says what to mend. */
public final class StartFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** A failure with this sentence. */
    public StartFailure(String message) {
        this(message, null);
    }

    /** A failure with this sentence and its cause. */
    public StartFailure(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
