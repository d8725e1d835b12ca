package io.vertebra.testing;

import io.vertebra.launcher.Main;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A node of the platform in a JVM of its own, as {@code vertebra run} starts it. */
public final class OtherNode implements AutoCloseable {
    private static final long STOP_SECONDS = 30;

    private final Process process;
    private final Path output;

    private OtherNode(Process process, Path output) {
        this.process = process;
        this.output = output;
    }

    /**
     * Starts a node.
     *
     * @param name names its output in {@code target}
     * @param environment the variables that configure it
     */
    public static OtherNode run(String name, String verticles, Map<String, String> environment) {
        var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        var output = Path.of("target", "node-" + name + ".log");
        var command = List.of(
                java,
                "-Xmx256m",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                classPath(),
                Main.class.getName(),
                "run",
                "--verticles",
                verticles);
        var builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
        builder.environment().putAll(environment);
        try {
            Files.createDirectories(Path.of("target"));
            return new OtherNode(builder.start(), output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What is on the class path of this JVM, also where surefire hides it in the manifest of a jar. */
    private static String classPath() {
        var real = System.getProperty("surefire.test.class.path");
        return real == null ? System.getProperty("java.class.path") : real + File.pathSeparator;
    }

    /** Whether it still runs. */
    public boolean alive() {
        return process.isAlive();
    }

    /** What it printed. */
    public String output() {
        try {
            return Files.readString(output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Kills it at once (SIGKILL). */
    public void kill() {
        process.destroyForcibly();
        waitFor();
    }

    /** Tells it to stop in order (SIGTERM) and waits for its end. */
    @Override
    public void close() {
        process.destroy();
        if (!waitFor()) {
            process.destroyForcibly();
        }
    }

    private boolean waitFor() {
        try {
            return process.waitFor(STOP_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
