package io.vertebra.launcher;

import io.vertebra.kernel.config.Configuration;
import io.vertebra.kernel.config.RedisSettings;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.Request;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/** What {@code doctor} asks Redis. */
final class RedisCheck {
    private static final long PATIENCE_SECONDS = 10;
    private static final Pattern VERSION = Pattern.compile("redis_version:((\\d+)\\.(\\d+)\\S*)");

    private final Configuration configuration;

    RedisCheck(Configuration configuration) {
        this.configuration = configuration;
    }

    Finding finding() {
        var settings = configuration.section("redis", RedisSettings.class);
        var vertx = Vertx.vertx();
        try {
            var answer = Redis.createClient(vertx, settings.url().reveal())
                    .connect()
                    .compose(connection ->
                            connection.send(Request.cmd(Command.INFO).arg("server")))
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            return judge(answer.toString());
        } catch (ExecutionException e) {
            return Finding.ill(
                    "Redis",
                    "at " + settings.host() + ":" + settings.port() + " cannot be used: " + CannotStart.reason(e));
        } catch (Exception e) {
            return Finding.ill("Redis", "at " + settings.host() + ":" + settings.port() + " did not answer");
        } finally {
            vertx.close();
        }
    }

    private static Finding judge(String answer) {
        var version = VERSION.matcher(answer);
        if (!version.find()) {
            return Finding.ill("Redis", "does not say its version");
        }
        int major = Integer.parseInt(version.group(2));
        boolean enough = major > 6 || major == 6 && Integer.parseInt(version.group(3)) >= 2;
        return enough
                ? Finding.well("Redis", version.group(1))
                : Finding.ill("Redis", version.group(1) + " is too old: 6.2 or newer is needed");
    }
}
