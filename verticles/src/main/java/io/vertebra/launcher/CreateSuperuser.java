package io.vertebra.launcher;

import io.vertebra.kernel.config.Configuration;
import java.io.Console;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code create-superuser}. */
@Command(
        name = "create-superuser",
        description = "Makes a person who may operate the platform, in the configured database.",
        mixinStandardHelpOptions = true)
final class CreateSuperuser implements Callable<Integer> {
    @Option(names = "--email", required = true, paramLabel = "ADDRESS", description = "The person's e-mail address.")
    private String email = "";

    @Option(
            names = "--name",
            paramLabel = "NAME",
            defaultValue = "Operator",
            description = "The person's name (default: ${DEFAULT-VALUE}).")
    private String name = "Operator";

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        var password = password();
        var configuration = Configuration.of(System.getenv(), Configuration.folder(System.getenv()));
        try (var node = Node.worker(configuration, java.util.Set.of("accounts"))) {
            node.ask("Accounts.CreateSuperuser", Map.of("email", email, "password", password, "name", name));
        }
        spec.commandLine().getOut().println("Made the superuser " + email + ".");
        return 0;
    }

    /** Asked for without an echo; from a script by VERTEBRA_PASSWORD, never by an argument that others can see. */
    private static String password() {
        var given = System.getenv("VERTEBRA_PASSWORD");
        if (given != null) {
            return given;
        }
        @Nullable Console console = System.console();
        var typed = console == null ? null : console.readPassword("Password: ");
        if (typed == null) {
            throw new CannotStart("There is no terminal to type a password at: set VERTEBRA_PASSWORD.");
        }
        return new String(typed);
    }
}
