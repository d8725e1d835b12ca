package io.vertebra.launcher;

import io.vertebra.kernel.config.Configuration;
import io.vertebra.kernel.config.DatabaseSettings;
import io.vertebra.kernel.config.Environment;
import io.vertebra.kernel.config.RedisSettings;
import io.vertebra.kernel.config.Role;
import io.vertebra.launcher.cluster.Balancer;
import io.vertebra.launcher.cluster.LocalNodes;
import io.vertebra.launcher.cluster.NodeProcess;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code cluster}. */
@Command(
        name = "cluster",
        description =
                "Runs several nodes on this machine behind a balancer, with their own PostgreSQL and Redis, to try"
                        + " out how a cluster behaves.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Uses the data of `dev`. Ctrl-C stops everything in order. Kill or pause nodes and see what happens:",
            "",
            "  vertebra cluster --nodes 3",
            "  vertebra cluster --nodes 4 --roles edge --roles core --roles core --roles worker"
        })
final class RunCluster implements Callable<Integer> {
    private static final int NODES_MAX = 6;

    @Option(
            names = "--nodes",
            paramLabel = "N",
            defaultValue = "3",
            description = "How many nodes (default: ${DEFAULT-VALUE}).")
    private int count = 3;

    @Option(
            names = "--roles",
            paramLabel = "ROLES",
            description = "What the next node does (app.roles); once for each node, all for those that are left.")
    private List<String> roles = List.of();

    @Option(names = "--port", paramLabel = "PORT", description = "The port of the balancer (default: PORT, or 8080).")
    private @Nullable Integer port;

    @Option(
            names = "--data",
            paramLabel = "FOLDER",
            defaultValue = ".vertebra",
            description = "Where the data of the servers is kept (default: ${DEFAULT-VALUE}).")
    private Path data = Path.of(".vertebra");

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        var progress = new Progress(spec.commandLine().getOut());
        var configuration = configuration();
        int front = DevTable.port(configuration);
        Ports.mustBeFree("127.0.0.1", front, "--port");
        var folder = DevFolder.open(data);
        var open = new ArrayList<AutoCloseable>();
        try {
            var servers = progress.step(
                    "Starting PostgreSQL and Redis", () -> DevServers.start(folder.path(), configuration));
            open.addFirst(servers);
            var complete = servers.in(Dev.secrets(configuration, folder));
            progress.step("Migrating", () -> prepare(complete, folder));
            var nodes = new LocalNodes(folder.path().resolve("nodes"), shared(complete), count);
            open.addFirst(nodes);
            var edges = new ArrayList<Integer>();
            for (int i = 0; i < count; i++) {
                var doing = i < roles.size() ? roles.get(i) : "all";
                var node = nodes.add(Map.of("VERTEBRA_APP_ROLES", doing));
                if (opensDoors(doing)) {
                    edges.add(node.port());
                }
            }
            progress.step("Starting " + count + " nodes", () -> {
                nodes.start();
                return count;
            });
            open.addFirst(Balancer.open(front, edges));
            progress.say(table(front, folder, nodes.all()));
        } catch (Exception e) {
            for (var one : open) {
                one.close();
            }
            throw e;
        }
        Node.untilEnd(open.toArray(AutoCloseable[]::new));
        return 0;
    }

    private Configuration configuration() {
        var configuration = Run.at(Configuration.of(System.getenv(), Configuration.folder(System.getenv())));
        if (configuration.environment() != Environment.LOCAL) {
            throw new CannotStart("cluster is for a developer's machine, but APP_ENV says "
                    + configuration.environment().label() + ": use run on each machine.");
        }
        if (count < 1 || count > NODES_MAX) {
            throw new CannotStart("--nodes must be 1 to " + NODES_MAX + ".");
        }
        if (roles.size() > count
                || !roles.isEmpty() && roles.size() == count && roles.stream().noneMatch(RunCluster::opensDoors)) {
            throw new CannotStart("--roles comes at most once for each node, and one node must be an edge.");
        }
        if (port != null) {
            int chosen = port == 0 ? Ports.any() : port;
            configuration = configuration.with("http.port", Integer.toString(chosen), "option --port");
        }
        return configuration;
    }

    private static boolean opensDoors(String roles) {
        return Stream.of(roles.split(","))
                .map(role -> role.strip().toUpperCase(Locale.ROOT))
                .anyMatch(role -> role.equals(Role.ALL.name()) || role.equals(Role.EDGE.name()));
    }

    /** Migrates before any node starts, and makes the first superuser. */
    private static DevFolder.Operator prepare(Configuration complete, DevFolder folder) throws Exception {
        var operator = folder.operatorToMake();
        try (var node = Node.worker(complete, java.util.Set.of("accounts"))) {
            Dev.firstOperator(node, folder);
        }
        return operator;
    }

    private static Map<String, String> shared(Configuration complete) {
        var database = complete.section("database", DatabaseSettings.class);
        var redis = complete.section("redis", RedisSettings.class);
        var shared = new HashMap<String, String>();
        shared.put(
                "DATABASE_URL",
                "postgresql://%s:%s@%s:%d/%s"
                        .formatted(
                                database.user(),
                                database.password().reveal(),
                                database.host(),
                                database.port(),
                                database.name()));
        shared.put(
                "REDIS_URL",
                "redis://:%s@%s:%d/%d"
                        .formatted(redis.password().reveal(), redis.host(), redis.port(), redis.database()));
        var app = complete.section("app", io.vertebra.kernel.config.AppSettings.class);
        shared.put("VERTEBRA_APP_MASTER_SECRET", app.masterSecret().reveal());
        var cluster = complete.section("cluster", io.vertebra.kernel.config.ClusterSettings.class);
        shared.put("VERTEBRA_CLUSTER_SECRET", cluster.secret().reveal());
        shared.put("VERTEBRA_APP_PUBLIC_URL", "http://localhost:" + DevTable.port(complete));
        shared.put("VERTEBRA_APP_DRAIN_DELAY", "1s");
        shared.put("VERTEBRA_MAIL_MODE", "mailbox");
        return shared;
    }

    private static String table(int front, DevFolder folder, List<NodeProcess> nodes) {
        var lines = new ArrayList<String>();
        lines.add("");
        lines.add("  %-10s http://localhost:%d/".formatted("console", front));
        for (int i = 0; i < nodes.size(); i++) {
            var node = nodes.get(i);
            lines.add("  %-10s port %d, health http://127.0.0.1:%d/health, process %d"
                    .formatted("node-" + (i + 1), node.port(), node.managementPort(), node.pid()));
        }
        lines.add("  %-10s %s".formatted("logs", folder.path().resolve("nodes")));
        var operator = folder.operator();
        if (operator != null) {
            lines.add("  %-10s %s, password in %s"
                    .formatted("superuser", operator.email(), folder.path().resolve("operator.json")));
        }
        lines.add("");
        return String.join(System.lineSeparator(), lines);
    }
}
