package io.vertebra.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertebra.kernel.module.Platform;
import io.vertebra.launcher.embedded.EmbeddedPostgres;
import io.vertebra.launcher.embedded.EmbeddedRedis;
import io.vertebra.testing.Api;
import io.vertebra.testing.Await;
import io.vertebra.testing.Person;
import io.vertebra.testing.Servers;
import io.vertebra.testing.TestPlatform;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The door while Redis is stopped for real, and when it is back. */
class RedisAwayTest {
    private static final int LOOKS_MAX = 300;

    @TempDir
    private Path folder;

    @Test
    void the_limit_holds_health_is_degraded_and_all_is_well_again_later() {
        var redis = EmbeddedRedis.start(folder, EmbeddedPostgres.userCache(), 0);
        var settings = Map.of("redis.away", "100ms");
        var url = redis.url(0);
        try (var platform =
                TestPlatform.on(Servers.freshDatabase(), url, settings, Clock.systemUTC(), Set.of(Platform.ALL))) {
            var api = platform.api();
            var operator = Person.operator(platform);
            api.put("/v1/admin/policies/limits.user-per-minute", "{\"value\":20}")
                    .as(operator.token())
                    .send()
                    .expect(200);
            var ada = Person.signUp(api, "Ada Alone");
            until(platform, api, "healthy");

            redis.close();

            assertThat(passed(api, ada, 30)).isEqualTo(20);
            assertThat(api.get("/v1/me").as(ada.token()).send().expect(429).text("code"))
                    .isEqualTo("quota_exceeded");
            var health = until(platform, api, "degraded");
            assertThat(health.text("database")).isEqualTo("connected");
            api.get("/ready").send().expect(200);
            a_session_that_is_ended_stays_ended(api);

            redis = EmbeddedRedis.start(folder, EmbeddedPostgres.userCache(), redis.port(), redis.password());

            until(platform, api, "healthy");
            var back = api.get("/v1/me").as(ada.token()).send().expect(200);
            assertThat(back.header("ratelimit")).startsWith("\"user\";r=19;t=");
            assertThat(passed(api, ada, 30)).isEqualTo(19);
        } finally {
            redis.close();
        }
    }

    private static void a_session_that_is_ended_stays_ended(Api api) {
        var bob = Person.signUp(api, "Bob Without Redis");
        api.post("/v1/auth/logout", "{}").as(bob.token()).send().expect(204);
        api.get("/v1/me").as(bob.token()).send().expect(401);
    }

    private static int passed(Api api, Person person, int requests) {
        int passed = 0;
        for (int i = 0; i < requests; i++) {
            passed += api.get("/v1/me").as(person.token()).send().status() == 200 ? 1 : 0;
        }
        return passed;
    }

    /** Asks for the health until it is this. */
    static Api.Answer until(TestPlatform platform, Api api, String status) {
        for (int look = 0; look < LOOKS_MAX; look++) {
            var health = api.get("/health").send();
            if (health.text("status").equals(status)) {
                return health;
            }
            Await.await(platform.platform().vertx().timer(50, TimeUnit.MILLISECONDS));
        }
        throw new AssertionError("Never " + status + ": " + api.get("/health").send());
    }
}
