package io.vertebra.kernel.cache;

/** Redis answered with an error. */
public final class RedisError extends RuntimeException {
    private static final long serialVersionUID = 1L;

    RedisError(String message) {
        super(message, null, false, false);
    }

    /** Whether the script must be loaded again. */
    boolean noScript() {
        var message = getMessage();
        return message != null && message.startsWith("NOSCRIPT");
    }
}
