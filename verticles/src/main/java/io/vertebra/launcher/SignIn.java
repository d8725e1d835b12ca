package io.vertebra.launcher;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.vertebra.bus.Verb;
import java.io.IOException;
import java.util.Map;

/** Signs the person at the command line in: by token, by credentials, or as the superuser of {@code dev}. */
final class SignIn {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final RestClient client;
    private final Map<String, String> env;
    private final DevFolder dev;

    SignIn(RestClient client, Map<String, String> env, DevFolder dev) {
        this.client = client;
        this.env = env;
        this.dev = dev;
    }

    /** An access token. */
    String token() throws IOException, InterruptedException {
        var token = env.get("VERTEBRA_TOKEN");
        if (token != null && !token.isBlank()) {
            return token.strip();
        }
        var email = env.get("VERTEBRA_EMAIL");
        var password = env.get("VERTEBRA_PASSWORD");
        if (email != null && password != null) {
            return login(email, password);
        }
        var operator = dev.operator();
        if (operator == null) {
            throw new CannotStart("Nobody is signed in: set VERTEBRA_TOKEN, or VERTEBRA_EMAIL and VERTEBRA_PASSWORD, or"
                    + " name the folder of `dev` with --data.");
        }
        return login(operator.email(), operator.password());
    }

    private String login(String email, String password) throws IOException, InterruptedException {
        var body = JSON.createObjectNode().put("email", email).put("password", password);
        var answer = client.send(Verb.POST, "/v1/auth/login", body, null, null);
        var json = answer.body().isEmpty() ? JSON.createObjectNode() : JSON.readTree(answer.body());
        if (!answer.ok()) {
            throw new CannotStart(
                    "Signing in as " + email + " failed: " + json.path("detail").asText("no reason given"));
        }
        return json.path("accessToken").asText();
    }
}
