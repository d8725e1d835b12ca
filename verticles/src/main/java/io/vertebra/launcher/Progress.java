package io.vertebra.launcher;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Callable;

/** Shows what is being done and how long it took, a line a step. */
final class Progress {
    private final PrintWriter out;

    Progress(PrintWriter out) {
        this.out = out;
    }

    /** Does one step and says that it is done. */
    <T> T step(String what, Callable<T> work) throws Exception {
        long start = System.nanoTime();
        var result = work.call();
        say("  %-44s %6s".formatted(what, seconds(System.nanoTime() - start)));
        return result;
    }

    /** Says one line. */
    void say(String line) {
        synchronized (out) {
            out.println(line);
            out.flush();
        }
    }

    static String seconds(long nanos) {
        return String.format(
                Locale.ROOT, "%.1f s", nanos / (double) Duration.ofSeconds(1).toNanos());
    }
}
