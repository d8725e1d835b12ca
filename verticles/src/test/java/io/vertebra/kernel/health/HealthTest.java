package io.vertebra.kernel.health;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class HealthTest {
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private final InstantSource clock = () -> now;
    private final Health health = new Health(clock.withZone(ZoneOffset.UTC));

    @Test
    void the_whole_is_as_its_parts() {
        var database = health.vital(Health.DATABASE);
        var redis = health.part(Health.REDIS);
        assertThat(health.state()).isEqualTo(State.DEGRADED);
        database.healthy("connected");
        redis.healthy("connected");
        assertThat(health.state()).isEqualTo(State.HEALTHY);
        redis.unhealthy("away");
        assertThat(health.state()).isEqualTo(State.DEGRADED);
        database.unhealthy("away");
        assertThat(health.state()).isEqualTo(State.UNHEALTHY);
        assertThat(health.databaseConnected()).isFalse();
    }

    @Test
    void a_node_is_ready_between_its_start_and_its_drain() {
        var database = health.vital(Health.DATABASE);
        database.healthy("connected");
        assertThat(health.ready()).isFalse();
        health.started();
        assertThat(health.ready()).isTrue();
        database.unhealthy("away");
        assertThat(health.ready()).isFalse();
        database.healthy("connected");
        health.drain();
        assertThat(health.ready()).isFalse();
    }

    @Test
    void a_state_says_since_when() {
        var redis = health.part(Health.REDIS);
        redis.healthy("connected");
        var since = now;
        now = now.plusSeconds(60);
        redis.healthy("connected, again");
        assertThat(redis.status()).isEqualTo(new Part.Status("redis", State.HEALTHY, since, "connected, again"));
        redis.degraded("slow");
        assertThat(redis.status().since()).isEqualTo(now);
    }
}
