package io.vertebra.chaos;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Clocks that lie, by libfaketime; monotonic time stays true. */
final class FakeTime {
    private static final List<String> PLACES = List.of(
            "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1",
            "/usr/lib/aarch64-linux-gnu/faketime/libfaketimeMT.so.1",
            "/usr/local/lib/faketime/libfaketimeMT.so.1");

    private FakeTime() {}

    /** The library; null when it is not installed. */
    static @Nullable String library() {
        return PLACES.stream()
                .filter(place -> Files.exists(Path.of(place)))
                .findFirst()
                .orElse(null);
    }

    /** Variables of processes whose clock is set by a file in this folder. */
    static Map<String, String> in(Path folder) throws IOException {
        set(folder, "+0");
        return Map.of(
                "LD_PRELOAD", String.valueOf(library()),
                "FAKETIME_TIMESTAMP_FILE", file(folder).toString(),
                "FAKETIME_CACHE_DURATION", "1",
                "FAKETIME_DONT_FAKE_MONOTONIC", "1",
                // Its own way of waiting until a monotonic moment never sleeps under Java.
                "FAKETIME_FORCE_MONOTONIC_FIX", "0",
                // The kept classes are good only for jars of their age.
                "NO_FAKE_STAT", "1");
    }

    /** Sets the clocks: {@code +3600} is an hour ahead. */
    static void set(Path folder, String offset) throws IOException {
        Files.writeString(file(folder), offset + "\n");
    }

    private static Path file(Path folder) {
        return folder.resolve("faketime");
    }
}
