package io.vertebra.launcher;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertebra.bus.Route;
import io.vertebra.bus.Verb;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import org.jspecify.annotations.Nullable;

/** Asks operations of a running platform over REST; one request at a time, for the command line. */
final class RestClient {
    private static final Duration PATIENCE = Duration.ofSeconds(35);

    private final URI base;
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();

    RestClient(URI base) {
        this.base = base;
    }

    /** Asks the operation of this route; the request holds all components of its record. */
    Answer ask(Route route, ObjectNode request, @Nullable String token, @Nullable String key)
            throws IOException, InterruptedException {
        var rest = request.deepCopy();
        var path = route.path();
        for (var variable : route.variables()) {
            var value = rest.remove(variable);
            if (value == null || !value.isValueNode()) {
                throw new CannotStart(
                        "The request lacks " + variable + ", which stands in the path " + route.path() + ".");
            }
            path = path.replace("{" + variable + "}", encoded(value.asText()));
        }
        return route.verb().hasBody()
                ? send(route.verb(), path, rest, token, key)
                : send(route.verb(), path + query(rest), null, token, key);
    }

    /** Sends one request. */
    Answer send(Verb verb, String target, @Nullable JsonNode body, @Nullable String token, @Nullable String key)
            throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(base.resolve(target))
                .timeout(PATIENCE)
                .header("Accept", "application/json, application/problem+json");
        if (token != null) {
            request.header("Authorization", "Bearer " + token);
        }
        if (key != null) {
            request.header("Idempotency-Key", key);
        }
        if (body == null) {
            request.method(verb.name(), HttpRequest.BodyPublishers.noBody());
        } else {
            request.header("Content-Type", "application/json")
                    .method(verb.name(), HttpRequest.BodyPublishers.ofString(body.toString()));
        }
        try {
            var response = http.send(request.build(), BodyHandlers.ofString());
            return new Answer(response.statusCode(), response.body());
        } catch (ConnectException e) {
            throw new CannotStart(
                    "Nothing answers at " + base + "; start it with `./vertebra dev`, or name it with --url.");
        }
    }

    private static String query(ObjectNode rest) {
        var pairs = new ArrayList<String>();
        rest.properties().forEach(field -> {
            var values = field.getValue().isArray() ? field.getValue() : java.util.List.of(field.getValue());
            values.forEach(value -> pairs.add(encoded(field.getKey()) + "=" + encoded(value.asText())));
        });
        return pairs.isEmpty() ? "" : "?" + String.join("&", pairs);
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** What came back. */
    record Answer(int status, String body) {
        private static final int SUCCESS = 2;
        private static final int HUNDRED = 100;

        boolean ok() {
            return status / HUNDRED == SUCCESS;
        }
    }
}
