package io.vertebra.kernel.events;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The newest events of one org, in the order of the log, each under a number that stays while older ones leave. Grows
 * as needed; the tail bounds how many there are over all orgs.
 */
final class Ring {
    private static final int FIRST_SIZE = 16;

    private @Nullable Logged[] slots = new Logged[FIRST_SIZE];
    private long first;
    private long end;

    /** The number of the oldest event. */
    long first() {
        return first;
    }

    /** The number that the next event will have. */
    long end() {
        return end;
    }

    Logged get(long number) {
        var found = slots[(int) (number & (slots.length - 1))];
        if (found == null || number < first || number >= end) {
            throw new IllegalArgumentException(number + " is not on the ring");
        }
        return found;
    }

    void add(Logged logged) {
        if (end - first == slots.length) {
            grow();
        }
        slots[(int) (end & (slots.length - 1))] = logged;
        end++;
    }

    /** Drops the oldest event. */
    void drop() {
        slots[(int) (first & (slots.length - 1))] = null;
        first++;
    }

    /** The number of the first event after a place in the log. */
    long after(long seq) {
        long low = first;
        long high = end;
        while (low < high) {
            long middle = (low + high) >>> 1;
            if (get(middle).seq() > seq) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    }

    /** Whether the event of this place is on the ring. */
    boolean holds(long seq) {
        long next = after(seq);
        return next > first && get(next - 1).seq() == seq;
    }

    private void grow() {
        var larger = Arrays.copyOf(slots, 2 * slots.length);
        Arrays.fill(larger, null);
        for (long number = first; number < end; number++) {
            larger[(int) (number & (larger.length - 1))] = slots[(int) (number & (slots.length - 1))];
        }
        slots = larger;
    }
}
