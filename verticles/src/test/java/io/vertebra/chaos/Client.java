package io.vertebra.chaos;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Asks one door as a client with a short patience does. Never fails: no answer is the status 0. */
final class Client {
    /** No answer came. */
    static final int NONE = 0;

    private static final Duration PATIENCE = Duration.ofSeconds(4);
    private static final HttpClient HTTP = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(2))
            .build();

    private final String base;

    Client(int port) {
        base = "http://127.0.0.1:" + port;
    }

    /** What came back. */
    record Answer(int status, String body, boolean replayed, boolean retryAfter) {
        boolean ok() {
            return status >= 200 && status < 300;
        }

        /** Whether the platform failed, and not the client. */
        boolean failed() {
            return status == NONE || status >= 500;
        }

        JsonObject json() {
            return body.startsWith("{") ? new JsonObject(body) : new JsonObject();
        }
    }

    Answer get(String path, @Nullable String token) {
        return send("GET", path, token, null, null);
    }

    Answer post(String path, @Nullable String token, @Nullable String key, JsonObject body) {
        return send("POST", path, token, key, body);
    }

    Answer send(String method, String path, @Nullable String token, @Nullable String key, @Nullable JsonObject body) {
        var request = HttpRequest.newBuilder(URI.create(base + path))
                .timeout(PATIENCE)
                .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body.encode()));
        if (body != null) {
            request.header("Content-Type", "application/json");
        }
        if (token != null) {
            request.header("Authorization", "Bearer " + token);
        }
        if (key != null) {
            request.header("Idempotency-Key", key);
        }
        try {
            var answer = HTTP.send(request.build(), BodyHandlers.ofString());
            var headers = answer.headers();
            return new Answer(
                    answer.statusCode(),
                    answer.body(),
                    headers.firstValue("Idempotency-Replayed").isPresent(),
                    headers.firstValue("Retry-After").isPresent());
        } catch (IOException e) {
            return new Answer(NONE, String.valueOf(e.getMessage()), false, false);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Answer(NONE, "interrupted", false, false);
        }
    }

    /** The answer's document, of a request that must succeed. */
    JsonObject expect(String method, String path, @Nullable String token, @Nullable JsonObject body) {
        var answer = send(method, path, token, null, body);
        if (!answer.ok()) {
            throw new IllegalStateException(method + " " + path + ": " + answer.status() + " " + answer.body());
        }
        return answer.json();
    }
}
