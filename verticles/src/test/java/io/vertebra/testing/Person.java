package io.vertebra.testing;

import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Somebody who registered and signed in.
 *
 * @param token the access token
 */
public record Person(UUID id, String name, String email, String token) {
    private static final AtomicInteger COUNT = new AtomicInteger();
    private static final String PASSWORD = "walnut-quartz-ember-lagoon-7";

    /** Registers a new person of this name through the door and signs in. */
    public static Person signUp(Api api, String name) {
        var email = name.toLowerCase(java.util.Locale.ROOT).replaceAll("[^a-z]+", ".") + "." + COUNT.incrementAndGet()
                + "@example.test";
        var register = "{\"email\":\"%s\",\"password\":\"%s\",\"name\":\"%s\"}".formatted(email, PASSWORD, name);
        api.post("/v1/auth/register", register).send().expect(200);
        var login = "{\"email\":\"%s\",\"password\":\"%s\"}".formatted(email, PASSWORD);
        var token = api.post("/v1/auth/login", login).send().expect(200).text("accessToken");
        var id = UUID.fromString(api.get("/v1/me").as(token).send().expect(200).text("id"));
        return new Person(id, name, email, token);
    }
}
