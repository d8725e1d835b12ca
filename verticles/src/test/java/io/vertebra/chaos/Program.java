package io.vertebra.chaos;

import io.vertebra.launcher.cluster.NodeProgram;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Verbs of the program in a process of their own. */
final class Program {
    private Program() {}

    /** Runs a verb to its end. */
    static void run(NodeProgram program, List<String> arguments, Map<String, String> environment, Path log)
            throws IOException, InterruptedException {
        var builder = new ProcessBuilder(program.command(arguments)).redirectErrorStream(true);
        builder.environment().putAll(environment);
        var process = builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
        if (process.waitFor() != 0) {
            throw new IOException(arguments.getFirst() + " failed, see " + log);
        }
    }
}
