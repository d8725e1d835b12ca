package io.vertebra.bench;

import io.vertebra.bench.Wrk.Result;
import io.vertebra.kernel.module.Subcommand;
import io.vertebra.launcher.embedded.EmbeddedPostgres;
import io.vertebra.launcher.embedded.EmbeddedRedis;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.ServerSocket;
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
 * PostgreSQL (fsync on) and Redis, and prints rates, CPU per request and ratios; what concerns the live doors (W5, many
 * listeners; revoked rights; hostile clients) against Vertebra alone. Limits are raised by policy values, but not for
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

    private record Rival(String name, Server server, Wrk wrk) {}

    /** Until the compilers of both JVMs, which share the cores with all else, have little left to do. */
    private static final int WARM_UP_SECONDS = 20;

    private static final int CONNECTIONS = 64;
    private static final int LOGINS = 32;
    private static final int LISTENERS = 5_000;
    private static final int REVOCATIONS = 100;
    private static final int SIEGE_ROUNDS = 8;
    private static final String OPERATOR = "operator@example.com";
    private static final String MASTER_SECRET = "bench-master-secret-bench-master-secret";

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
    private PrintWriter out;

    /** For the command line. */
    public Bench() throws IOException {
        folder = Files.createDirectories(home().resolve("verticles/target/bench"));
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
            if (!Collections.disjoint(only, Load.COMPARED)) {
                compare(postgres, redis);
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
                    rival("baseline", baseline, "/ping", "/v1/login"),
                    rival("vertebra", vertebra, "/v1/buildinfo", "/v1/auth/login"),
                    seed);
        }
    }

    private void live(EmbeddedPostgres postgres, EmbeddedRedis redis) throws Exception {
        int tcp = freePort();
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
        int tcp = freePort();
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
        var environment = Map.of(
                "APP_ENV",
                "local",
                "DATABASE_URL",
                Databases.url(postgres, "bench_ledger"),
                "VERTEBRA_APP_MASTER_SECRET",
                MASTER_SECRET);
        Server.run("io.vertebra.launcher.Main", List.of("migrate", "up"), environment, folder.resolve("ledger.log"));
        new LedgerBench(postgres, "bench_ledger", scripts(), seconds, out).run(rounds);
    }

    private Server startBaseline(EmbeddedPostgres postgres, EmbeddedRedis redis) throws Exception {
        int port = freePort();
        var arguments = List.of(
                Integer.toString(port),
                Databases.url(postgres, "bench_baseline"),
                redis.url(1),
                lists("baseline").toString());
        return Server.start(
                Baseline.class.getName(), arguments, Map.of(), port, "/ping", folder.resolve("baseline.log"));
    }

    private Server startVertebra(EmbeddedPostgres postgres, String database, String redis, Map<String, String> more)
            throws Exception {
        int port = freePort();
        var environment = new HashMap<String, String>();
        environment.put("APP_ENV", "local");
        environment.put("DATABASE_URL", Databases.url(postgres, database));
        environment.put("REDIS_URL", redis);
        environment.put("PORT", Integer.toString(port));
        environment.put("VERTEBRA_APP_MASTER_SECRET", MASTER_SECRET);
        environment.put("VERTEBRA_CLUSTER_ENABLED", "false");
        environment.put("VERTEBRA_MAIL_MODE", "mailbox");
        environment.put("VERTEBRA_LOGGER_LEVEL", "warn");
        environment.put("VERTEBRA_PASSWORD", Baseline.PASSWORD);
        environment.putAll(more);
        var log = folder.resolve("vertebra.log");
        var main = "io.vertebra.launcher.Main";
        Server.run(main, List.of("migrate", "up"), environment, log);
        Server.run(main, List.of("create-superuser", "--email", OPERATOR, "--name", "Operator"), environment, log);
        return Server.start(main, List.of("run"), environment, port, "/ready", log);
    }

    private Rival rival(String name, Server server, String ping, String login) throws IOException {
        var environment = Map.of("BENCH_LISTS", lists(name).toString(), "BENCH_PING", ping, "BENCH_LOGIN", login);
        return new Rival(name, server, new Wrk(scripts(), server.port(), server.pid(), environment));
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

    private void compare(Rival baseline, Rival vertebra, Seed seed) throws Exception {
        for (Rival rival : List.of(baseline, vertebra)) {
            for (Load load : List.of(Load.W2, Load.W3)) {
                rival.wrk.run(load.script, CONNECTIONS, WARM_UP_SECONDS);
            }
        }
        out.printf("%-26s %-10s %10s %9s %8s %8s %7s%n", "", "", "req/s", "CPU µs", "p50 ms", "p99 ms", "failed");
        var summary = new ArrayList<String>();
        for (Load load : only) {
            if (!Load.COMPARED.contains(load)) {
                continue;
            }
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

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
