package io.vertebra.chaos;

import io.vertebra.testing.FreePort;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** {@code dev} as a process of its own, with embedded servers, that can be killed like any other. */
final class DevProcess implements AutoCloseable {
    /** Far longer than it ever takes: a busy machine is no failure. */
    private static final Duration START = Duration.ofMinutes(5);

    private static final Duration ANSWER = Duration.ofMinutes(1);

    private final HttpClient client = HttpClient.newHttpClient();
    private final Path data;
    private final Map<String, String> environment;
    private final int port;
    private @Nullable Process process;

    DevProcess(Path data) {
        this(data, Map.of());
    }

    DevProcess(Path data, Map<String, String> environment) {
        this.data = data;
        this.environment = environment;
        this.port = FreePort.any();
    }

    int port() {
        return port;
    }

    /** Starts it and waits until it is ready; answers how long that took. */
    Duration start() throws IOException, InterruptedException {
        long begin = System.nanoTime();
        var command = List.of(
                ProcessHandle.current().info().command().orElse("java"),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                "io.vertebra.launcher.Main",
                "dev",
                "--port",
                Integer.toString(port),
                "--data",
                data.toString());
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(environment);
        builder.redirectOutput(
                ProcessBuilder.Redirect.appendTo(data.resolveSibling("dev.log").toFile()));
        var started = builder.start();
        process = started;
        while (!ready()) {
            if (started.waitFor(20, TimeUnit.MILLISECONDS) || System.nanoTime() - begin > START.toNanos()) {
                throw new IOException("dev did not start: " + Files.readString(data.resolveSibling("dev.log")));
            }
        }
        return Duration.ofNanos(System.nanoTime() - begin);
    }

    private boolean ready() {
        try {
            return send("GET", "/ready", null, null).statusCode() == 200;
        } catch (IOException notYet) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** kill -9. */
    void kill() throws InterruptedException {
        var running = process;
        if (running != null) {
            running.destroyForcibly().waitFor();
        }
    }

    /** SIGTERM; answers the exit code. */
    int stop() throws InterruptedException {
        var running = process;
        if (running == null) {
            return 0;
        }
        running.destroy();
        return running.waitFor();
    }

    HttpResponse<String> send(String method, String path, @Nullable String token, @Nullable JsonObject body)
            throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(ANSWER)
                .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body.encode()));
        if (body != null) {
            request.header("Content-Type", "application/json");
        }
        if (token != null) {
            request.header("Authorization", "Bearer " + token);
        }
        return client.send(request.build(), BodyHandlers.ofString());
    }

    /** The answer's document; fails when the status is another. */
    JsonObject expect(int status, String method, String path, @Nullable String token, @Nullable JsonObject body)
            throws IOException, InterruptedException {
        var response = send(method, path, token, body);
        if (response.statusCode() != status) {
            throw new AssertionError(method + " " + path + ": " + response.statusCode() + " " + response.body());
        }
        return response.body().isEmpty() ? new JsonObject() : new JsonObject(response.body());
    }

    @Override
    public void close() throws Exception {
        stop();
    }
}
