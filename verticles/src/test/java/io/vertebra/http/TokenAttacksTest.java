package io.vertebra.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertebra.testing.Api;
import io.vertebra.testing.Person;
import io.vertebra.testing.TestPlatform;
import io.vertx.core.json.JsonObject;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class TokenAttacksTest {
    private static final String PATH = "/v1/me";
    private static TestPlatform platform;
    private static Api api;
    private static Person ada;
    private static Tokens tokens;

    @BeforeAll
    static void start() {
        platform = TestPlatform.start();
        api = platform.api();
        ada = Person.signUp(api, "Ada Attacked");
        tokens = Tokens.of(platform);
    }

    @AfterAll
    static void stop() {
        platform.close();
    }

    @Test
    void every_bad_token_gets_the_same_401() {
        var good = ada.token();
        api.get(PATH).as(good).send().expect(200);
        api.get(PATH).as(tokens.changed(good, claims -> claims)).send().expect(200);
        var reference = refused("no token", null);
        attacks(good)
                .forEach((name, token) ->
                        assertThat(refused(name, token)).as(name).isEqualTo(reference));
        assertThat(refused("a session that was revoked", revoked())).isEqualTo(reference);
    }

    private static Map<String, String> attacks(String good) {
        long second = Clock.systemUTC().instant().getEpochSecond();
        Map<String, String> attacks = new LinkedHashMap<>();
        attacks.put("alg none", tokens.none(good));
        attacks.put("HS256 with the public key", tokens.hmacWithPublicKey(good));
        attacks.put("foreign kid", tokens.foreignKid(good));
        attacks.put("foreign key under a known kid", tokens.foreignKey(good));
        attacks.put("expired", tokens.changed(good, claims -> claims.put("exp", second - 1)));
        attacks.put("no expiry", tokens.changed(good, claims -> without(claims, "exp")));
        attacks.put("wrong audience", tokens.changed(good, claims -> claims.put("aud", "other")));
        attacks.put("no audience", tokens.changed(good, claims -> without(claims, "aud")));
        attacks.put("wrong issuer", tokens.changed(good, claims -> claims.put("iss", "https://evil.example")));
        attacks.put("no subject", tokens.changed(good, claims -> claims.put("sub", "")));
        attacks.put("anonymous kind", tokens.changed(good, claims -> claims.put("kind", "anonymous")));
        attacks.put("forged kind", tokens.forged(good, claims -> claims.put("kind", "admin")));
        attacks.put("forged subject", tokens.forged(good, claims -> claims.put("sub", new UUID(0, 1).toString())));
        attacks.put("no signature", good.substring(0, good.lastIndexOf('.') + 1));
        attacks.put("four parts", good + ".x");
        attacks.put("no token at all", "x");
        attacks.put("too long", "a".repeat(5_000) + ".b.c");
        return attacks;
    }

    private static JsonObject without(JsonObject claims, String name) {
        claims.remove(name);
        return claims;
    }

    /** The token of a second session of the same person, which the first one has ended after it was used. */
    private static String revoked() {
        var second = Person.signUp(api, "Second Session");
        var own = second.signInAgain(api);
        api.get(PATH).as(own.token()).send().expect(200);
        var sessions = api.get("/v1/me/sessions").as(second.token()).send().expect(200);
        for (var session : sessions.json().path("items")) {
            if (!session.path("current").asBoolean()) {
                api.delete("/v1/me/sessions/" + session.path("id").asText())
                        .as(second.token())
                        .send()
                        .expect(204);
            }
        }
        api.get(PATH).as(second.token()).send().expect(200);
        return own.token();
    }

    /** The body of the refusal without the request's own id. */
    private static String refused(String name, String token) {
        var answer = api.get(PATH).as(token).send();
        assertThat(answer.status()).as(name).isEqualTo(401);
        assertThat(answer.header("www-authenticate")).as(name).isEqualTo("Bearer");
        return answer.body().replace(answer.text("requestId"), "…");
    }
}
