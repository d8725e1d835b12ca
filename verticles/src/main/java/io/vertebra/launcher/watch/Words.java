package io.vertebra.launcher.watch;

import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** How things are said at the terminal. */
final class Words {
    private static final String BARS = " ▁▂▃▄▅▆▇█";
    private static final int MINUTE = 60;
    private static final int HOUR = 3_600;
    private static final int DAY = 86_400;
    private static final double MEBI = 1 << 20;

    private Words() {}

    /** {@code Orgs.ProjectCreated} → "Project created". */
    static String phrase(String type) {
        var last = type.substring(type.lastIndexOf('.') + 1);
        var words = last.replaceAll("([a-z0-9])([A-Z])", "$1 $2").toLowerCase(Locale.ROOT);
        return words.isEmpty() ? type : Character.toUpperCase(words.charAt(0)) + words.substring(1);
    }

    /** What a person would call the thing that an event is about. */
    static String subject(JsonObject event) {
        var data = event.getJsonObject("data", new JsonObject());
        for (var name : List.of("name", "slug", "email", "role")) {
            if (data.getValue(name) instanceof String text && !text.isBlank()) {
                return text;
            }
        }
        return "";
    }

    /** Numbers as a row of bars, the newest at the right; the highest fills its cell. */
    static String bars(List<Long> values, int width) {
        var shown = values.subList(Math.max(0, values.size() - width), values.size());
        long most = Math.max(1, shown.stream().mapToLong(Long::longValue).max().orElse(1));
        var row = new StringBuilder();
        for (long value : shown) {
            long eighths = value == 0 ? 0 : Math.max(1, value * (BARS.length() - 1) / most);
            row.append(BARS.charAt((int) eighths));
        }
        return row.toString();
    }

    /** "3 h": how long something has been so. */
    static String length(Duration duration) {
        long seconds = Math.max(0, duration.toSeconds());
        if (seconds < 2 * MINUTE) {
            return seconds + " s";
        }
        if (seconds < 2 * HOUR) {
            return seconds / MINUTE + " min";
        }
        return seconds < 2 * DAY ? seconds / HOUR + " h" : seconds / DAY + " d";
    }

    static String number(double value) {
        return value >= 100 || value == 0
                ? String.format(Locale.ROOT, "%.0f", value)
                : String.format(Locale.ROOT, "%.1f", value);
    }

    static String mebibytes(double bytes) {
        return number(bytes / MEBI) + " MiB";
    }
}
