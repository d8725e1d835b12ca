package io.vertebra.http;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;

/** A client of the door: whole requests, or raw bytes for what no client would send. */
final class Api {
    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private static final int WAIT_MS = 5_000;

    private final int port;

    Api(int port) {
        this.port = port;
    }

    HttpRequest.Builder at(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path));
    }

    HttpRequest.Builder at(String path, String token) {
        return at(path).header("Authorization", "Bearer " + token);
    }

    HttpResponse<String> get(String path, String token) {
        return send(at(path, token));
    }

    HttpResponse<String> post(String path, String token, String json) {
        return send(at(path, token)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(json)));
    }

    HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** The first answer to these bytes, head and body as they came. */
    String raw(String bytes) {
        try (var socket = new Socket("127.0.0.1", port)) {
            socket.setSoTimeout(WAIT_MS);
            socket.getOutputStream().write(bytes.getBytes(StandardCharsets.ISO_8859_1));
            socket.getOutputStream().flush();
            var text = new StringBuilder();
            var buffer = new byte[16_384];
            while (!complete(text)) {
                var count = socket.getInputStream().read(buffer);
                if (count < 0) {
                    break;
                }
                text.append(new String(buffer, 0, count, StandardCharsets.UTF_8));
            }
            return text.toString();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static boolean complete(CharSequence text) {
        var answer = text.toString();
        var end = answer.indexOf("\r\n\r\n");
        if (end < 0) {
            return false;
        }
        var head = answer.substring(0, end).toLowerCase(java.util.Locale.ROOT);
        var at = head.indexOf("content-length:");
        if (at < 0) {
            return true;
        }
        var line = head.substring(at + 15).lines().findFirst().orElseThrow().trim();
        return answer.substring(end + 4).getBytes(StandardCharsets.UTF_8).length >= Integer.parseInt(line);
    }

    static JsonObject json(HttpResponse<String> response) {
        return new JsonObject(response.body());
    }
}
