package io.vertebra.testing;

import static io.vertebra.testing.Await.await;

import io.vertebra.kernel.config.Configuration;
import io.vertebra.kernel.module.Platform;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * A whole platform for one test class: real servers, a fresh database, a Redis database of its own, a free port.
 * Close it after the class.
 */
public final class TestPlatform implements AutoCloseable {
    private final Configuration configuration;
    private final Servers.Database database;
    private final Platform platform;

    private TestPlatform(Configuration configuration, Servers.Database database, Clock clock, Set<String> verticles) {
        this.configuration = configuration;
        this.database = database;
        var plan = Platform.Plan.of(configuration, verticles);
        this.platform = await(Platform.start(
                new Platform.Plan(configuration, plan.verticles(), plan.domains(), plan.doors(), clock)));
    }

    /** Every domain and door. */
    public static TestPlatform start() {
        return start(Map.of());
    }

    /** Every domain and door, with these keys of the configuration set. */
    public static TestPlatform start(Map<String, String> settings) {
        return start(settings, Clock.systemUTC(), Set.of(Platform.ALL));
    }

    /** These domains and doors. */
    public static TestPlatform start(Map<String, String> settings, Clock clock, Set<String> verticles) {
        var database = Servers.freshDatabase();
        return on(database, Servers.freshRedis(), settings, clock, verticles);
    }

    /** A platform on a database and a Redis that another one may stand on too. */
    public static TestPlatform on(
            Servers.Database database, String redis, Map<String, String> settings, Clock clock, Set<String> verticles) {
        var configuration = configuration(database.url(), redis, settings);
        return new TestPlatform(configuration, database, clock, verticles);
    }

    /** The configuration of a platform on these servers. */
    public static Configuration configuration(String database, String redis, Map<String, String> settings) {
        var env = Map.of("APP_ENV", "local", "DATABASE_URL", database, "REDIS_URL", redis);
        var all = new HashMap<String, String>();
        all.put("app.master-secret", Servers.SECRET);
        all.put("app.event-loops", "2");
        all.put("database.migrate", "false");
        all.put("database.connections-max", "40");
        all.put("http.host", "127.0.0.1");
        all.put("http.port", "0");
        all.put("mail.mode", "mailbox");
        all.put("app.drain-timeout", "5s");
        all.putAll(settings);
        var configuration = Configuration.of(env, Path.of("..", "conf"));
        for (var one : all.entrySet()) {
            configuration = configuration.with(one.getKey(), one.getValue());
        }
        return configuration;
    }

    /** The platform itself. */
    public Platform platform() {
        return platform;
    }

    /** What it was started with. */
    public Configuration configuration() {
        return configuration;
    }

    /** Its database. */
    public Servers.Database database() {
        return database;
    }

    /** A client of its REST door. */
    public Api api() {
        return new Api("http://127.0.0.1:" + platform.port("http"));
    }

    @Override
    public void close() {
        await(platform.stop());
    }
}
