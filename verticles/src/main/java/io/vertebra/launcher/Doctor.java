package io.vertebra.launcher;

import io.vertebra.kernel.config.Configuration;
import io.vertebra.kernel.config.HttpSettings;
import io.vertebra.kernel.config.Misconfigured;
import io.vertebra.kernel.config.Settings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code doctor}. */
@Command(
        name = "doctor",
        description = "Checks configuration, database, Redis, clock and ports, and says what to mend.",
        mixinStandardHelpOptions = true,
        footer = "%nExit code 0 when all is well, 1 otherwise.")
final class Doctor implements Callable<Integer> {
    @Option(names = "--settings", description = "Shows every setting and what set it; secrets stay hidden.")
    private boolean settings;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Override
    public Integer call() {
        var configuration = Run.at(Configuration.of(System.getenv(), Configuration.folder(System.getenv())));
        if (settings) {
            configuration.settings().forEach(this::show);
            return 0;
        }
        var findings = new ArrayList<Finding>();
        findings.add(Finding.well("Java", Runtime.version().toString()));
        var wrong = configuration.mistakes(Settings.platform());
        wrong.forEach(mistake -> findings.add(Finding.ill("Configuration", mistake.toString())));
        if (wrong.isEmpty()) {
            findings.add(Finding.well(
                    "Configuration",
                    "environment " + configuration.environment().label()));
        }
        findings.addAll(servers(configuration));
        findings.forEach(this::show);
        long ill = findings.stream().filter(finding -> !finding.well()).count();
        say(ill == 0 ? "All is well." : "To mend: " + ill + ".");
        return ill == 0 ? 0 : 1;
    }

    private static List<Finding> servers(Configuration configuration) {
        var findings = new ArrayList<Finding>();
        try {
            findings.addAll(new DatabaseCheck(configuration).findings());
            findings.add(new RedisCheck(configuration).finding());
            var http = configuration.section("http", HttpSettings.class);
            findings.add(port("http.port", http.host(), http.port()));
            if (http.managementPort() != 0) {
                findings.add(port("http.management-port", http.managementHost(), http.managementPort()));
            }
            findings.add(console(http));
        } catch (Misconfigured e) {
            findings.add(Finding.ill("Servers", "not looked at until the configuration is mended"));
        }
        return findings;
    }

    private static Finding port(String key, String host, int port) {
        return port == 0 || Ports.free(host, port)
                ? Finding.well("Port " + port, key + " is free")
                : Finding.ill("Port " + port, key + " is taken by a running program: stop it or set another");
    }

    private static Finding console(HttpSettings http) {
        if (http.webroot().isEmpty()) {
            return Finding.well("Console", "not served");
        }
        return Files.exists(Path.of(http.webroot(), "index.html"))
                ? Finding.well("Console", http.webroot())
                : Finding.ill("Console", "is not built: run `./vertebra dev` once, or set http.webroot to nothing");
    }

    private void show(Finding finding) {
        say("%s %-14s %s".formatted(finding.well() ? "ok  " : "MEND", finding.what(), finding.detail()));
    }

    private void show(Configuration.Setting setting) {
        say("%-30s %-44s %s".formatted(setting.key(), setting.value(), setting.where()));
    }

    private void say(String line) {
        spec.commandLine().getOut().println(line);
    }
}
