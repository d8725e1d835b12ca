package io.vertebra.launcher;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertebra.bus.Contracts;
import io.vertebra.bus.Operation;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code call}. */
@Command(
        name = "call",
        description = "Asks any operation of a running platform and prints its answer as JSON.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Signs in with VERTEBRA_TOKEN (an access token), else with VERTEBRA_EMAIL and VERTEBRA_PASSWORD, else as",
            "the first superuser that `dev` keeps in --data. Exit code 0 for success, 1 for a problem.",
            "",
            "  vertebra call Orgs.CreateOrg --json '{\"name\": \"Acme\"}'"
        })
final class CallOperation implements Callable<Integer> {
    private static final ObjectMapper JSON = new ObjectMapper();

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "OPERATION",
            description = "The operation, for example Orgs.CreateOrg; without it all are listed.")
    private @Nullable String operation;

    @Option(
            names = {"--json", "-j"},
            paramLabel = "JSON",
            defaultValue = "{}",
            description = "All components of the operation's record, those of the path included; - reads them from the"
                    + " standard input.")
    private String json = "{}";

    @Option(
            names = "--url",
            paramLabel = "URL",
            defaultValue = "${env:VERTEBRA_URL:-http://localhost:8080}",
            description = "The platform's address (default: ${DEFAULT-VALUE}).")
    private URI url = URI.create("http://localhost:8080");

    @Option(
            names = "--data",
            paramLabel = "FOLDER",
            defaultValue = ".vertebra",
            description = "The folder of `dev`, for its superuser (default: ${DEFAULT-VALUE}).")
    private Path data = Path.of(".vertebra");

    @Option(names = "--idempotency-key", paramLabel = "KEY", description = "Makes a change safe to repeat.")
    private @Nullable String idempotencyKey;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        var contracts = Contracts.load();
        if (operation == null) {
            list(contracts);
            return 0;
        }
        var found = contracts.operation(operation);
        if (found == null || found.route() == null) {
            throw new CannotStart("There is no operation " + operation + " with a route; `vertebra call` lists all.");
        }
        var client = new RestClient(url);
        var token = found.rule().permission() == null && found.route().path().startsWith("/v1/auth/")
                ? null
                : new SignIn(client, System.getenv(), DevFolder.at(data)).token();
        var answer = client.ask(found.route(), request(), token, idempotencyKey);
        var out = answer.ok() ? spec.commandLine().getOut() : spec.commandLine().getErr();
        if (!answer.body().isEmpty()) {
            out.println(pretty(answer.body()));
        }
        return answer.ok() ? 0 : 1;
    }

    private void list(Contracts contracts) {
        for (Operation each : contracts.operations()) {
            if (each.route() != null) {
                var components =
                        each.components().stream().map(Object::toString).collect(Collectors.joining(", "));
                spec.commandLine().getOut().println("%-28s %s".formatted(each.name(), components));
            }
        }
    }

    private ObjectNode request() throws IOException {
        var text =
                json.equals("-") ? new String(System.in.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8) : json;
        try {
            if (JSON.readTree(text) instanceof ObjectNode object) {
                return object;
            }
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            throw new CannotStart("--json is no JSON: " + e.getOriginalMessage() + ".");
        }
        throw new CannotStart("--json must be an object: {\"name\": \"Acme\"}.");
    }

    private static String pretty(String body) {
        try {
            return JSON.readTree(body).toPrettyString();
        } catch (IOException e) {
            return body;
        }
    }
}
