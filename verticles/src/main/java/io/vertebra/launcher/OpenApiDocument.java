package io.vertebra.launcher;

import io.vertebra.bus.Verb;
import java.net.URI;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code openapi}. */
@Command(
        name = "openapi",
        description = "Prints the OpenAPI document of the platform.",
        mixinStandardHelpOptions = true)
final class OpenApiDocument implements Callable<Integer> {
    @Option(
            names = "--url",
            paramLabel = "URL",
            defaultValue = "${env:VERTEBRA_URL:-http://localhost:8080}",
            description = "The platform's address (default: ${DEFAULT-VALUE}).")
    private URI url = URI.create("http://localhost:8080");

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        var answer = new RestClient(url).send(Verb.GET, "/openapi.json", null, null, null);
        if (!answer.ok()) {
            throw new CannotStart("The platform at " + url + " answered " + answer.status() + " for /openapi.json.");
        }
        spec.commandLine().getOut().println(answer.body());
        return 0;
    }
}
