package io.vertebra.launcher;

import io.vertebra.kernel.config.Configuration;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code prove}. */
@Command(
        name = "prove",
        description = "Proves every audit chain and every book in the database: of orgs, people and the platform.",
        mixinStandardHelpOptions = true,
        footer = "%nExit code 0 when all fit together, 1 otherwise.")
final class Prove implements Callable<Integer> {
    @Option(
            names = "--data",
            paramLabel = "FOLDER",
            description =
                    "The folder of `dev` or `cluster` (default: .vertebra, unless another database is configured).")
    private @Nullable Path data;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        var configuration = Configuration.of(System.getenv(), Configuration.folder(System.getenv()));
        try (var database = Chosen.of(data, configuration)) {
            var proof = Proof.of(database.configuration());
            proof.lines().forEach(spec.commandLine().getOut()::println);
            return proof.intact() ? 0 : 1;
        }
    }
}
