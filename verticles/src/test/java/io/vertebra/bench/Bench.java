package io.vertebra.bench;

import io.vertebra.bench.Wrk.Result;
import io.vertebra.kernel.module.Subcommand;
import io.vertebra.launcher.embedded.EmbeddedPostgres;
import io.vertebra.launcher.embedded.EmbeddedRedis;
import io.vertebra.testing.Servers;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * Runs the workloads W1 to W4 against Vertebra and against the bare baseline, turn by turn in one run on the same
 * PostgreSQL (fsync on) and Redis, and prints rates, CPU per request and ratios; W2 also with both in two clustered
 * processes each. What concerns the live doors (W5, many listeners; revoked rights; hostile clients), start-up and the
 * event log runs against Vertebra alone. Limits are raised by policy values, but not for
 * hostile clients; nothing else of Vertebra is switched off.
 */
@Command(
        name = "bench",
        description =
                "Compares Vertebra with a bare Vert.x server, by wrk, and its ledger with a bare script of pgbench.",
        mixinStandardHelpOptions = true)
public final class Bench implements Subcommand {
    private enum Load {
        W1("W1 GET, no sign-in", "ping.lua"),
        W2("W2 GET one resource", "get.lua"),
        W3("W3 POST one resource", "post.lua"),
        W3_KEYED("W3 with Idempotency-Key", "post-keyed.lua"),
        W4("W4 W2 beside 32 logins", "get.lua"),
        CLUSTERED("W2 over two nodes", "get.lua"),
        LOG("The event log, three readers", ""),
        START("Start-up and idle memory", ""),
        LEDGER("The ledger beside pgbench", ""),
        W5("W5 5,000 listeners", ""),
        REVOKED("Rights that are taken away", ""),
        HOSTILE("Hostile clients", "");

        /** Those that wrk makes, at Vertebra and at the baseline. */
        private static final Set<Load> COMPARED = EnumSet.range(W1, W4);

        private final String title;
        private final String script;

        Load(String title, String script) {
            this.title = title;
            this.script = script;
        }
    }

    private record Rival(String name, Wrk wrk) {}

    /** Until the compilers of both JVMs, which share the cores with all else, have little left to do. */
    private static final int WARM_UP_SECONDS = 20;

    private static final int CONNECTIONS = 64;
    private static final int LOGINS = 32;
    private static final int LISTENERS = 5_000;
    private static final int REVOCATIONS = 100;
    private static final int SIEGE_ROUNDS = 8;
    private static final String OPERATOR = "operator@example.com";

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "3",
            description = "Rounds of each load (${DEFAULT-VALUE}).")
    private int rounds = 3;

    @Option(
            names = "--seconds",
            paramLabel = "N",
            defaultValue = "8",
            description = "Seconds of a round (${DEFAULT-VALUE}).")
    private int seconds = 8;

    @Option(names = "--only", paramLabel = "LOAD", split = ",", description = "Some of ${COMPLETION-CANDIDATES}.")
    private List<Load> only = List.of(Load.values());

    @Spec
    private CommandSpec spec;

    private final Path folder;
    private final Nodes nodes;
    private PrintWriter out;

    /** For the command line. */
    public Bench() throws IOException {
        folder = Files.createDirectories(home().resolve("verticles/target/bench"));
        nodes = new Nodes(folder.resolve("vertebra.log"));
    }

    @Override
    public Integer call() throws Exception {
        out = spec.commandLine().getOut();
        run();
        return 0;
    }

    private void run() throws Exception {
        var options = EmbeddedPostgres.Options.in(Files.createTempDirectory(folder, "servers"))
                .with("max_connections", "200")
                .with("shared_buffers", "512MB");
        try (var postgres = EmbeddedPostgres.start(options);
                var redis = EmbeddedRedis.start(
                        Files.createTempDirectory(folder, "redis"), EmbeddedPostgres.userCache(), 0)) {
            new Databases(postgres).create("bench_baseline", "bench_vertebra", "bench_live", "bench_siege");
            if (only.contains(Load.LEDGER)) {
                ledger(postgres);
            }
            if (only.contains(Load.HOSTILE)) {
                siege(postgres, redis);
            }
            if (only.contains(Load.START)) {
                startUp(postgres, redis);
            }
            if (!Collections.disjoint(only, Load.COMPARED)) {
                compare(postgres, redis);
            }
            if (only.contains(Load.CLUSTERED)) {
                clustered(postgres, redis);
            }
            if (only.contains(Load.LOG)) {
                log(postgres);
            }
            if (only.contains(Load.W5) || only.contains(Load.REVOKED)) {
                live(postgres, redis);
            }
        }
    }

    private void compare(EmbeddedPostgres postgres, EmbeddedRedis redis) throws Exception {
        try (var baseline = startBaseline(postgres, redis);
                var vertebra = startVertebra(postgres, "bench_vertebra", redis.url(2), Map.of())) {
            var seed = new Seed(vertebra.port(), lists("vertebra"));
            seed.fill(OPERATOR, Baseline.PASSWORD, Baseline.PROJECTS);
            compare(
                    rival("baseline", List.of(baseline), "/ping", "/v1/login"),
                    rival("vertebra", List.of(vertebra), "/v1/buildinfo", "/v1/auth/login"),
                    seed,
                    only.stream().filter(Load.COMPARED::contains).toList());
        }
    }

    /** Doors in one process, domains in the other, and the baseline split in the same way. */
    private void clustered(EmbeddedPostgres postgres, EmbeddedRedis redis) throws Exception {
        new Databases(postgres).create("bench_baseline_two", "bench_vertebra_two");
        int[] ports = {Nodes.freePort(), Nodes.freePort(), Nodes.freePort(), Nodes.freePort()};
        var environment = Nodes.environment(postgres, "bench_vertebra_two", redis.url(6));
        nodes.prepare(environment, OPERATOR);
        var core = Nodes.clustered(environment, "core,worker", ports[0], ports[1]);
        var edge = Nodes.clustered(environment, "edge", ports[1], ports[0]);
        try (var door = startBaseline(postgres, redis, Baseline.Part.DOOR, ports[2], ports[3]);
                var store = startBaseline(postgres, redis, Baseline.Part.STORE, ports[3], ports[2]);
                var domains = nodes.start(core);
                var doors = nodes.start(edge)) {
            var seed = new Seed(doors.port(), lists("vertebra"));
            seed.fill(OPERATOR, Baseline.PASSWORD, Baseline.PROJECTS);
            compare(
                    rival("baseline", List.of(door, store), "/ping", "/v1/login"),
                    rival("vertebra", List.of(doors, domains), "/v1/buildinfo", "/v1/auth/login"),
                    seed,
                    List.of(Load.CLUSTERED));
        }
    }

    private void startUp(EmbeddedPostgres postgres, EmbeddedRedis redis) throws Exception {
        new Databases(postgres).create("bench_start");
        var environment = Nodes.environment(postgres, "bench_start", redis.url(5));
        nodes.prepare(environment, OPERATOR);
        new StartUp(home().resolve("vertebra"), environment, folder.resolve("start.log"), out).run(rounds);
    }

    private void log(EmbeddedPostgres postgres) throws Exception {
        new Databases(postgres).create("bench_log");
        var environment = new HashMap<>(Nodes.environment(postgres, "bench_log", ""));
        environment.put("VERTEBRA_APP_MASTER_SECRET", Servers.SECRET);
        Server.run(Nodes.MAIN, List.of("migrate", "up"), environment, folder.resolve("log.log"));
        new LogBench(new Servers.Database("bench_log", postgres.port(), postgres.password()), out).run(rounds, seconds);
    }

    private void live(EmbeddedPostgres postgres, EmbeddedRedis redis) throws Exception {
        int tcp = Nodes.freePort();
        try (var vertebra = startVertebra(postgres, "bench_live", redis.url(3), tcp(tcp))) {
            var seed = new Seed(vertebra.port(), lists("vertebra"));
            seed.fill(OPERATOR, Baseline.PASSWORD, 0);
            if (only.contains(Load.REVOKED)) {
                new Revocations(seed, tcp, out).run(REVOCATIONS);
            }
            if (only.contains(Load.W5)) {
                new Listeners(vertebra, out).run(LISTENERS, seed.org(), seed.token(), seed::event);
            }
        }
    }

    private void siege(EmbeddedPostgres postgres, EmbeddedRedis redis) throws Exception {
        int tcp = Nodes.freePort();
        var environment = new HashMap<>(tcp(tcp));
        environment.put("VERTEBRA_ACCOUNTS_ACCESS_TOKEN_LIFETIME", "60s");
        environment.put("JAVA_TOOL_OPTIONS", "-XX:NativeMemoryTracking=summary");
        try (var vertebra = startVertebra(postgres, "bench_siege", redis.url(4), environment)) {
            var seed = new Seed(vertebra.port(), lists("siege"));
            seed.fill(OPERATOR, Baseline.PASSWORD, 0);
            seed.limit(OPERATOR, Baseline.PASSWORD);
            new Siege(vertebra, new Attacks.Ports(vertebra.port(), tcp), seed, out).run(SIEGE_ROUNDS * seconds);
        }
    }

    private static Map<String, String> tcp(int port) {
        return Map.of(
                "VERTEBRA_LIVE_TCP_ENABLED", "true",
                "VERTEBRA_LIVE_TCP_HOST", "127.0.0.1",
                "VERTEBRA_LIVE_TCP_PORT", Integer.toString(port));
    }

    private void ledger(EmbeddedPostgres postgres) throws Exception {
        new Databases(postgres).create("bench_ledger");
        var environment = Nodes.environment(postgres, "bench_ledger", "");
        Server.run(Nodes.MAIN, List.of("migrate", "up"), environment, folder.resolve("ledger.log"));
        new LedgerBench(postgres, "bench_ledger", scripts(), seconds, out).run(rounds);
    }

    private Server startBaseline(EmbeddedPostgres postgres, EmbeddedRedis redis) throws Exception {
        return startBaseline(postgres, "bench_baseline", redis, List.of());
    }

    private Server startBaseline(EmbeddedPostgres postgres, EmbeddedRedis redis, Baseline.Part part, int own, int other)
            throws Exception {
        return startBaseline(
                postgres,
                "bench_baseline_two",
                redis,
                List.of(part.name(), Integer.toString(own), Integer.toString(other)));
    }

    private Server startBaseline(EmbeddedPostgres postgres, String database, EmbeddedRedis redis, List<String> more)
            throws Exception {
        int port = Nodes.freePort();
        var arguments = new ArrayList<>(List.of(
                Integer.toString(port),
                Databases.url(postgres, database),
                redis.url(1),
                lists("baseline").toString()));
        arguments.addAll(more);
        return Server.start(
                Baseline.class.getName(), arguments, Map.of(), port, "/ping", folder.resolve("baseline.log"));
    }

    private Server startVertebra(EmbeddedPostgres postgres, String database, String redis, Map<String, String> more)
            throws Exception {
        var environment = new HashMap<>(Nodes.environment(postgres, database, redis));
        environment.putAll(more);
        nodes.prepare(environment, OPERATOR);
        return nodes.start(environment);
    }

    private Rival rival(String name, List<Server> servers, String ping, String login) throws IOException {
        var environment = Map.of("BENCH_LISTS", lists(name).toString(), "BENCH_PING", ping, "BENCH_LOGIN", login);
        return new Rival(
                name,
                new Wrk(
                        scripts(),
                        servers.getFirst().port(),
                        servers.stream().map(Server::pid).toList(),
                        environment));
    }

    private static Path scripts() {
        return home().resolve("verticles/src/test/resources/bench");
    }

    /** The checkout; the script says where it is. */
    private static Path home() {
        return Path.of(java.util.Objects.requireNonNullElse(System.getenv("VERTEBRA_HOME"), ".."))
                .toAbsolutePath();
    }

    private Path lists(String name) throws IOException {
        return Files.createDirectories(folder.resolve(name));
    }

    private void compare(Rival baseline, Rival vertebra, Seed seed, List<Load> loads) throws Exception {
        for (Rival rival : List.of(baseline, vertebra)) {
            for (Load load : List.of(Load.W2, Load.W3)) {
                rival.wrk.run(load.script, CONNECTIONS, WARM_UP_SECONDS);
            }
        }
        out.printf("%-26s %-10s %10s %9s %8s %8s %7s%n", "", "", "req/s", "CPU µs", "p50 ms", "p99 ms", "failed");
        var summary = new ArrayList<String>();
        for (Load load : loads) {
            seed.refresh();
            var results = new HashMap<String, List<Result>>();
            for (int round = 0; round < rounds; round++) {
                for (Rival rival : List.of(baseline, vertebra)) {
                    results.computeIfAbsent(rival.name, n -> new ArrayList<>()).add(measure(rival, load));
                }
            }
            var base = median(results.get(baseline.name));
            var ours = median(results.get(vertebra.name));
            print(load, baseline.name, base);
            print(load, vertebra.name, ours);
            summary.add("%s: rate × %.2f, CPU × %.2f"
                    .formatted(load.title, ours.rate() / base.rate(), ours.cpuMicros() / base.cpuMicros()));
        }
        summary.forEach(line -> out.println("vertebra ÷ baseline  " + line));
        out.flush();
    }

    private Result measure(Rival rival, Load load) throws IOException, InterruptedException {
        if (load != Load.W4) {
            return rival.wrk.run(load.script, CONNECTIONS, seconds);
        }
        var logins = rival.wrk.start("login.lua", LOGINS, seconds + 1);
        var result = rival.wrk.run(load.script, CONNECTIONS, seconds);
        rival.wrk.result(logins, 0);
        return result;
    }

    private static Result median(List<Result> results) {
        var sorted = results.stream()
                .sorted(Comparator.comparingDouble(Result::rate))
                .toList();
        return sorted.get(sorted.size() / 2);
    }

    private void print(Load load, String name, Result r) {
        out.printf(
                Locale.ROOT,
                "%-26s %-10s %10.0f %9.1f %8.2f %8.2f %7d%n",
                load.title,
                name,
                r.rate(),
                r.cpuMicros(),
                r.p50Millis(),
                r.p99Millis(),
                r.failed());
        out.flush();
    }
}
