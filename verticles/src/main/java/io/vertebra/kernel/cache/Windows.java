package io.vertebra.kernel.cache;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * The limiter of one node while Redis is away: the same sliding windows in memory, each with the node's share of the
 * limit. Holds a bounded number of keys; the least recently used go first. Its time only goes forward: a wall clock
 * that is put ahead would empty the windows at once.
 */
final class Windows {
    private static final int KEYS_MAX = 100_000;
    private static final int SLICES = 11;

    private static final class Window {
        private long head;
        private final long[] counts = new long[SLICES];

        private void advance(long to) {
            if (to - head >= SLICES) {
                java.util.Arrays.fill(counts, 0);
                head = to;
            }
            while (head < to) {
                head++;
                counts[slot(head)] = 0;
            }
        }

        private void add(long at, long cost) {
            counts[slot(Math.max(at, head))] += cost;
        }

        private long used() {
            var used = 0L;
            for (var count : counts) {
                used += count;
            }
            return used;
        }

        private long resetMs(long now, long slice) {
            for (var index = head - SLICES + 1; index < head; index++) {
                if (counts[slot(index)] > 0) {
                    return (index + SLICES) * slice - now;
                }
            }
            return (head + SLICES) * slice - now;
        }

        private static int slot(long index) {
            return (int) Math.floorMod(index, (long) SLICES);
        }
    }

    private final LongSupplier millis;
    private final Map<String, Window> windows = new LinkedHashMap<>(64, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Window> eldest) {
            return size() > KEYS_MAX;
        }
    };

    /** @param millis the milliseconds since any moment, which no change of the wall clock moves */
    Windows(LongSupplier millis) {
        this.millis = millis;
    }

    /** Counts a request against all allowances, each divided by the number of live nodes, or against none. */
    synchronized Ruling rule(Check check, int nodes) {
        var now = millis.getAsLong();
        var allowances = check.allowances();
        var remaining = new long[allowances.size()];
        var resetMs = new long[allowances.size()];
        var touched = new HashMap<Window, Allowance>();
        var allowed = true;
        for (var i = 0; i < allowances.size(); i++) {
            var allowance = allowances.get(i);
            var slice = allowance.slice();
            var window = windows.computeIfAbsent(allowance.policy() + ":" + allowance.key(), key -> new Window());
            window.advance(now / slice);
            var left = Math.max(1, allowance.limit() / Math.max(1, nodes)) - window.used();
            allowed &= left >= allowance.cost();
            remaining[i] = Math.max(0, left);
            resetMs[i] = window.resetMs(now, slice);
            touched.put(window, allowance);
        }
        if (allowed) {
            touched.forEach((window, allowance) -> window.add(now / allowance.slice(), allowance.cost()));
            for (var i = 0; i < remaining.length; i++) {
                remaining[i] -= allowances.get(i).cost();
            }
        }
        var epochs = new long[check.subjects().size()];
        java.util.Arrays.fill(epochs, Ruling.UNKNOWN);
        return new Ruling(allowed, remaining, resetMs, epochs);
    }
}
