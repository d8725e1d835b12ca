package io.vertebra.launcher;

import io.vertebra.bus.Problem;
import io.vertebra.kernel.config.Configuration;
import io.vertebra.kernel.config.Environment;
import io.vertebra.kernel.config.Settings;
import io.vertebra.launcher.DevFolder.Operator;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code dev}. */
@Command(
        name = "dev",
        description = "Runs the whole platform in one process with its own PostgreSQL and Redis, for development.",
        mixinStandardHelpOptions = true,
        footer = "%nThe data stays in --data from one start to the next; remove the folder to begin anew.")
final class Dev implements Callable<Integer> {
    private static final int HTTP_CONFLICT = 409;

    private static final String TCP_PORT = "VERTEBRA_LIVE_TCP_PORT";

    @Option(
            names = "--port",
            paramLabel = "PORT",
            description = "The port of console and API (default: PORT, or 8080); 0 takes a free one.")
    private @Nullable Integer port;

    @Option(
            names = "--data",
            paramLabel = "FOLDER",
            defaultValue = ".vertebra",
            description = "Where the data of the servers is kept (default: ${DEFAULT-VALUE}).")
    private Path data = Path.of(".vertebra");

    @Option(names = "--watch", description = "Builds and restarts when a source changes (done by the script).")
    private boolean watch;

    @Option(
            names = "--verticles",
            split = ",",
            paramLabel = "NAME",
            description = "The domains and doors to run: http,live,accounts,… (default: all).")
    private @Nullable Set<String> verticles;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        var progress = new Progress(spec.commandLine().getOut());
        var configuration = configuration();
        var carried = Node.verticles(configuration, verticles);
        Node.checkPorts(configuration, carried, "--port");
        var folder = DevFolder.open(data);
        var servers =
                progress.step("Starting PostgreSQL and Redis", () -> DevServers.start(folder.path(), configuration));
        Node node;
        try {
            var complete = servers.in(secrets(configuration, folder));
            complete.check(Settings.platform());
            var quiet = complete.with("logger.level", "warn", "dev, while it starts");
            node = progress.step("Migrating and starting the domains", () -> Node.start(quiet, carried));
        } catch (Exception e) {
            servers.close();
            throw e;
        }
        Node.log(configuration);
        var operator = carried.contains("all") || carried.contains("accounts") ? firstOperator(node, folder) : null;
        progress.say(new DevTable(configuration, folder, operator).text());
        node.serve(servers);
        return 0;
    }

    private Configuration configuration() {
        var configuration = Run.at(Configuration.of(System.getenv(), Configuration.folder(System.getenv())));
        if (configuration.environment() != Environment.LOCAL) {
            throw new CannotStart("dev is for a developer's machine, but APP_ENV says "
                    + configuration.environment().label() + ": use run.");
        }
        if (port != null) {
            int chosen = port == 0 ? Ports.any() : port;
            configuration = configuration.with("http.port", Integer.toString(chosen), "option --port");
        }
        int console = DevTable.port(configuration);
        var address = "http://localhost:" + console;
        if (!System.getenv().containsKey(TCP_PORT)) {
            int next = Ports.free("127.0.0.1", console + 1) ? console + 1 : Ports.any();
            configuration = configuration.with("live.tcp.port", Integer.toString(next), "dev");
        }
        return configuration
                .with("live.tcp.enabled", "true", "dev")
                .with("app.public-url", address, "dev")
                .with("cluster.enabled", "false", "dev")
                .with("mail.mode", "mailbox", "dev")
                .with("database.migrate", "true", "dev");
    }

    static Configuration secrets(Configuration configuration, DevFolder folder) {
        return configuration
                .with("app.master-secret", folder.secret("master"), "data folder")
                .with("cluster.secret", folder.secret("cluster"), "data folder")
                .with("audit.checkpoint-file", folder.checkpoints("audit").toString(), "data folder")
                .with("ledger.checkpoint-file", folder.checkpoints("ledger").toString(), "data folder");
    }

    /** Makes the first superuser once; the password is shown at the start that made the account. */
    static @Nullable Operator firstOperator(Node node, DevFolder folder) throws Exception {
        var operator = folder.operatorToMake();
        if (operator.made()) {
            return null;
        }
        try {
            node.ask(
                    "Accounts.CreateSuperuser",
                    Map.of("email", operator.email(), "password", operator.password(), "name", "Operator"));
        } catch (Problem problem) {
            if (problem.status() != HTTP_CONFLICT) {
                throw problem;
            }
        }
        return folder.made(operator);
    }
}
