package io.vertebra.kernel.module;

import io.vertebra.bus.Checks;
import io.vertebra.bus.Contracts;
import io.vertebra.bus.Seal;
import io.vertebra.bus.Wire;
import io.vertebra.kernel.bus.Cluster;
import io.vertebra.kernel.bus.ClusterMember;
import io.vertebra.kernel.bus.Remote;
import io.vertebra.kernel.bus.Switchboard;
import io.vertebra.kernel.cache.Cache;
import io.vertebra.kernel.config.AppSettings;
import io.vertebra.kernel.config.ClusterSettings;
import io.vertebra.kernel.config.Configuration;
import io.vertebra.kernel.config.DatabaseSettings;
import io.vertebra.kernel.config.ErrorsSettings;
import io.vertebra.kernel.config.EventsSettings;
import io.vertebra.kernel.config.LiveSettings;
import io.vertebra.kernel.config.MailSettings;
import io.vertebra.kernel.config.RedisSettings;
import io.vertebra.kernel.db.Connecting;
import io.vertebra.kernel.db.Db;
import io.vertebra.kernel.db.Migrations;
import io.vertebra.kernel.db.SqlFolder;
import io.vertebra.kernel.errors.ErrorBus;
import io.vertebra.kernel.errors.ErrorWriter;
import io.vertebra.kernel.errors.Sentry;
import io.vertebra.kernel.events.EventLog;
import io.vertebra.kernel.events.Wake;
import io.vertebra.kernel.health.Breaker;
import io.vertebra.kernel.health.Health;
import io.vertebra.kernel.mail.Postman;
import io.vertebra.kernel.secrets.MasterSecret;
import io.vertebra.kernel.telemetry.Build;
import io.vertebra.kernel.telemetry.Telemetry;
import io.vertebra.kernel.vitals.Vitals;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.net.URI;
import java.time.Clock;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What modules and doors of a node stand on, opened in order: Vert.x, cluster, database, cache, mail. */
final class Foundation {
    private static final Logger LOG = LoggerFactory.getLogger(Foundation.class);
    private static final long LOOK_MS = 1_000;

    private final Configuration configuration;
    private final AppSettings app;
    private final Clock clock;
    private final Telemetry telemetry;
    private final Health health;
    private final Contracts contracts;
    private final Vertx vertx;
    private final EventLoops loops;
    private final String node;
    private final Switchboard board;
    private final @Nullable Cluster cluster;
    private final @Nullable Remote remote;
    private final Wake wake;
    private final ErrorBus errors;
    private boolean probing;
    private @Nullable Breaker breaker;
    private @Nullable Db db;
    private @Nullable Cache cache;
    private @Nullable EventLog log;
    private @Nullable Postman postman;
    private @Nullable Checks checks;
    private @Nullable Vitals vitals;
    private @Nullable ErrorWriter errorWriter;

    private Foundation(Ground ground, Vertx vertx, @Nullable Cluster cluster) {
        this.configuration = ground.configuration();
        this.app = ground.app();
        this.clock = ground.clock();
        this.telemetry = ground.telemetry();
        this.health = ground.health();
        this.contracts = ground.contracts();
        this.node = ground.node();
        this.vertx = vertx;
        this.loops = new EventLoops(vertx);
        this.wake = new Wake(vertx);
        this.errors = new ErrorBus(
                clock,
                telemetry.meters(),
                configuration.section("errors", ErrorsSettings.class).waitingMax());
        vertx.exceptionHandler(this::unhandled);
        this.board = new Switchboard(vertx, contracts, clock, telemetry.meters());
        this.cluster = cluster;
        this.remote = cluster == null ? null : connect(cluster);
    }

    /** What is known before anything is opened. */
    record Ground(
            Configuration configuration,
            AppSettings app,
            String node,
            Clock clock,
            Telemetry telemetry,
            Health health,
            Contracts contracts) {}

    /** Builds Vert.x, alone or as a member of its cluster. */
    static Future<Foundation> lay(Ground ground) {
        var settings = ground.configuration().section("cluster", ClusterSettings.class);
        int cores = Runtime.getRuntime().availableProcessors();
        var options = new VertxOptions()
                .setPreferNativeTransport(true)
                .setEventLoopPoolSize(
                        ground.app().eventLoops() == 0 ? cores : ground.app().eventLoops())
                .setWorkerPoolSize(ground.app().workers());
        if (!settings.enabled()) {
            var builder = ground.telemetry().instrument(Vertx.builder().with(options));
            return Future.succeededFuture(new Foundation(ground, builder.build(), null));
        }
        var manager = ClusterMember.manager(settings);
        options.setEventBusOptions(ClusterMember.eventBus(settings));
        var builder = ground.telemetry().instrument(Vertx.builder().with(options));
        return builder.withClusterManager(manager).buildClustered().compose(vertx -> Cluster.join(
                        vertx, manager, ground.node(), ground.clock())
                .map(cluster -> new Foundation(ground, vertx, cluster)));
    }

    private Remote connect(Cluster nodes) {
        var secret = configuration.section("cluster", ClusterSettings.class).secret();
        var wire = new Wire(contracts, new Seal(secret.bytes()));
        var others = new Remote(vertx, nodes, board, wire, clock, telemetry.meters());
        board.join(others);
        return others;
    }

    /** What no code caught, on whichever event loop. */
    private void unhandled(Throwable failure) {
        LOG.error("Nobody caught a failure", failure);
        errors.report("uncaught", null, failure);
    }

    /** Migrates the database and opens it for these domains; then cache and mail. */
    Future<Void> open(Set<String> domains) {
        var settings = configuration.section("database", DatabaseSettings.class);
        var checking = vertx.executeBlocking(Checks::create, false);
        var secret = app.masterSecret().reveal();
        breaker = Db.breaker(health.vital(Health.DATABASE), settings);
        Future<?> migrated = settings.migrate()
                ? new Migrations(vertx, Connecting.owner(settings), secret, SqlFolder.find(null)).up()
                : Future.succeededFuture();
        var around = new Db.Surroundings(
                vertx, settings, secret, loops.size(), clock, telemetry.meters(), contracts, breaker());
        return migrated.compose(done -> Db.open(around, domains))
                .compose(opened -> {
                    db = opened;
                    breaker().succeeded();
                    opened.onEmitted(wake::appended);
                    board.watched(new Onlooker(telemetry.tracing(), opened.refusals(), errors));
                    writeErrors(opened);
                    return cache(opened);
                })
                .compose(done -> checking)
                .map(created -> {
                    checks = created;
                    postman = Postman.of(vertx, configuration.section("mail", MailSettings.class), clock);
                    vertx.setPeriodic(LOOK_MS, tick -> look());
                    return null;
                });
    }

    private void writeErrors(Db opened) {
        var settings = configuration.section("errors", ErrorsSettings.class);
        var version = Build.current().version();
        var teller = new Sentry.Teller(
                node, version, configuration.environment().name().toLowerCase(Locale.ROOT));
        var sentry = Sentry.of(vertx, settings, teller, telemetry.meters(), clock);
        var writer = new ErrorWriter(
                errors, new ErrorWriter.Surroundings(vertx, opened.kernel(), settings, node, version, sentry));
        writer.start();
        errorWriter = writer;
    }

    private Future<Void> cache(Db opened) {
        var settings = configuration.section("redis", RedisSettings.class);
        var made = new Cache(vertx, settings, opened.kernel(), this::liveNodes);
        cache = made;
        opened.onTouched(made::raised);
        log = new EventLog(vertx, opened.kernel(), wake, configuration.section("events", EventsSettings.class), clock);
        vitals = new Vitals(new Vitals.Surroundings(
                vertx,
                new Seal(configuration
                        .section("cluster", ClusterSettings.class)
                        .secret()
                        .bytes()),
                health,
                contracts,
                telemetry.meters(),
                node,
                Build.current().version(),
                clock.instant(),
                configuration.section("live", LiveSettings.class).sampleInterval(),
                clock));
        return made.open();
    }

    /** Closes what is open, in the opposite order; answers on no context, because none is left. */
    Future<?> close() {
        Future<?> done = postman == null ? Future.succeededFuture() : postman.close();
        done = done.transform(any -> errorWriter == null ? Future.succeededFuture() : errorWriter.stop());
        done = done.transform(any -> cache == null ? Future.succeededFuture() : cache.close());
        done = done.transform(any -> db == null ? Future.succeededFuture() : db.close());
        Promise<Void> closed = Promise.promise();
        done.onComplete(any -> vertx.close().onComplete(closed));
        return closed.future().onComplete(any -> telemetry.close());
    }

    private int liveNodes() {
        return cluster == null ? 1 : cluster.size();
    }

    /** How database and Redis are: asked now and then, so that health is right without traffic. */
    private void look() {
        if (cache().connected()) {
            health.part(Health.REDIS).healthy("connected");
        } else {
            health.part(Health.REDIS).degraded("away: limits are shared out, epochs come from the database");
        }
        if (!probing) {
            probing = true;
            breaker().guard(db()::ping).onComplete(done -> probing = false);
        }
    }

    /** What every domain stands on. */
    Kit kit() {
        return new Kit(
                vertx,
                contracts,
                board,
                configuration,
                new MasterSecret(app.masterSecret().bytes()),
                app.name(),
                URI.create(app.origin()),
                postman(),
                telemetry,
                clock);
    }

    Configuration configuration() {
        return configuration;
    }

    AppSettings app() {
        return app;
    }

    String node() {
        return node;
    }

    Clock clock() {
        return clock;
    }

    Telemetry telemetry() {
        return telemetry;
    }

    Health health() {
        return health;
    }

    Contracts contracts() {
        return contracts;
    }

    Vertx vertx() {
        return vertx;
    }

    EventLoops loops() {
        return loops;
    }

    Switchboard board() {
        return board;
    }

    ErrorBus errors() {
        return errors;
    }

    Wake wake() {
        return wake;
    }

    private Breaker breaker() {
        return Objects.requireNonNull(breaker);
    }

    @Nullable
    Cluster cluster() {
        return cluster;
    }

    @Nullable
    Remote remote() {
        return remote;
    }

    Db db() {
        return Objects.requireNonNull(db);
    }

    Cache cache() {
        return Objects.requireNonNull(cache);
    }

    Vitals vitals() {
        return Objects.requireNonNull(vitals);
    }

    EventLog log() {
        return Objects.requireNonNull(log);
    }

    Postman postman() {
        return Objects.requireNonNull(postman);
    }

    Checks checks() {
        return Objects.requireNonNull(checks);
    }
}
