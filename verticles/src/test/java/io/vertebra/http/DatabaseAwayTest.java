package io.vertebra.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertebra.kernel.module.Platform;
import io.vertebra.testing.CutProxy;
import io.vertebra.testing.Person;
import io.vertebra.testing.Servers;
import io.vertebra.testing.TestPlatform;
import java.time.Clock;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The door while PostgreSQL is cut off, and when it is back. */
class DatabaseAwayTest {
    private static final int REQUESTS = 100;

    @Test
    void requests_are_refused_at_once_by_the_breaker_and_served_again_without_a_restart() {
        var real = Servers.freshDatabase();
        try (var proxy = new CutProxy(real.port())) {
            var cut = new Servers.Database(real.name(), proxy.port(), real.ownerPassword());
            var settings = Map.of("database.breaker-failures", "3", "database.breaker-reset", "500ms");
            try (var platform =
                    TestPlatform.on(cut, Servers.freshRedis(), settings, Clock.systemUTC(), Set.of(Platform.ALL))) {
                var api = platform.api();
                var ada = Person.signUp(api, "Ada Cut");
                api.post("/v1/orgs", "{\"name\":\"Before\"}")
                        .as(ada.token())
                        .send()
                        .expect(201);

                proxy.refuse(true);

                RedisAwayTest.until(platform, api, "unhealthy");
                assertThat(api.get("/health").send().expect(503).text("database"))
                        .isEqualTo("disconnected");
                api.get("/ready").send().expect(503);
                for (int i = 0; i < REQUESTS; i++) {
                    var read = api.get("/v1/me").as(ada.token()).send().expect(503);
                    assertThat(read.text("code")).isEqualTo("unavailable");
                    assertThat(read.header("retry-after")).isEqualTo("1");
                    api.post("/v1/orgs", "{\"name\":\"Never\"}")
                            .as(ada.token())
                            .send()
                            .expect(503);
                }
                assertThat(proxy.refused()).isLessThan(REQUESTS);

                proxy.refuse(false);

                RedisAwayTest.until(platform, api, "healthy");
                api.get("/ready").send().expect(200);
                api.get("/v1/me").as(ada.token()).send().expect(200);
                var orgs = api.get("/v1/me/orgs").as(ada.token()).send().expect(200);
                assertThat(orgs.json().path("items")).hasSize(1);
                assertThat(orgs.text("/items/0/name")).isEqualTo("Before");
            }
        }
    }
}
