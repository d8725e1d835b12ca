package io.vertebra.kernel.cache;

/** Redis cannot be reached, or does not answer in time. Callers go on without it. */
public final class RedisAway extends RuntimeException {
    private static final long serialVersionUID = 1L;

    RedisAway(String why) {
        super(why, null, false, false);
    }
}
