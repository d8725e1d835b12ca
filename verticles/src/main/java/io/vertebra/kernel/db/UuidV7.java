package io.vertebra.kernel.db;

import java.time.Clock;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;

/** Ids that sort by the time of their making (RFC 9562, version 7). */
public final class UuidV7 {
    private UuidV7() {}

    /** A new id of this moment. */
    public static UUID next(Clock clock) {
        var random = ThreadLocalRandom.current();
        long high = clock.millis() << 16 | 0x7000L | random.nextInt() & 0x0FFFL;
        long low = random.nextLong() & 0x3FFF_FFFF_FFFF_FFFFL | 0x8000_0000_0000_0000L;
        return new UUID(high, low);
    }
}
