package io.vertebra.launcher;

import io.vertebra.kernel.config.Configuration;
import io.vertebra.kernel.config.Settings;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code run}. */
@Command(
        name = "run",
        description =
                "Runs a node on real servers, as the configuration says; joins a cluster when cluster.enabled is on.",
        mixinStandardHelpOptions = true,
        footer = "%nStops in order on SIGTERM: not ready, no new work, what runs is finished.")
final class Run implements Callable<Integer> {
    @Option(names = "--port", paramLabel = "PORT", description = "The port of the REST door (http.port).")
    private @Nullable Integer port;

    @Option(
            names = "--verticles",
            split = ",",
            paramLabel = "NAME",
            description = "The domains and doors that this node carries: http,live,accounts,… (app.verticles).")
    private @Nullable Set<String> verticles;

    @Option(
            names = "--roles",
            split = ",",
            paramLabel = "ROLE",
            description = "What it does: edge, core, worker, cron, events or all (app.roles).")
    private @Nullable Set<String> roles;

    @Override
    public Integer call() throws Exception {
        var configuration = at(Configuration.of(System.getenv(), Configuration.folder(System.getenv())));
        if (port != null) {
            configuration = configuration.with("http.port", port.toString(), "option --port");
        }
        if (roles != null) {
            configuration = configuration.with("app.roles", String.join(",", roles), "option --roles");
        }
        configuration.check(Settings.platform());
        var carried = Node.verticles(configuration, verticles);
        Node.checkPorts(configuration, carried, "--port or PORT");
        var node = Node.start(configuration, carried);
        var uptime = ManagementFactory.getRuntimeMXBean().getUptime();
        LoggerFactory.getLogger(Run.class).info("Ready with {} after {} ms", String.join(", ", carried), uptime);
        node.serve();
        return 0;
    }

    /** Paths of the program's own files hold wherever it is started from. */
    static Configuration at(Configuration configuration) {
        var home = System.getenv("VERTEBRA_HOME");
        var built = home == null ? Path.of("webroot", "dist") : Path.of(home, "webroot", "dist");
        var untouched = configuration.settings().stream()
                .anyMatch(setting ->
                        setting.key().equals("http.webroot") && setting.value().equals("webroot/dist"));
        return untouched && Files.isDirectory(built)
                ? configuration.with("http.webroot", built.toString(), "the program's folder")
                : configuration;
    }
}
