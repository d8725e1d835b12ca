package io.vertebra.testing;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.vertebra.bus.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Asks a REST door as a client does: {@code api.post("/v1/orgs", "{…}").as(token).send()}. */
public final class Api {
    private static final HttpClient CLIENT = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(10))
            .build();

    private final String base;

    /** A client of the door at this address, without a slash at the end. */
    public Api(String base) {
        this.base = base;
    }

    /** Where the door is. */
    public String base() {
        return base;
    }

    /** Any method, with this JSON or none. */
    public Asking ask(String method, String path, @Nullable String json) {
        return new Asking(method, path, json);
    }

    /** GET. */
    public Asking get(String path) {
        return new Asking("GET", path, null);
    }

    /** POST with this JSON. */
    public Asking post(String path, @Nullable String json) {
        return new Asking("POST", path, json);
    }

    /** PUT with this JSON. */
    public Asking put(String path, String json) {
        return new Asking("PUT", path, json);
    }

    /** PATCH with this JSON. */
    public Asking patch(String path, String json) {
        return new Asking("PATCH", path, json);
    }

    /** DELETE. */
    public Asking delete(String path) {
        return new Asking("DELETE", path, null);
    }

    /** A request that is being put together. */
    public final class Asking {
        private final HttpRequest.Builder request;

        private Asking(String method, String path, @Nullable String json) {
            request = HttpRequest.newBuilder(URI.create(base + path)).timeout(Duration.ofSeconds(40));
            if (json == null) {
                request.method(method, HttpRequest.BodyPublishers.noBody());
            } else {
                request.method(method, HttpRequest.BodyPublishers.ofString(json));
                request.header("Content-Type", "application/json");
            }
        }

        /** With this access token. */
        public Asking as(@Nullable String token) {
            return token == null ? this : header("Authorization", "Bearer " + token);
        }

        /** With this header. */
        public Asking header(String name, String value) {
            request.header(name, value);
            return this;
        }

        /** With this idempotency key. */
        public Asking key(String key) {
            return header("Idempotency-Key", key);
        }

        /** Sends it and waits for the answer. */
        public Answer send() {
            try {
                return new Answer(CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofString()));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
        }

        /** Sends it; the answer comes later. */
        public CompletableFuture<Answer> sendAsync() {
            return CLIENT.sendAsync(request.build(), HttpResponse.BodyHandlers.ofString())
                    .thenApply(Answer::new);
        }
    }

    /** What came back. */
    public static final class Answer {
        private final HttpResponse<String> response;

        private Answer(HttpResponse<String> response) {
            this.response = response;
        }

        /** The status. */
        public int status() {
            return response.statusCode();
        }

        /** The header of this name; null without one. */
        public @Nullable String header(String name) {
            return response.headers().firstValue(name).orElse(null);
        }

        /** The body as text. */
        public String body() {
            return response.body();
        }

        /** The body as JSON. */
        public JsonNode json() {
            try {
                return Json.tolerant().readTree(response.body());
            } catch (JsonProcessingException e) {
                throw new AssertionError("Not JSON: " + response.body(), e);
            }
        }

        /** A text of the JSON body, by its member's name or a JSON pointer. */
        public String text(String at) {
            var node = at.startsWith("/") ? json().at(at) : json().path(at);
            if (node.isMissingNode()) {
                throw new AssertionError(at + " is not in " + this);
            }
            return node.asText();
        }

        /** The same, when the status is this one. */
        public Answer expect(int status) {
            if (status() != status) {
                throw new AssertionError("Expected " + status + ", but got " + this);
            }
            return this;
        }

        @Override
        public String toString() {
            return status() + " " + body();
        }
    }
}
