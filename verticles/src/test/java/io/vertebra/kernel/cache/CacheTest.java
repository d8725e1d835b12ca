package io.vertebra.kernel.cache;

import static io.vertebra.testing.Await.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertebra.kernel.config.Configuration;
import io.vertebra.kernel.config.RedisSettings;
import io.vertebra.launcher.embedded.EmbeddedPostgres;
import io.vertebra.launcher.embedded.EmbeddedRedis;
import io.vertebra.testing.CutProxy;
import io.vertebra.testing.Servers;
import io.vertebra.testing.TestDb;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Tuple;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CacheTest {
    private final Vertx vertx = Vertx.vertx();
    private final TestDb database = TestDb.fresh(vertx, List.of());

    @AfterEach
    void close() {
        await(vertx.close());
    }

    private Cache cache(String url) {
        var configuration = Configuration.of(Map.of("REDIS_URL", url), Configuration.folder(Map.of()))
                .with("redis.away", "50ms")
                .with("redis.timeout", "300ms");
        var settings = configuration.section("redis", RedisSettings.class);
        var cache = new Cache(vertx, settings, database.db().kernel(), () -> 1);
        await(inLoop(cache::open));
        return cache;
    }

    private <T> Future<T> inLoop(Supplier<Future<T>> step) {
        Promise<T> promise = Promise.promise();
        vertx.getOrCreateContext().runOnContext(nothing -> step.get().onComplete(promise));
        return promise.future();
    }

    private Ruling rule(Cache cache, Check check) {
        return await(inLoop(() -> cache.limiter().compose(limiter -> limiter.rule(check))));
    }

    private long touch(UUID subject) {
        var rows = await(
                database.db().kernel().preparedQuery("SELECT kernel.touch($1)").execute(Tuple.of(new UUID[] {subject
                })));
        return rows.iterator().next().getArrayOfLongs(0)[0];
    }

    private void eventually(BooleanSupplier holds) {
        Promise<Void> promise = Promise.promise();
        vertx.setPeriodic(
                20, tick -> vertx.executeBlocking(holds::getAsBoolean, false).onSuccess(held -> {
                    if (held) {
                        promise.tryComplete();
                    }
                }));
        await(promise.future());
    }

    @Test
    void all_policies_are_counted_at_once() {
        var cache = cache(Servers.freshRedis());
        var both = new Check(
                List.of(Allowance.perMinute("key", "k", 3), Allowance.perMinute("user", "u", 100)), List.of());
        for (var left = 2; left >= 0; left--) {
            var ruling = rule(cache, both);
            assertThat(ruling.allowed()).isTrue();
            assertThat(ruling.remaining()).containsExactly(left, 97 + left);
        }
        assertThat(rule(cache, both).allowed()).isFalse();
        assertThat(rule(cache, both).remaining()).containsExactly(0, 97);
    }

    @Test
    void an_epoch_is_seen_from_the_push_on_and_never_falls() {
        var cache = cache(Servers.freshRedis());
        var subject = UUID.randomUUID();
        var check = new Check(List.of(), List.of(subject));
        assertThat(rule(cache, check).epochs()).containsExactly(0);
        await(cache.epochs().push(Map.of(subject, 5L)));
        assertThat(rule(cache, check).epochs()).containsExactly(5);
        await(cache.epochs().push(Map.of(subject, 4L)));
        assertThat(rule(cache, check).epochs()).containsExactly(5);
    }

    @Test
    void what_nobody_pushed_is_swept() {
        var cache = cache(Servers.freshRedis());
        var subject = UUID.randomUUID();
        var check = new Check(List.of(), List.of(subject));
        assertThat(rule(cache, check).epochs()).containsExactly(0);
        assertThat(touch(subject)).isEqualTo(1);
        eventually(() -> rule(cache, check).epochs()[0] == 1);
        eventually(() -> await(database.db()
                                .kernel()
                                .query("SELECT count(*) FROM kernel.epochs WHERE NOT pushed")
                                .execute())
                        .iterator()
                        .next()
                        .getLong(0)
                == 0);
    }

    @Test
    void without_redis_epochs_come_from_the_database(@TempDir Path folder) {
        var redis = EmbeddedRedis.start(folder, EmbeddedPostgres.userCache(), 0);
        try {
            var cache = cache(redis.url(0));
            var subject = UUID.randomUUID();
            var check = new Check(List.of(Allowance.perMinute("user", "u", 10)), List.of(subject));
            assertThat(rule(cache, check).epochs()).containsExactly(0);
            redis.close();
            eventually(() -> !cache.connected());
            touch(subject);
            touch(subject);
            assertThat(rule(cache, check).epochs()).containsExactly(2);
        } finally {
            redis.close();
        }
    }

    @Test
    void a_server_that_takes_connections_and_says_nothing_counts_as_away() throws IOException {
        try (var silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            var cache = cache("redis://127.0.0.1:" + silent.getLocalPort() + "/0");
            var ruling = rule(cache, new Check(List.of(Allowance.perMinute("user", "u", 1)), List.of()));
            assertThat(ruling.allowed()).isTrue();
            assertThat(cache.connected()).isFalse();
        }
    }

    @Test
    void a_server_that_was_silent_is_used_when_it_speaks() {
        try (var proxy = new CutProxy(URI.create(Servers.freshRedis()).getPort())) {
            proxy.silent(true);
            var cache = cache(Servers.freshRedis().replaceFirst(":\\d+/", ":" + proxy.port() + "/"));
            assertThat(cache.connected()).isFalse();
            proxy.silent(false);
            eventually(cache::connected);
        }
    }
}
