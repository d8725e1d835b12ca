package io.vertebra.launcher.cluster;

import io.vertebra.launcher.embedded.Processes;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A node of the platform in a process of its own, that can be stopped, killed and paused. Not for several threads. */
public final class NodeProcess implements AutoCloseable {
    private static final HttpClient CLIENT =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();
    private static final Duration START_MAX = Duration.ofMinutes(2);
    private static final long STOP_SECONDS_MAX = 60;
    private static final int LOOK_MS = 25;
    private static final int OK = 200;

    private final List<String> command;
    private final Map<String, String> environment;
    private final int port;
    private final int managementPort;
    private final Path log;
    private @Nullable Process process;

    /**
     * A node that is not started yet.
     *
     * @param command what to run
     * @param environment what configures it
     * @param port where its REST door is, when it opens it
     * @param managementPort where it says whether it is ready
     * @param log where its output goes
     */
    NodeProcess(List<String> command, Map<String, String> environment, int port, int managementPort, Path log) {
        this.command = command;
        this.environment = environment;
        this.port = port;
        this.managementPort = managementPort;
        this.log = log;
    }

    /** Where its REST door is. */
    public int port() {
        return port;
    }

    /** Where it says how it is. */
    public int managementPort() {
        return managementPort;
    }

    /** The id of its process; 0 before it was started. */
    public long pid() {
        return process == null ? 0 : process.pid();
    }

    /** Starts it; it is not ready yet. */
    public NodeProcess start() {
        process = Processes.mortal(command, environment, log);
        return this;
    }

    /** Waits until it is ready; answers how long that took. */
    public Duration awaitReady() throws IOException, InterruptedException {
        long begun = System.nanoTime();
        while (!isReady()) {
            if (ends(LOOK_MS) || System.nanoTime() - begun > START_MAX.toNanos()) {
                throw new IOException("A node did not start; see " + log);
            }
        }
        return Duration.ofNanos(System.nanoTime() - begun);
    }

    /** Whether it says that it is ready. */
    public boolean isReady() throws InterruptedException {
        var ready = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + managementPort + "/ready"))
                .timeout(Duration.ofSeconds(2))
                .build();
        try {
            return CLIENT.send(ready, BodyHandlers.discarding()).statusCode() == OK;
        } catch (IOException notYet) {
            return false;
        }
    }

    private boolean ends(int withinMs) throws InterruptedException {
        return process == null || process.waitFor(withinMs, TimeUnit.MILLISECONDS);
    }

    /** Whether the process runs. */
    public boolean alive() {
        return process != null && process.isAlive();
    }

    /** SIGTERM. */
    void terminate() {
        if (process != null) {
            process.destroy();
        }
    }

    /** SIGTERM, and waits for its end; answers whether it ended by itself. */
    public boolean stop() throws InterruptedException {
        var running = process;
        if (running == null || !running.isAlive()) {
            return true;
        }
        running.destroy();
        boolean ended = running.waitFor(STOP_SECONDS_MAX, TimeUnit.SECONDS);
        if (!ended) {
            kill();
        }
        return ended;
    }

    /** SIGKILL. */
    public void kill() throws InterruptedException {
        if (process != null) {
            process.destroyForcibly().waitFor();
        }
    }

    /** SIGSTOP: it does nothing any more, and does not know. */
    public void pause() throws IOException, InterruptedException {
        signal("-STOP");
    }

    /** SIGCONT. */
    public void resume() throws IOException, InterruptedException {
        signal("-CONT");
    }

    private void signal(String which) throws IOException, InterruptedException {
        if (process != null) {
            Processes.signal(process.toHandle(), which);
        }
    }

    @Override
    public void close() throws InterruptedException {
        stop();
    }
}
