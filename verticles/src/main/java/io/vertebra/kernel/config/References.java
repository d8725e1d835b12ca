package io.vertebra.kernel.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;

/** Secrets that stand in a file of their own, as orchestrators mount them. */
final class References {
    private static final String FILE = "file:";

    private References() {}

    /** The secret itself: what the file holds when the value is a {@code file:} reference, else the value. */
    static String resolve(String key, String value, String where, List<Mistake> mistakes) {
        if (!value.startsWith(FILE)) {
            return value;
        }
        try {
            return Files.readString(Path.of(value.substring(FILE.length()))).strip();
        } catch (IOException | InvalidPathException e) {
            mistakes.add(
                    new Mistake(key, where, "names a file that cannot be read: " + value.substring(FILE.length())));
            return "";
        }
    }
}
