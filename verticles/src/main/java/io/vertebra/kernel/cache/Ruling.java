package io.vertebra.kernel.cache;

/**
 * What the limiter found.
 *
 * @param allowed whether the request may go on; it is counted only then
 * @param remaining what each allowance has left, in the order of the check
 * @param resetMs the milliseconds until each allowance gets something back
 * @param epochs the epoch of each subject, in the order of the check; {@link #UNKNOWN} where nobody wrote one there
 */
public record Ruling(boolean allowed, long[] remaining, long[] resetMs, long[] epochs) {
    /** Redis does not know the epoch. */
    static final long UNKNOWN = -1;

    /** Reads the line that the script answers with. */
    static Ruling parse(String line, int allowances, int subjects) {
        var remaining = new long[allowances];
        var resetMs = new long[allowances];
        var epochs = new long[subjects];
        var position = 2;
        for (var i = 0; i < 2 * allowances + subjects; i++) {
            var end = line.indexOf(' ', position);
            end = end < 0 ? line.length() : end;
            var value = number(line, position, end);
            position = end + 1;
            if (i >= 2 * allowances) {
                epochs[i - 2 * allowances] = value;
            } else if (i % 2 == 0) {
                remaining[i / 2] = Math.max(value, 0);
            } else {
                resetMs[i / 2] = value;
            }
        }
        return new Ruling(line.charAt(0) == '1', remaining, resetMs, epochs);
    }

    private static long number(String line, int from, int to) {
        return to - from == 1 && line.charAt(from) == '-' ? UNKNOWN : Long.parseLong(line, from, to, 10);
    }

    /** Whether an epoch must be read from PostgreSQL. */
    boolean lacksEpochs() {
        for (var epoch : epochs) {
            if (epoch == UNKNOWN) {
                return true;
            }
        }
        return false;
    }

    Ruling with(long[] known) {
        return new Ruling(allowed, remaining, resetMs, known);
    }
}
