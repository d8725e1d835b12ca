package io.vertebra.kernel.vitals;

import io.micrometer.core.instrument.Timer;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** How durations spread over the buckets of a timer; sums and differences of such. */
final class Spread {
    static final Spread NONE = new Spread(new double[0], new double[0], 0, 0);

    /** The upper end of each bucket in milliseconds, ascending. */
    private final double[] endsMs;
    /** How many were not longer than that. */
    private final double[] counts;

    private final double total;
    private final double failed;

    private Spread(double[] endsMs, double[] counts, double total, double failed) {
        this.endsMs = endsMs;
        this.counts = counts;
        this.total = total;
        this.failed = failed;
    }

    static Spread of(Timer timer, boolean failed) {
        var snapshot = timer.takeSnapshot();
        var buckets = snapshot.histogramCounts();
        var ends = new double[buckets.length];
        var counts = new double[buckets.length];
        for (int i = 0; i < buckets.length; i++) {
            ends[i] = buckets[i].bucket(TimeUnit.MILLISECONDS);
            counts[i] = buckets[i].count();
        }
        return new Spread(ends, counts, snapshot.count(), failed ? snapshot.count() : 0);
    }

    double total() {
        return total;
    }

    /** The share that failed, 0 to 1. */
    double failedShare() {
        return total == 0 ? 0 : failed / total;
    }

    Spread plus(Spread other) {
        return combine(other, 1);
    }

    /** What was added since an earlier look. */
    Spread since(Spread earlier) {
        return combine(earlier, -1);
    }

    private Spread combine(Spread other, int sign) {
        var widest = endsMs.length >= other.endsMs.length ? endsMs : other.endsMs;
        var sums = new double[widest.length];
        for (int i = 0; i < sums.length; i++) {
            sums[i] = at(counts, i) + sign * at(other.counts, i);
        }
        return new Spread(widest, sums, total + sign * other.total, failed + sign * other.failed);
    }

    private static double at(double[] counts, int i) {
        return i < counts.length ? counts[i] : 0;
    }

    /** What this share did not exceed, in milliseconds, spread evenly in a bucket; null when there was nothing. */
    @Nullable
    Double percentile(double share) {
        if (total <= 0 || endsMs.length == 0) {
            return null;
        }
        double wanted = share * total;
        double below = 0;
        double begin = 0;
        for (int i = 0; i < counts.length; i++) {
            if (counts[i] >= wanted) {
                double within = counts[i] - below;
                double part = within <= 0 ? 1 : (wanted - below) / within;
                return Math.round((begin + part * (endsMs[i] - begin)) * 100) / 100.0;
            }
            below = counts[i];
            begin = endsMs[i];
        }
        return endsMs[endsMs.length - 1];
    }
}
