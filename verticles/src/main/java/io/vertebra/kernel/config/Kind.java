package io.vertebra.kernel.config;

import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What a key takes; read off its default in {@code conf/vertebra.yaml}. */
enum Kind {
    SECRET("a secret, or file: and the path that holds it"),
    TIME("a time such as 500ms, 30s, 10m, 12h or 7d"),
    SIZE("a size such as 512B, 64KiB or 1MiB"),
    INTEGER("a whole number"),
    DECIMAL("a number"),
    SWITCH("true or false"),
    TEXT("text"),
    LIST("a list");

    private static final Pattern WHOLE = Pattern.compile("-?\\d{1,18}");
    private static final Pattern BROKEN = Pattern.compile("-?\\d{1,18}(\\.\\d{1,9})?");

    private final String takes;

    Kind(String takes) {
        this.takes = takes;
    }

    static Kind of(Entry entry) {
        if (entry.secret()) {
            return SECRET;
        }
        return entry.list() ? LIST : ofText(entry.value());
    }

    private static Kind ofText(String text) {
        for (var kind : new Kind[] {TIME, SIZE, INTEGER, DECIMAL, SWITCH}) {
            if (kind.fits(text)) {
                return kind;
            }
        }
        return TEXT;
    }

    /** What is wrong with a value for a key of this kind; null when nothing is. */
    @Nullable
    String mistake(Entry entry) {
        if (entry.list() != (this == LIST)) {
            return "must be " + takes;
        }
        return this == LIST || fits(entry.value()) ? null : "must be " + takes;
    }

    private boolean fits(String text) {
        return switch (this) {
            case TIME -> Quantity.isTime(text);
            case SIZE -> Quantity.isSize(text);
            case INTEGER -> WHOLE.matcher(text).matches();
            case DECIMAL -> BROKEN.matcher(text).matches();
            case SWITCH -> text.equals("true") || text.equals("false");
            case TEXT, SECRET, LIST -> true;
        };
    }

    /** In words, for the reference. */
    String takes() {
        return takes;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
