package io.vertebra.chaos;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Programs of the machine. */
final class Shell {
    private Shell() {}

    /** Runs one to its end; fails with what it said. */
    static void run(String... command) throws IOException, InterruptedException {
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException(String.join(" ", command) + ": " + said.strip());
        }
    }

    /** Whether one can be run with success. */
    static boolean works(String... command) throws InterruptedException {
        try {
            run(command);
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
