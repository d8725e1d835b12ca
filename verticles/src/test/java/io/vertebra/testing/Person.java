package io.vertebra.testing;

import static io.vertebra.testing.Await.await;

import io.vertebra.bus.Call;
import io.vertebra.bus.Caller;
import io.vertebra.contract.Accounts;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Somebody who registered and signed in.
 *
 * @param token the access token
 */
public record Person(UUID id, String name, String email, String token) {
    private static final AtomicInteger COUNT = new AtomicInteger();
    /** The password of everybody. */
    public static final String PASSWORD = "walnut-quartz-ember-lagoon-7";

    /** A person who operates the platform. */
    public static Person operator(TestPlatform platform) {
        var email = "operator." + COUNT.incrementAndGet() + "@example.test";
        var call = Call.inside(Caller.service("tests"), System.currentTimeMillis() + 30_000);
        await(platform.platform().bus().ask(call, new Accounts.CreateSuperuser(email, PASSWORD, "Olga Operator")));
        return signIn(platform.api(), "Olga Operator", email);
    }

    /** Registers a new person of this name through the door and signs in. */
    public static Person signUp(Api api, String name) {
        var email = name.toLowerCase(java.util.Locale.ROOT).replaceAll("[^a-z]+", ".") + "." + COUNT.incrementAndGet()
                + "@example.test";
        var register = "{\"email\":\"%s\",\"password\":\"%s\",\"name\":\"%s\"}".formatted(email, PASSWORD, name);
        api.post("/v1/auth/register", register).send().expect(200);
        return signIn(api, name, email);
    }

    /** The same person with a session more. */
    public Person signInAgain(Api api) {
        return signIn(api, name, email);
    }

    private static Person signIn(Api api, String name, String email) {
        var login = "{\"email\":\"%s\",\"password\":\"%s\"}".formatted(email, PASSWORD);
        var token = api.post("/v1/auth/login", login).send().expect(200).text("accessToken");
        var id = UUID.fromString(api.get("/v1/me").as(token).send().expect(200).text("id"));
        return new Person(id, name, email, token);
    }
}
