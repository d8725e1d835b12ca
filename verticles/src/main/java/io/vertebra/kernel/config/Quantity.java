package io.vertebra.kernel.config;

import java.time.Duration;
import java.util.Map;
import java.util.regex.Pattern;

/** Amounts with their unit: {@code 30s}, {@code 10m}, {@code 1MiB}. */
final class Quantity {
    private static final Pattern FORM = Pattern.compile("(\\d{1,15})\\s*([A-Za-z]+)");
    private static final Map<String, Duration> TIMES = Map.of(
            "ms", Duration.ofMillis(1),
            "s", Duration.ofSeconds(1),
            "m", Duration.ofMinutes(1),
            "h", Duration.ofHours(1),
            "d", Duration.ofDays(1));
    private static final Map<String, Long> SIZES = Map.of(
            "B",
            1L,
            "KiB",
            1L << 10,
            "MiB",
            1L << 20,
            "GiB",
            1L << 30,
            "kB",
            1_000L,
            "MB",
            1_000_000L,
            "GB",
            1_000_000_000L);

    private Quantity() {}

    static boolean isTime(String text) {
        var form = FORM.matcher(text);
        return form.matches() && TIMES.containsKey(form.group(2));
    }

    static boolean isSize(String text) {
        var form = FORM.matcher(text);
        return form.matches() && SIZES.containsKey(form.group(2));
    }

    static Duration time(String text) {
        var form = FORM.matcher(text);
        var unit = form.matches() ? TIMES.get(form.group(2)) : null;
        if (unit == null) {
            throw new IllegalArgumentException("must be a time such as 500ms, 30s, 10m, 12h or 7d");
        }
        return unit.multipliedBy(Long.parseLong(form.group(1)));
    }

    static long size(String text) {
        var form = FORM.matcher(text);
        var unit = form.matches() ? SIZES.get(form.group(2)) : null;
        if (unit == null) {
            throw new IllegalArgumentException("must be a size such as 512B, 64KiB or 1MiB");
        }
        return Math.multiplyExact(unit, Long.parseLong(form.group(1)));
    }
}
