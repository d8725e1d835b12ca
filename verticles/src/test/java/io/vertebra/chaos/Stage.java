package io.vertebra.chaos;

import io.vertebra.launcher.cluster.Balancer;
import io.vertebra.launcher.cluster.LocalNodes;
import io.vertebra.launcher.cluster.NodeProcess;
import io.vertebra.launcher.embedded.EmbeddedPostgres;
import io.vertebra.launcher.embedded.EmbeddedRedis;
import io.vertebra.launcher.embedded.StartFailure;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The platform on one machine: PostgreSQL, Redis, nodes, a balancer; and everything that can be done to them. */
final class Stage implements AutoCloseable {
    static final Operator OPERATOR = new Operator("operator@example.com", "walnut cellar tidal quorum");

    private static final int NODES = 3;
    private static final String SECRET = "chaos-master-secret-chaos-master-secret";
    private static final String CLUSTER_SECRET = "chaos-cluster-secret-chaos-cluster-secret";
    private static final String UNLIMITED = "1000000000";
    private static final List<String> LIMITS = List.of(
            "limits.user-per-minute",
            "limits.address-per-minute",
            "limits.login-per-account-per-minute",
            "limits.live-connections-per-minute",
            "limits.live-subscriptions-per-minute");

    private final Path folder;
    private final LocalNodes nodes;
    private final Balancer balancer;
    private final int redisPort;
    private final String redisPassword;
    private final int postgresPort;
    private EmbeddedPostgres postgres;
    private EmbeddedRedis redis;

    /** Who may do everything. */
    record Operator(String email, String password) {
        JsonObject credentials() {
            return new JsonObject().put("email", email).put("password", password);
        }
    }

    /** Three nodes, with their data in this folder. */
    static Stage of(Path folder, Artefact artefact) throws Exception {
        return new Stage(folder, artefact, Collections.nCopies(NODES, "127.0.0.1"), Map.of());
    }

    /** Nodes that talk to each other on these addresses, with these variables too. */
    Stage(Path folder, Artefact artefact, List<String> hosts, Map<String, String> more) throws Exception {
        this.folder = Files.createDirectories(folder);
        postgres = EmbeddedPostgres.start(options(0, Map.of()));
        postgresPort = postgres.port();
        redis = EmbeddedRedis.start(folder.resolve("redis"), EmbeddedPostgres.userCache(), 0);
        redisPort = redis.port();
        redisPassword = redis.password();
        var environment = environment();
        artefact.migrate(environment);
        var superuser = List.of("create-superuser", "--email", OPERATOR.email());
        Program.run(artefact.program(), superuser, environment, folder.resolve("prepare.log"));
        environment.putAll(more);
        nodes = new LocalNodes(folder.resolve("nodes"), environment, hosts, artefact.program());
        var ports = new ArrayList<Integer>();
        for (int i = 0; i < hosts.size(); i++) {
            ports.add(nodes.add(Map.of()).port());
        }
        nodes.start();
        balancer = Balancer.open(0, ports);
        var operator = client().expect("POST", "/v1/auth/login", null, OPERATOR.credentials());
        for (var limit : LIMITS) {
            limit(operator.getString("accessToken"), limit, UNLIMITED);
        }
    }

    /** Sets a policy value of the platform. */
    void limit(String operatorToken, String name, String value) {
        client().expect(
                        "PUT",
                        "/v1/admin/policies/" + name,
                        operatorToken,
                        new JsonObject().put("value", Long.parseLong(value)));
    }

    private Map<String, String> environment() {
        var all = new HashMap<String, String>();
        all.put("APP_ENV", "local");
        all.put("DATABASE_URL", postgres.url(EmbeddedPostgres.DATABASE));
        all.put("REDIS_URL", redis.url(0));
        all.put("VERTEBRA_APP_MASTER_SECRET", SECRET);
        all.put("VERTEBRA_CLUSTER_SECRET", CLUSTER_SECRET);
        all.put("VERTEBRA_MAIL_MODE", "mailbox");
        all.put("VERTEBRA_LOGGER_LEVEL", "warn");
        all.put("VERTEBRA_APP_DRAIN_DELAY", "1s");
        all.put("VERTEBRA_APP_EVENT_LOOPS", "2");
        all.put("VERTEBRA_JOBS_LEASE", "5s");
        all.put("VERTEBRA_PASSWORD", OPERATOR.password());
        return all;
    }

    private EmbeddedPostgres.Options options(int port, Map<String, String> settings) {
        return new EmbeddedPostgres.Options(folder.resolve("postgres"), EmbeddedPostgres.userCache(), port, settings);
    }

    Path folder() {
        return folder;
    }

    /** Through the balancer. */
    Client client() {
        return new Client(balancer.port());
    }

    int port() {
        return balancer.port();
    }

    /** The ports of the nodes' own doors. */
    List<Integer> ports() {
        return nodes.all().stream().map(NodeProcess::port).toList();
    }

    List<NodeProcess> nodes() {
        return nodes.all();
    }

    NodeProcess node(int number) {
        return nodes.all().get(number % nodes.all().size());
    }

    EmbeddedPostgres postgres() {
        return postgres;
    }

    /** kill -9 of PostgreSQL with all its processes at once: what was not written is gone. */
    void crashPostgres() throws Exception {
        var process = postgres.process();
        var family = new ArrayList<>(process.descendants().toList());
        process.destroyForcibly();
        family.forEach(ProcessHandle::destroyForcibly);
        process.onExit().get(20, TimeUnit.SECONDS);
        postgres.close();
    }

    /** Starts PostgreSQL again where it was, with these settings on top. */
    void startPostgres(Map<String, String> settings) throws InterruptedException {
        for (int tries = 0; ; tries++) {
            try {
                postgres = EmbeddedPostgres.start(options(postgresPort, settings));
                return;
            } catch (StartFailure dying) {
                if (tries == 20) {
                    throw dying;
                }
                pause(Duration.ofMillis(250));
            }
        }
    }

    void killRedis() throws Exception {
        redis.process().destroyForcibly();
        redis.process().onExit().get(20, TimeUnit.SECONDS);
        redis.close();
    }

    /** Starts Redis again where it was, empty. */
    void startRedis() {
        redis = EmbeddedRedis.start(folder.resolve("redis"), EmbeddedPostgres.userCache(), redisPort, redisPassword);
    }

    /** One command of Redis; answers what came back. */
    String redis(String command) throws IOException {
        return RedisCommand.send(redisPort, redisPassword, command);
    }

    /** Waits; a fault needs time to bite. */
    static void pause(Duration time) throws InterruptedException {
        TimeUnit.MILLISECONDS.sleep(time.toMillis());
    }

    /** Waits until every node is ready again and the balancer knows. */
    void awaitReady() throws Exception {
        for (var node : nodes.all()) {
            if (!node.alive()) {
                node.start();
            }
            node.awaitReady();
        }
        while (balancer.ready() < nodes.all().size()) {
            pause(Duration.ofMillis(50));
        }
    }

    @Override
    public void close() throws Exception {
        balancer.close();
        nodes.close();
        redis.close();
        postgres.close();
    }
}
