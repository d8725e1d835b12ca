package io.vertebra.launcher.cluster;

import java.io.File;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What a node runs: this program on the same Java.
 *
 * @param options for java, beside a heap of a node's size
 * @param classPath where its classes are
 */
public record NodeProgram(List<String> options, String classPath) {
    private static final String ARCHIVE = "-XX:SharedArchiveFile=";
    /** Options of this JVM that are not for its children: its heap, its start, and to write an archive at its end. */
    private static final List<String> OURS = List.of("-Xm", "-Dvertebra.begun", "-XX:+AutoCreateSharedArchive");

    /** As this JVM runs it. */
    public static NodeProgram ours() {
        var options = ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(option -> OURS.stream().noneMatch(option::startsWith))
                .filter(NodeProgram::isThere)
                .toList();
        var real = System.getProperty("surefire.test.class.path");
        var classes = real == null ? System.getProperty("java.class.path") : real + File.pathSeparator;
        return new NodeProgram(options, classes);
    }

    /** Where the archive of this JVM's classes is still to be written, a node does without. */
    private static boolean isThere(String option) {
        return !option.startsWith(ARCHIVE) || Files.exists(Path.of(option.substring(ARCHIVE.length())));
    }

    /** The same with one more option. */
    public NodeProgram with(String option) {
        var all = new ArrayList<>(options);
        all.add(option);
        return new NodeProgram(all, classPath);
    }

    /** The command that runs a verb. */
    public List<String> command(List<String> arguments) {
        var command = new ArrayList<String>();
        command.add(ProcessHandle.current().info().command().orElse("java"));
        command.addAll(options);
        command.addAll(List.of("-Xmx320m", "-cp", classPath, "io.vertebra.launcher.Main"));
        command.addAll(arguments);
        return command;
    }
}
