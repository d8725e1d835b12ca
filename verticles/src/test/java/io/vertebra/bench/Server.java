package io.vertebra.bench;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** One server under load, in a JVM of its own with the same flags as its rival. */
final class Server implements AutoCloseable {
    private static final List<String> FLAGS = List.of(
            "-XX:+UseParallelGC",
            "-Xms512m",
            "-Xmx512m",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow");
    private static final Duration START = Duration.ofSeconds(90);
    private static final Duration STOP = Duration.ofSeconds(20);

    private final Process process;
    private final int port;

    private Server(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /** Starts a main class and waits until it answers 200 at {@code path}. */
    static Server start(
            String main, List<String> arguments, Map<String, String> environment, int port, String path, Path log)
            throws IOException, InterruptedException {
        var started = new Server(java(main, arguments, environment, log), port);
        started.awaitAnswer(path);
        return started;
    }

    /** Runs a main class to its end. */
    static void run(String main, List<String> arguments, Map<String, String> environment, Path log)
            throws IOException, InterruptedException {
        if (java(main, arguments, environment, log).waitFor() != 0) {
            throw new IOException(main + " " + arguments.getFirst() + " failed, see " + log);
        }
    }

    private static Process java(String main, List<String> arguments, Map<String, String> environment, Path log)
            throws IOException {
        var command = new ArrayList<String>();
        command.add(ProcessHandle.current().info().command().orElse("java"));
        command.addAll(FLAGS);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main));
        command.addAll(arguments);
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(environment);
        return builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
    }

    int port() {
        return port;
    }

    long pid() {
        return process.pid();
    }

    private void awaitAnswer(String path) throws IOException, InterruptedException {
        var client = HttpClient.newHttpClient();
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .build();
        long until = System.nanoTime() + START.toNanos();
        while (System.nanoTime() < until) {
            if (!process.isAlive()) {
                throw new IOException("the server ended with " + process.exitValue());
            }
            try {
                if (client.send(request, BodyHandlers.ofString()).statusCode() == 200) {
                    return;
                }
            } catch (IOException notYet) {
                process.waitFor(100, TimeUnit.MILLISECONDS);
            }
        }
        close();
        throw new IOException("the server did not answer within " + START);
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(STOP.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
