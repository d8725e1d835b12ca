package io.vertebra.launcher;

import io.vertebra.kernel.telemetry.Build;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code version}. */
@Command(name = "version", description = "Says what was built and what runs it.", mixinStandardHelpOptions = true)
final class Version implements Callable<Integer>, IVersionProvider {
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Override
    public Integer call() {
        for (var line : getVersion()) {
            spec.commandLine().getOut().println(line);
        }
        return 0;
    }

    @Override
    public String[] getVersion() {
        var build = Build.current();
        return new String[] {"Vertebra " + build.version() + " (commit " + build.commit() + ")", "Java " + build.java()
        };
    }
}
