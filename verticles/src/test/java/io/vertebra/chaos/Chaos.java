package io.vertebra.chaos;

import io.vertebra.kernel.module.Subcommand;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code chaos}. */
@Command(
        name = "chaos",
        description = "Breaks things under load, on real processes of its own, and says whether the promises hold.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "One line of JSON each. A line with \"control\" breaks a promise on purpose: it must come out red, or the",
            "experiment shows nothing. Exit code 0 when every line is as expected."
        })
public final class Chaos implements Subcommand {
    private static final Logger LOG = LoggerFactory.getLogger(Chaos.class);
    private static final int BRIEF = 3;

    @Option(names = "--only", split = ",", paramLabel = "P", description = "Promises (P1,P10) or experiments, by name.")
    private Set<String> only = Set.of();

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "9",
            description = "How often each fault happens (default: ${DEFAULT-VALUE}).")
    private int rounds = 9;

    @Option(names = "--short", description = "Three rounds and no special machines, for every build.")
    private boolean brief;

    @Option(names = "--no-controls", description = "Leaves the negative controls out.")
    private boolean withoutControls;

    @Option(names = "--list", description = "Lists the experiments.")
    private boolean list;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        var out = spec.commandLine().getOut();
        var chosen = Experiment.all().stream().filter(this::chosen).toList();
        if (list) {
            chosen.forEach(one -> out.printf(
                    "%-18s %-24s %s%n",
                    one.name(), String.join(" ", one.promises()), String.join(" ", one.controls())));
            return 0;
        }
        var folder = Files.createDirectories(home().resolve("verticles/target/chaos"));
        var artefact = new Artefact(Files.createTempDirectory(folder, "program"));
        boolean well = true;
        var shared = chosen.stream().filter(one -> one.place() == null).toList();
        if (!shared.isEmpty()) {
            try (var stage = Stage.of(Files.createTempDirectory(folder, "stage"), artefact)) {
                for (var experiment : shared) {
                    well &= withControls(experiment, stage, out);
                }
            }
        }
        for (var experiment : chosen) {
            if (experiment.place() != null) {
                well &= elsewhere(experiment, experiment.place(), folder, artefact, out);
            }
        }
        return well ? 0 : 1;
    }

    /** An experiment that needs a machine prepared for it. */
    private boolean elsewhere(Experiment experiment, Place place, Path folder, Artefact artefact, PrintWriter out)
            throws Exception {
        var missing = place.missing();
        if (missing != null) {
            out.println(Outcome.skipped(experiment.name(), experiment.promises(), missing)
                    .json());
            return true;
        }
        try (var stage = place.open(Files.createTempDirectory(folder, "stage"), artefact)) {
            return withControls(experiment, stage, out);
        } finally {
            place.close();
        }
    }

    private boolean withControls(Experiment experiment, Stage stage, PrintWriter out) {
        boolean well = run(experiment, null, stage, out);
        for (var control : withoutControls ? List.<String>of() : experiment.controls()) {
            well &= run(experiment, control, stage, out);
        }
        return well;
    }

    private boolean chosen(Experiment one) {
        var names = new ArrayList<>(one.promises());
        names.add(one.name());
        return only.isEmpty() && !(brief && one.place() != null)
                || Stream.of(names).flatMap(List::stream).anyMatch(only::contains);
    }

    private boolean run(Experiment experiment, @Nullable String control, Stage stage, PrintWriter out) {
        var outcome = new Outcome(experiment.name(), experiment.promises(), control);
        long begun = System.nanoTime();
        int times = control != null ? 1 : brief ? BRIEF : rounds;
        try {
            stage.awaitReady();
            experiment.run().on(new Trial(stage, times, control, outcome));
        } catch (Exception e) {
            outcome.violation("error", 1);
            outcome.put("reason", String.valueOf(e));
            LOG.error("{} could not be done", experiment.name(), e);
        }
        outcome.put("seconds", (System.nanoTime() - begun) / 1_000_000_000);
        out.println(outcome.json());
        out.flush();
        return outcome.asExpected();
    }

    /** The checkout; the script says where it is. */
    private static Path home() {
        return Path.of(Objects.requireNonNullElse(System.getenv("VERTEBRA_HOME"), ".."))
                .toAbsolutePath();
    }
}
