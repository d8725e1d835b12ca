package io.vertebra.live;

import static io.vertebra.testing.Await.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertebra.kernel.module.Platform;
import io.vertebra.testing.Person;
import io.vertebra.testing.TestClock;
import io.vertebra.testing.TestPlatform;
import io.vertx.core.Vertx;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A connection lasts as long as its token, unless a fresh one comes in time. */
class ExpiryTest {
    private static final Vertx VERTX = Vertx.vertx();

    @Test
    void a_token_that_expires_closes_its_connections_and_a_fresh_one_keeps_them() {
        var clock = new TestClock();
        try (var platform = TestPlatform.start(Map.of(), clock, Set.of(Platform.ALL))) {
            var api = platform.api();
            var person = Person.signUp(api, "Ann Owner");
            var idle = client(platform, person.token());
            var kept = client(platform, person.token());
            clock.pass(Duration.ofMinutes(9));
            var login = "{\"email\":\"%s\",\"password\":\"walnut-quartz-ember-lagoon-7\"}".formatted(person.email());
            var fresh = api.post("/v1/auth/login", login).send().expect(200).text("accessToken");
            kept.send(new JsonObject().put("op", "auth").put("id", "again").put("token", fresh));
            assertThat(kept.next().getString("id")).isEqualTo("again");
            clock.pass(Duration.ofMinutes(2));
            assertThat(idle.next().getJsonObject("problem").getInteger("status"))
                    .isEqualTo(401);
            assertThat(idle.closeCode()).isEqualTo(4401);
            kept.send(new JsonObject().put("op", "req").put("id", "r").put("operation", "Accounts.GetMe"));
            assertThat(kept.next().getString("op")).isEqualTo("res");
            api.post("/v1/auth/logout", null).as(fresh).send().expect(204);
            assertThat(kept.closeCode())
                    .as("the session of the fresh token ended")
                    .isEqualTo(4401);
        }
        await(VERTX.close());
    }

    private static LiveClient client(TestPlatform platform, String token) {
        var options = new WebSocketConnectOptions()
                .setHost("127.0.0.1")
                .setPort(platform.platform().port("http"))
                .setURI("/v1/live")
                .setSubProtocols(List.of("vertebra.live.v1"));
        var client = new LiveClient(VERTX, options);
        client.send(new JsonObject().put("op", "auth").put("token", token));
        assertThat(client.next().getString("expiresAt")).isNotBlank();
        return client;
    }
}
