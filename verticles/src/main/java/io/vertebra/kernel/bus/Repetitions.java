package io.vertebra.kernel.bus;

import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

/**
 * Tells an ask that came for the first time from one that somebody recorded and sends again: of every sender the newest
 * {@value #WINDOW} numbers are remembered until the last deadline among them has passed, after which the deadline
 * refuses them. What is older than that, and a sender too many, is refused.
 */
final class Repetitions {
    /** How many asks of one sender may overtake another one. */
    static final int WINDOW = 1 << 16;

    /** How many runs of nodes are remembered at once. */
    static final int SENDERS_MAX = 1024;

    /** What is known of an ask. */
    enum Finding {
        FIRST,
        REPEATED,
        FULL
    }

    private final Map<UUID, Numbers> senders = new HashMap<>();

    /** Remembers an ask whose deadline is still to come, and says whether it came before. */
    synchronized Finding see(UUID sender, long number, long deadline, long now) {
        var numbers = senders.get(sender);
        if (numbers == null) {
            if (senders.size() >= SENDERS_MAX) {
                senders.values().removeIf(silent -> silent.until <= now);
            }
            if (senders.size() >= SENDERS_MAX) {
                return Finding.FULL;
            }
            numbers = new Numbers();
            senders.put(sender, numbers);
        }
        numbers.until = Math.max(numbers.until, deadline);
        return numbers.add(number) ? Finding.FIRST : Finding.REPEATED;
    }

    /** The newest numbers of one sender, a bit each. */
    private static final class Numbers {
        private final long[] bits = new long[WINDOW / Long.SIZE];
        private long highest;
        private long until;

        boolean add(long number) {
            if (number <= highest - WINDOW) {
                return false;
            }
            for (long skipped = Math.max(highest + 1, number - WINDOW + 1); skipped <= number; skipped++) {
                bits[word(skipped)] &= ~bit(skipped);
            }
            highest = Math.max(highest, number);
            boolean fresh = (bits[word(number)] & bit(number)) == 0;
            bits[word(number)] |= bit(number);
            return fresh;
        }

        private static int word(long number) {
            return (int) Math.floorMod(number, (long) WINDOW) / Long.SIZE;
        }

        private static long bit(long number) {
            return 1L << number;
        }
    }
}
