package io.vertebra.launcher;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.vertebra.bus.Contracts;
import io.vertebra.kernel.audit.AuditVerifier;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code audit-verify}. */
@Command(
        name = "audit-verify",
        description = "Finds a changed, removed or cut-off audit record: offline in exports and checkpoint files, or"
                + " online in the database of a running platform.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Offline needs no server: vertebra audit-verify export.ndjson audit-checkpoints.ndjson",
            "Online asks the platform as `call` does: vertebra audit-verify --org ORG",
            "Exit code 0 when the chain is intact, 1 otherwise."
        })
final class AuditVerify implements Callable<Integer> {
    private static final ObjectMapper JSON = new ObjectMapper();

    @Parameters(arity = "0..*", paramLabel = "FILE", description = "Exports and checkpoint files, in any order.")
    private List<Path> files = List.of();

    @Option(names = "--org", paramLabel = "ORG", description = "The org whose chain is verified online.")
    private @Nullable UUID org;

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

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        if (org != null) {
            return online(org);
        }
        if (files.isEmpty()) {
            throw new CannotStart("Name the export and checkpoint files to verify, or an org with --org.");
        }
        for (var file : files) {
            if (!Files.isReadable(file)) {
                throw new CannotStart("The file " + file + " cannot be read.");
            }
        }
        var report = AuditVerifier.verify(files);
        report.lines().forEach(this::say);
        return report.intact() ? 0 : 1;
    }

    private int online(UUID chain) throws IOException, InterruptedException {
        var operation = Contracts.load().operation("Audit.VerifyChain");
        if (operation == null || operation.route() == null) {
            throw new CannotStart("This build has no audit domain.");
        }
        var client = new RestClient(url);
        var token = new SignIn(client, System.getenv(), DevFolder.at(data)).token();
        var request = JSON.createObjectNode().put("orgId", chain.toString());
        var answer = client.ask(operation.route(), request, token, null);
        var found = JSON.readTree(answer.body());
        if (!answer.ok()) {
            throw new CannotStart("The platform answered " + answer.status() + ": "
                    + found.path("detail").asText("no reason given"));
        }
        boolean intact = found.path("intact").asBoolean();
        say("chain " + chain + ": " + found.path("records").asText() + " records");
        if (!intact) {
            say("record " + found.path("firstBad").asText("?") + ": "
                    + found.path("finding").asText("does not fit"));
        }
        say(intact ? "intact" : "NOT INTACT");
        return intact ? 0 : 1;
    }

    private void say(String line) {
        spec.commandLine().getOut().println(line);
    }
}
