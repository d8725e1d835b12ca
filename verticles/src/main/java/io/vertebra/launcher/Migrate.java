package io.vertebra.launcher;

import io.vertebra.kernel.config.Configuration;
import io.vertebra.kernel.db.SqlFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Clock;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code migrate}. */
@Command(
        name = "migrate",
        description = "Brings the configured database to what this program needs.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "(up | create NAME)")
final class Migrate {
    private static final Pattern NAME = Pattern.compile("([a-z]+)_[a-z0-9_]+");
    private static final DateTimeFormatter STAMP = DateTimeFormatter.ofPattern("yyyyMMddHHmmss");

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Command(
            name = "up",
            description = "Makes schemas and roles and runs each migration that has not run yet, under a lock. Safe to"
                    + " repeat, and while nodes run.",
            mixinStandardHelpOptions = true)
    int up() throws Exception {
        var configuration = Configuration.of(System.getenv(), Configuration.folder(System.getenv()));
        int count = Database.of(configuration).migrate();
        spec.commandLine().getOut().println(count == 0 ? "Nothing to do." : "Migrations run: " + count + ".");
        return 0;
    }

    @Command(
            name = "create",
            description = "Makes an empty migration file with the present time stamp.",
            mixinStandardHelpOptions = true)
    int create(
            @Parameters(
                            paramLabel = "NAME",
                            description = "Domain and description: orgs_add_colour. A new domain gets its folder.")
                    String name)
            throws IOException {
        var parts = NAME.matcher(name);
        if (!parts.matches()) {
            throw new CannotStart("A migration is named by domain and description in lower case: orgs_add_colour.");
        }
        var folder = SqlFolder.find(null).path().resolve(parts.group(1));
        Files.createDirectories(folder);
        var stamp = STAMP.format(Clock.systemUTC().instant().atOffset(ZoneOffset.UTC));
        var file = folder.resolve(stamp + "_" + name + ".sql");
        Files.writeString(file, "-- Expand now, contract one release later: nodes of the last release still run.\n");
        spec.commandLine().getOut().println(file);
        return 0;
    }
}
