package io.vertebra.http;

import static io.vertebra.testing.Await.await;

import io.vertebra.bus.Checks;
import io.vertebra.bus.Contracts;
import io.vertebra.bus.Operation;
import io.vertebra.bus.Problem;
import io.vertebra.bus.Problems;
import io.vertebra.bus.Request;
import io.vertebra.contract.Access;
import io.vertebra.contract.Accounts;
import io.vertebra.contract.Orgs;
import io.vertebra.kernel.bus.Answerer;
import io.vertebra.kernel.bus.Bus;
import io.vertebra.kernel.bus.Cluster;
import io.vertebra.kernel.bus.ServiceBus;
import io.vertebra.kernel.bus.Switchboard;
import io.vertebra.kernel.cache.Cache;
import io.vertebra.kernel.config.Configuration;
import io.vertebra.kernel.config.EventsSettings;
import io.vertebra.kernel.config.MailSettings;
import io.vertebra.kernel.config.RedisSettings;
import io.vertebra.kernel.db.Refusals;
import io.vertebra.kernel.events.EventLog;
import io.vertebra.kernel.events.Wake;
import io.vertebra.kernel.health.Health;
import io.vertebra.kernel.mail.Postman;
import io.vertebra.kernel.module.Doorway;
import io.vertebra.kernel.module.Platform;
import io.vertebra.kernel.telemetry.Telemetry;
import io.vertebra.kernel.vitals.Vitals;
import io.vertebra.launcher.embedded.EmbeddedRedis;
import io.vertebra.testing.Servers;
import io.vertebra.testing.TestDb;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.net.URI;
import java.time.Clock;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;

/**
 * The REST door on a real Redis and a real database, with stations that answer from memory behind it: what it lets
 * through can be seen without any domain.
 */
final class DoorFixture implements AutoCloseable, Doorway {
    static final UUID ORG = UUID.fromString("0197a000-0000-7000-8000-000000000001");
    static final UUID PROJECT = UUID.fromString("0197a000-0000-7000-8000-000000000002");

    final Vertx vertx = Vertx.vertx();
    final Tokens tokens = new Tokens();
    final Map<String, Long> limits = new ConcurrentHashMap<>(Map.of(
            "limits.user-per-minute", 1_000L,
            "limits.key-per-minute", 100L,
            "limits.service-per-minute", 10_000L,
            "limits.address-per-minute", 1_000L,
            "limits.login-per-account-per-minute", 10L));
    final Map<UUID, Access.Rights> members = new ConcurrentHashMap<>();
    final Set<UUID> deadSessions = ConcurrentHashMap.newKeySet();
    private final Map<Operation, Answerer> answerers = new HashMap<>();
    private final Contracts contracts = Contracts.load();
    private final Health health = new Health(Clock.systemUTC());
    private final TestDb database = TestDb.fresh(vertx, List.of());
    private final SqlClient kernel;
    private final Cache cache;
    private Configuration configuration;
    private final Telemetry telemetry;
    private final Switchboard board;
    private final Bus bus;
    private final HttpDoor door = new HttpDoor();

    DoorFixture() {
        this(URI.create(Servers.freshRedis()));
    }

    DoorFixture(EmbeddedRedis own) {
        this(URI.create(own.url(0)));
    }

    private DoorFixture(URI redis) {
        var info = redis.getUserInfo();
        configuration = Configuration.of(Map.of(), Configuration.folder(Map.of()))
                .with("http.port", "0")
                .with("http.host", "127.0.0.1")
                .with("http.webroot", "")
                .with("redis.host", redis.getHost())
                .with("redis.port", String.valueOf(redis.getPort()))
                .with("redis.password", info == null ? "" : info.substring(info.indexOf(':') + 1))
                .with("redis.away", "100ms")
                .with("redis.database", redis.getPath().substring(1));
        telemetry = Telemetry.start(configuration, "test");
        kernel = database.db().kernel();
        cache = new Cache(vertx, configuration.section("redis", RedisSettings.class), kernel, clock(), () -> 1);
        board = new Switchboard(vertx, contracts, clock(), telemetry.meters());
        var asks = ServiceBus.ofDoor(board, contracts, "http");
        door.asks().forEach(asks::declare);
        bus = asks;
        platform();
    }

    /** Sets a key of the configuration, before the door opens. */
    DoorFixture with(String key, String value) {
        configuration = configuration.with(key, value);
        return this;
    }

    /** Answers an operation with what this function makes of it. */
    <R, Q extends Request<R>> DoorFixture on(Class<Q> type, BiFunction<io.vertebra.bus.Call, Q, Object> answer) {
        answerers.put(contracts.operation(type), (call, request) -> {
            try {
                return Future.succeededFuture(answer.apply(call, type.cast(request)));
            } catch (Problem problem) {
                return Future.failedFuture(problem);
            }
        });
        return this;
    }

    private void platform() {
        on(Accounts.GetSigningKeys.class, (call, ask) -> tokens.published());
        on(Accounts.TouchSession.class, (call, ask) -> io.vertebra.bus.Nothing.NOTHING);
        on(
                Accounts.CheckSession.class,
                (call, ask) -> new Accounts.SessionState(!deadSessions.contains(ask.sessionId()), false));
        on(Access.ResolvePolicies.class, (call, ask) -> new Access.PolicyValues(values()));
        on(Access.ResolveRights.class, (call, ask) -> {
            var rights = members.get(ask.principal());
            return rights != null && ORG.equals(ask.orgId()) ? rights : new Access.Rights(null, Set.of());
        });
        var now = Instant.parse("2026-11-20T12:00:00Z");
        on(
                Orgs.GetProject.class,
                (call, ask) -> new Orgs.Project(ask.projectId(), ask.orgId(), "One", "one", null, now, now, 3));
        on(
                Orgs.CreateProject.class,
                (call, ask) ->
                        new Orgs.Project(PROJECT, ask.orgId(), ask.name(), "one", ask.description(), now, now, 1));
        on(Orgs.ChangeProject.class, (call, ask) -> {
            if (call.ifMatch() != null && call.ifMatch() != 3) {
                throw Problem.of(Problems.STALE_VERSION, "stale");
            }
            return new Orgs.Project(ask.projectId(), ask.orgId(), "Two", "one", null, now, now, 4);
        });
        on(Accounts.ForgotPassword.class, (call, ask) -> io.vertebra.bus.Nothing.NOTHING);
        on(Accounts.Login.class, (call, ask) -> new Accounts.Tokens("a", "r", "Bearer", 600));
        on(Accounts.Refresh.class, (call, ask) -> new Accounts.Tokens("a2", "r2", "Bearer", 600));
    }

    private Map<String, Access.PolicyValue> values() {
        var values = new HashMap<String, Access.PolicyValue>();
        limits.forEach((name, value) ->
                values.put(name, new Access.PolicyValue(name, value, "", "", Access.PolicyLevel.DEFAULT)));
        return values;
    }

    /** A member of the org with these permissions, and a token of theirs. */
    String member(String... permissions) {
        var person = UUID.randomUUID();
        members.put(person, new Access.Rights("member", Set.of(permissions)));
        return tokens.of(person);
    }

    /** Opens the stations and the door. */
    DoorFixture open() {
        await(cache.open());
        for (var domain : Set.of("accounts", "access", "orgs", "audit", "events")) {
            await(inLoop(() -> {
                var own = new HashMap<>(answerers);
                own.keySet().removeIf(operation -> !operation.domain().equals(domain));
                board.open(domain, 1, own);
                return Future.succeededFuture();
            }));
        }
        await(inLoop(() -> door.open(this)));
        health.started();
        return this;
    }

    private Future<?> inLoop(java.util.function.Supplier<Future<?>> step) {
        var promise = io.vertx.core.Promise.<Object>promise();
        vertx.getOrCreateContext().runOnContext(nothing -> step.get().onComplete(done -> {
            if (done.succeeded()) {
                promise.complete();
            } else {
                promise.fail(done.cause());
            }
        }));
        return promise.future();
    }

    /** The rights or the state of this subject changed. */
    void touch(UUID subject) {
        var rows = await(kernel.preparedQuery("SELECT kernel.touch($1)").execute(Tuple.of(new UUID[] {subject})));
        var epoch = rows.iterator().next().getArrayOfLongs(0)[0];
        await(cache.epochs().push(Map.of(subject, epoch)).recover(away -> Future.succeededFuture()));
    }

    int port() {
        return vertx.sharedData().<String, Integer>getLocalMap(Platform.PORTS).get("http");
    }

    Api api() {
        return new Api(port());
    }

    @Override
    public void close() {
        await(door.close());
        await(cache.close());
        await(vertx.close());
    }

    @Override
    public int instance() {
        return 0;
    }

    @Override
    public Vertx vertx() {
        return vertx;
    }

    @Override
    public Contracts contracts() {
        return contracts;
    }

    @Override
    public Checks checks() {
        return Checks.create();
    }

    @Override
    public Bus bus() {
        return bus;
    }

    @Override
    public Configuration configuration() {
        return configuration;
    }

    @Override
    public SqlClient kernel() {
        return kernel;
    }

    @Override
    public Refusals refusals() {
        return database.db().refusals();
    }

    @Override
    public EventLog events() {
        var settings = configuration.section("events", EventsSettings.class);
        return new EventLog(vertx, kernel, new Wake(vertx), settings, clock());
    }

    @Override
    public Cache cache() {
        return cache;
    }

    @Override
    public Health health() {
        return health;
    }

    @Override
    public Telemetry telemetry() {
        return telemetry;
    }

    @Override
    public Vitals vitals() {
        throw new UnsupportedOperationException("the REST door tells nobody how the nodes are");
    }

    @Override
    public String node() {
        return "test";
    }

    @Override
    public Postman postman() {
        return Postman.of(vertx, configuration.section("mail", MailSettings.class), clock());
    }

    @Override
    public Collection<Cluster.Node> nodes() {
        return List.of();
    }

    @Override
    public Clock clock() {
        return Clock.systemUTC();
    }
}
