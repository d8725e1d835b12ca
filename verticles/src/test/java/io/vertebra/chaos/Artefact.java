package io.vertebra.chaos;

import io.vertebra.launcher.cluster.LocalNodes;
import io.vertebra.launcher.cluster.NodeProgram;
import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.spi.ToolProvider;

/**
 * The program of the nodes as it is shipped: jars without tests, and beside them what a start loads, kept from a first
 * one. From folders, and without what was kept, a start costs twice the CPU, which the load of an experiment needs too.
 */
final class Artefact {
    private static final int ONE_STEP_CACHE = 25;

    private final Path folder;
    private final Path cache;
    private NodeProgram program;

    /** Packs what this JVM runs. */
    Artefact(Path folder) throws IOException {
        this.folder = Files.createDirectories(folder);
        this.cache = folder.resolve("classes.cache");
        var ours = NodeProgram.ours();
        program = new NodeProgram(ours.options(), jars(ours.classPath()));
    }

    private String jars(String classPath) throws IOException {
        var all = new ArrayList<String>();
        for (var part : classPath.split(File.pathSeparator)) {
            var path = Path.of(part);
            if (!Files.isDirectory(path)) {
                all.add(part);
            } else if (!path.endsWith("test-classes")) {
                all.add(jar(path, folder.resolve("part-" + all.size() + ".jar")));
            }
        }
        return String.join(File.pathSeparator, all);
    }

    private static String jar(Path classes, Path jar) throws IOException {
        var tool = ToolProvider.findFirst("jar").orElseThrow(() -> new IOException("A JDK is needed, not a JRE"));
        var said = new StringWriter();
        var out = new PrintWriter(said);
        if (tool.run(out, out, "-c", "-0", "-f", jar.toString(), "-C", classes.toString(), ".") != 0) {
            throw new IOException("The classes of " + classes + " could not be packed: " + said);
        }
        return jar.toString();
    }

    /** What nodes run. */
    NodeProgram program() {
        return program;
    }

    /** Migrates the database that this configures; the first time by a node whose classes are kept. */
    void migrate(Map<String, String> environment) throws Exception {
        if (Files.exists(cache)) {
            Program.run(program, List.of("migrate", "up"), environment, folder.resolve("migrate.log"));
            return;
        }
        boolean oneStep = Runtime.version().feature() >= ONE_STEP_CACHE;
        var once = new HashMap<>(environment);
        once.put("VERTEBRA_DATABASE_MIGRATE", "true");
        var training = program.with((oneStep ? "-XX:AOTCacheOutput=" : "-XX:ArchiveClassesAtExit=") + cache);
        try (var first = new LocalNodes(folder, once, Collections.nCopies(1, "127.0.0.1"), training)) {
            first.add(Map.of());
            first.start();
        }
        if (Files.exists(cache)) {
            program = program.with((oneStep ? "-XX:AOTCache=" : "-XX:SharedArchiveFile=") + cache);
        }
    }
}
