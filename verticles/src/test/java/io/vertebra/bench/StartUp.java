package io.vertebra.bench;

import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** How long {@code ./vertebra run} takes until it is ready on a database that is migrated, and what it holds idle. */
final class StartUp {
    private static final Duration START = Duration.ofSeconds(60);
    private static final Duration IDLE = Duration.ofSeconds(10);
    private static final long LOOK_MS = 5;
    private static final double NANOS_A_SECOND = 1e9;

    private final Path script;
    private final Map<String, String> environment;
    private final Path log;
    private final PrintWriter out;

    StartUp(Path script, Map<String, String> environment, Path log, PrintWriter out) {
        this.script = script;
        this.environment = environment;
        this.log = log;
        this.out = out;
    }

    /** Starts it so often, the first time beforehand, and prints the median and what the last one holds. */
    void run(int rounds) throws IOException, InterruptedException {
        var seconds = new ArrayList<Double>();
        Memory idle = null;
        for (int round = 0; round <= rounds; round++) {
            long begun = System.nanoTime();
            var process = start();
            try {
                awaitReady(process);
                double took = (System.nanoTime() - begun) / NANOS_A_SECOND;
                if (round > 0) {
                    seconds.add(took);
                }
                if (round == rounds) {
                    process.waitFor(IDLE.toSeconds(), TimeUnit.SECONDS);
                    idle = Memory.of(process.pid());
                }
            } finally {
                process.destroy();
                process.waitFor(START.toSeconds(), TimeUnit.SECONDS);
            }
        }
        Collections.sort(seconds);
        out.printf(
                Locale.ROOT,
                "Start-up to ready: median %.2f s of %s; idle after %d s and a collection: %s%n",
                seconds.get(seconds.size() / 2),
                seconds.stream()
                        .map(one -> String.format(Locale.ROOT, "%.2f", one))
                        .toList(),
                IDLE.toSeconds(),
                idle);
        out.flush();
    }

    private Process start() throws IOException {
        var builder = new ProcessBuilder(List.of(script.toString(), "run")).redirectErrorStream(true);
        builder.environment().putAll(environment);
        builder.environment().put("VERTEBRA_CLASSPATH", System.getProperty("java.class.path"));
        return builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
    }

    private void awaitReady(Process process) throws IOException, InterruptedException {
        try (var client = HttpClient.newHttpClient()) {
            var ready = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + environment.get("PORT") + "/ready"))
                    .build();
            long until = System.nanoTime() + START.toNanos();
            while (System.nanoTime() < until) {
                try {
                    if (client.send(ready, BodyHandlers.ofString()).statusCode() == 200) {
                        return;
                    }
                } catch (IOException notYet) {
                    if (process.waitFor(LOOK_MS, TimeUnit.MILLISECONDS)) {
                        throw new IOException("the server ended with " + process.exitValue() + ", see " + log);
                    }
                }
            }
        }
        throw new IOException("the server was not ready within " + START);
    }
}
