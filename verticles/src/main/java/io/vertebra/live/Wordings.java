package io.vertebra.live;

import io.vertebra.kernel.events.Logged;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What was worded last: many subscribers hear the same few events, each of them all of these before the next one. */
final class Wordings {
    /** A power of two. */
    private static final int KEPT = 64;

    private final @Nullable Wording[] kept = new Wording[KEPT];

    private record Wording(Logged logged, String text) {}

    String of(Logged logged, Function<Logged, String> word) {
        int at = (int) logged.seq() & (KEPT - 1);
        var found = kept[at];
        if (found == null || found.logged != logged) {
            found = new Wording(logged, word.apply(logged));
            kept[at] = found;
        }
        return found.text;
    }
}
