package io.vertebra.launcher;

import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The command without a verb: shows what there is. */
@Command(
        name = "vertebra",
        description = "The backbone that every product company builds again, as one reactive platform.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        synopsisSubcommandLabel = "VERB",
        commandListHeading = "%nVerbs:%n",
        footer = "%n`vertebra VERB --help` explains a verb; docs/configuration.md explains every setting.",
        subcommands = {
            Dev.class,
            Run.class,
            RunCluster.class,
            Migrate.class,
            NewDomain.class,
            CreateSuperuser.class,
            Doctor.class,
            CallOperation.class,
            WatchOrg.class,
            AuditVerify.class,
            TakeBackup.class,
            Restore.class,
            Prove.class,
            Version.class
        })
final class Vertebra implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Override
    public Integer call() {
        spec.commandLine().usage(spec.commandLine().getOut());
        return CommandLine.ExitCode.USAGE;
    }
}
