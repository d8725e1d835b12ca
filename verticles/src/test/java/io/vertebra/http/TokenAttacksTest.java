package io.vertebra.http;

import static io.vertebra.http.DoorFixture.ORG;
import static io.vertebra.http.DoorFixture.PROJECT;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertebra.contract.Access;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class TokenAttacksTest {
    private static final String PATH = "/v1/orgs/" + ORG + "/projects/" + PROJECT;
    private static final UUID PERSON = UUID.randomUUID();
    private static DoorFixture door;

    @BeforeAll
    static void open() {
        door = new DoorFixture().open();
        door.members.put(PERSON, new Access.Rights("member", Set.of("orgs.projects.read")));
    }

    @AfterAll
    static void close() {
        door.close();
    }

    @Test
    void every_bad_token_gets_the_same_401() {
        var session = UUID.randomUUID();
        var second = Clock.systemUTC().instant().getEpochSecond();
        var good = door.tokens.of(PERSON);
        Map<String, String> attacks = new LinkedHashMap<>();
        attacks.put("alg none", door.tokens.none(PERSON));
        attacks.put("HS256 with the public key", door.tokens.hmacWithPublicKey(PERSON));
        attacks.put("foreign kid", door.tokens.foreignKid(PERSON));
        attacks.put("foreign key under a known kid", door.tokens.foreignKey(PERSON));
        attacks.put("expired", door.tokens.with(PERSON, session, c -> c.put("exp", second - 1)));
        attacks.put("no expiry", door.tokens.with(PERSON, session, c -> {
            c.remove("exp");
            return c;
        }));
        attacks.put("wrong audience", door.tokens.with(PERSON, session, c -> c.put("aud", "other")));
        attacks.put("wrong issuer", door.tokens.with(PERSON, session, c -> c.put("iss", "https://evil.example")));
        attacks.put("no subject", door.tokens.with(PERSON, session, c -> c.put("sub", "")));
        attacks.put("anonymous kind", door.tokens.with(PERSON, session, c -> c.put("kind", "anonymous")));
        attacks.put("changed claims", forgedClaims(good));
        attacks.put("no signature", good.substring(0, good.lastIndexOf('.') + 1));
        attacks.put("four parts", good + ".x");
        attacks.put("no token at all", "x");
        attacks.put("too long", "a".repeat(5_000) + ".b.c");
        assertThat(door.api().get(PATH, good).statusCode()).isEqualTo(200);
        attacks.forEach((name, token) -> {
            var answer = door.api().get(PATH, token);
            assertThat(answer.statusCode()).as(name).isEqualTo(401);
            var body = Api.json(answer);
            assertThat(body.remove("requestId")).isNotNull();
            assertThat(body.encode()).as(name).isEqualTo(reference());
        });
    }

    @Test
    void a_revoked_session_is_refused_on_the_next_request() {
        var session = UUID.randomUUID();
        var token = door.tokens.with(PERSON, session, claims -> claims);
        assertThat(door.api().get(PATH, token).statusCode()).isEqualTo(200);
        door.deadSessions.add(session);
        door.touch(session);
        var answer = door.api().get(PATH, token);
        assertThat(answer.statusCode()).isEqualTo(401);
        var body = Api.json(answer);
        body.remove("requestId");
        assertThat(body.encode()).isEqualTo(reference());
    }

    @Test
    void a_session_that_was_touched_but_lives_goes_on() {
        var session = UUID.randomUUID();
        var token = door.tokens.with(PERSON, session, claims -> claims);
        door.touch(session);
        assertThat(door.api().get(PATH, token).statusCode()).isEqualTo(200);
    }

    private static String reference() {
        var body = Api.json(door.api().send(door.api().at(PATH)));
        body.remove("requestId");
        return body.encode();
    }

    private static String forgedClaims(String token) {
        var parts = token.split("\\.");
        var claims = door.tokens.claims(UUID.randomUUID(), UUID.randomUUID()).encode();
        return parts[0] + "."
                + java.util.Base64.getUrlEncoder().withoutPadding().encodeToString(claims.getBytes()) + "." + parts[2];
    }
}
