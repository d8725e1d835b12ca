package io.vertebra.reference;

import io.vertebra.bus.Contracts;
import io.vertebra.kernel.module.Subcommand;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code openapi}. */
@Command(
        name = "openapi",
        description = "Prints the OpenAPI document, as the platform serves it at /openapi.json.",
        mixinStandardHelpOptions = true)
public final class OpenApiDocument implements Subcommand {
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Override
    public Integer call() {
        var contracts = Contracts.load();
        var document = new OpenApi(contracts, new ProblemCatalogue(contracts)).json();
        spec.commandLine().getOut().print(new String(document, StandardCharsets.UTF_8));
        spec.commandLine().getOut().flush();
        return 0;
    }
}
