package io.vertebra.launcher;

import io.vertebra.bus.Problem;
import io.vertebra.kernel.backup.BackupRefused;
import io.vertebra.kernel.config.Misconfigured;
import io.vertebra.kernel.db.MigrationRefused;
import io.vertebra.kernel.module.Subcommand;
import io.vertebra.kernel.module.Unresolved;
import io.vertebra.launcher.embedded.StartFailure;
import java.io.PrintWriter;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.ParseResult;

/** Where every process of the platform begins. */
public final class Main {
    private Main() {}

    /** Runs one verb; a serving verb returns when the node has stopped. */
    public static void main(String[] arguments) {
        Runtime.getRuntime().exit(commandLine().execute(arguments));
    }

    /** The command line with every verb: ours, and those that rooms bring along. */
    static CommandLine commandLine() {
        var line = new CommandLine(new Vertebra());
        ServiceLoader.load(Subcommand.class).forEach(line::addSubcommand);
        return line.setExecutionExceptionHandler(Main::explain)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setUsageHelpAutoWidth(true);
    }

    /** One clear sentence for what a person can mend; everything else is a bug and shows where. */
    private static int explain(Exception failure, CommandLine line, ParseResult parsed) {
        var err = line.getErr();
        switch (failure) {
            case CannotStart expected -> say(err, expected.getMessage());
            case StartFailure expected -> say(err, expected.getMessage());
            case Unresolved expected -> say(err, expected.getMessage());
            case BackupRefused expected -> say(err, expected.getMessage());
            case MigrationRefused expected -> say(err, expected.getMessage());
            case Misconfigured expected -> say(err, expected.getMessage());
            case Problem problem -> {
                say(err, problem.title() + ": " + problem.detail());
                problem.errors().forEach(error -> err.println("  " + error.pointer() + " " + error.detail()));
            }
            default -> {
                say(err, "This is a bug: " + failure);
                LoggerFactory.getLogger(Main.class).error("Unexpected", failure);
            }
        }
        err.flush();
        return CommandLine.ExitCode.SOFTWARE;
    }

    private static void say(PrintWriter err, @Nullable String sentence) {
        err.println("vertebra: " + sentence);
    }
}
