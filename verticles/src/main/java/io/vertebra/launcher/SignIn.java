package io.vertebra.launcher;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertebra.bus.Verb;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Signs the person at the command line in: by token, by credentials, or as the superuser of {@code dev}. */
final class SignIn {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int SERVER_ERROR = 500;
    private static final int TOO_MANY = 429;

    private final RestClient client;
    private final Map<String, String> env;
    private final DevFolder dev;
    private @Nullable String refreshToken;
    private @Nullable String unused;

    SignIn(RestClient client, Map<String, String> env, DevFolder dev) {
        this.client = client;
        this.env = env;
        this.dev = dev;
    }

    /** The sign-in was refused, and the same one will be. */
    static final class Refused extends CannotStart {
        private static final long serialVersionUID = 1L;

        private Refused(String sentence) {
            super(sentence);
        }
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
            return unused = login(email, password);
        }
        var operator = dev.operator();
        if (operator == null) {
            throw new CannotStart("Nobody is signed in: set VERTEBRA_TOKEN, or VERTEBRA_EMAIL and VERTEBRA_PASSWORD, or"
                    + " name the folder of `dev` with --data.");
        }
        return unused = login(operator.email(), operator.password());
    }

    /** A token for a connection: that of the sign-in at first, then one of the same session that lives longer. */
    synchronized String renewed() throws IOException, InterruptedException {
        var first = unused;
        unused = null;
        if (first != null) {
            return first;
        }
        var refresh = refreshToken;
        if (refresh == null) {
            return token();
        }
        return granted(
                "/v1/auth/refresh", JSON.createObjectNode().put("refreshToken", refresh), "The session has ended");
    }

    private String login(String email, String password) throws IOException, InterruptedException {
        var body = JSON.createObjectNode().put("email", email).put("password", password);
        return granted("/v1/auth/login", body, "Signing in as " + email + " failed");
    }

    private String granted(String path, ObjectNode body, String failure) throws IOException, InterruptedException {
        var answer = client.send(Verb.POST, path, body, null, null);
        var json = answer.body().isEmpty() ? JSON.createObjectNode() : JSON.readTree(answer.body());
        if (!answer.ok()) {
            var sentence = failure + ": " + json.path("detail").asText("no reason given");
            boolean passing = answer.status() >= SERVER_ERROR || answer.status() == TOO_MANY;
            throw passing ? new CannotStart(sentence) : new Refused(sentence);
        }
        var refresh = json.path("refreshToken");
        refreshToken = refresh.isTextual() ? refresh.asText() : refreshToken;
        return json.path("accessToken").asText();
    }
}
