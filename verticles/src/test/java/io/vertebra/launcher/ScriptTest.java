package io.vertebra.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs the real script. It builds nothing: the class path of the tests is handed to it. */
class ScriptTest {
    private static final Path SCRIPT =
            Path.of("..", "vertebra").toAbsolutePath().normalize();
    private static final List<String> TOOLS = List.of(
            "bash",
            "basename",
            "cat",
            "date",
            "dirname",
            "find",
            "git",
            "grep",
            "head",
            "mkdir",
            "mv",
            "readlink",
            "sed",
            "tail",
            "touch");
    private static final int PATIENCE_SECONDS = 120;

    @TempDir
    private Path folder;

    private record Outcome(int code, String out, String err) {}

    private Outcome run(Path script, Map<String, String> env, String... arguments) throws Exception {
        var command = new java.util.ArrayList<>(List.of("bash", script.toString()));
        command.addAll(List.of(arguments));
        var out = folder.resolve("out");
        var err = folder.resolve("err");
        var builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("VERTEBRA_") || name.equals("APP_ENV"));
        builder.environment().putAll(env);
        var process = builder.start();
        assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
        return new Outcome(process.exitValue(), Files.readString(out), Files.readString(err));
    }

    private Outcome vertebra(Map<String, String> env, String... arguments) throws Exception {
        var all = new TreeMap<>(env);
        all.put("VERTEBRA_CLASSPATH", System.getProperty("java.class.path"));
        all.put("JAVA_HOME", System.getProperty("java.home"));
        return run(SCRIPT, all, arguments);
    }

    /** A PATH with the plain tools alone: no Java, no Maven, no Node. */
    private String bareTools() throws IOException {
        var tools = Files.createDirectories(folder.resolve("tools"));
        for (var tool : TOOLS) {
            for (var place : List.of("/bin", "/usr/bin")) {
                if (Files.exists(Path.of(place, tool))) {
                    var call = Files.writeString(
                            tools.resolve(tool), "#!/bin/bash\nexec " + place + "/" + tool + " \"$@\"\n");
                    assertThat(call.toFile().setExecutable(true)).isTrue();
                }
            }
        }
        return tools.toString();
    }

    @Test
    void help_lists_every_verb() throws Exception {
        var shown = vertebra(Map.of(), "--help");
        assertThat(shown.code()).isZero();
        assertThat(shown.out())
                .contains("dev ", "run ", "cluster ", "migrate ", "create-superuser ", "doctor ", "openapi ", "call ")
                .contains("audit-verify ", "version ");
    }

    @Test
    void a_taken_port_is_one_clear_sentence() throws Exception {
        try (var taken = new ServerSocket(0, 1, InetAddress.getByName("0.0.0.0"))) {
            var port = Integer.toString(taken.getLocalPort());
            var refused = vertebra(Map.of(), "dev", "--port", port);
            assertThat(refused.code()).isEqualTo(1);
            assertThat(refused.err().lines())
                    .containsExactly("vertebra: Port " + port
                            + " is taken by another program; stop it or choose another port with --port.");
        }
    }

    @Test
    void an_unwritable_folder_is_one_clear_sentence() throws Exception {
        var file = Files.createFile(folder.resolve("file"));
        var refused = vertebra(
                Map.of(), "dev", "--port", "0", "--data", file.resolve("data").toString());
        assertThat(refused.code()).isEqualTo(1);
        assertThat(refused.err().lines())
                .containsExactly("vertebra: The folder " + file.resolve("data")
                        + " cannot be written to; mend its rights or choose another with --data.");
    }

    @Test
    void every_mistake_of_the_configuration_is_named() throws Exception {
        var env = Map.of("VERTEBRA_HTTP_PROT", "1", "VERTEBRA_LOGGER_LEVEL", "loud", "APP_ENV", "local");
        var refused = vertebra(env, "run");
        assertThat(refused.code()).isEqualTo(1);
        assertThat(refused.err())
                .contains("2 mistakes in the configuration", "VERTEBRA_HTTP_PROT is no known variable")
                .contains("logger.level must be one of");
    }

    @Test
    void a_missing_jdk_is_one_clear_sentence() throws Exception {
        var refused =
                run(SCRIPT, Map.of("PATH", bareTools(), "JAVA_HOME", "", "VERTEBRA_JVM_FOLDERS", "/nowhere"), "dev");
        assertThat(refused.code()).isEqualTo(1);
        assertThat(refused.err().lines())
                .containsExactly("vertebra: No JDK 21 or newer was found: install one, or let JAVA_HOME name it.");
    }

    @Test
    void an_old_jdk_is_passed_over_for_the_newest_installed() throws Exception {
        for (var version : List.of("17", "21", "24")) {
            var jdk = Files.createDirectories(folder.resolve("jvms/jdk-" + version + "/bin"));
            Files.writeString(jdk.resolveSibling("release"), "JAVA_VERSION=\"" + version + ".0.1\"\n");
            var java = Files.writeString(jdk.resolve("java"), "#!/bin/bash\necho \"java " + version + "\"\n");
            assertThat(java.toFile().setExecutable(true)).isTrue();
        }
        var env = new TreeMap<>(Map.of("PATH", bareTools(), "VERTEBRA_CLASSPATH", "x"));
        env.put("VERTEBRA_JVM_FOLDERS", folder.resolve("jvms").toString());
        env.put("JAVA_HOME", folder.resolve("jvms/jdk-17").toString());
        assertThat(run(SCRIPT, env, "version").out()).isEqualTo("java 24\n");
        env.put("JAVA_HOME", folder.resolve("jvms/jdk-21").toString());
        assertThat(run(SCRIPT, env, "version").out()).isEqualTo("java 21\n");
    }

    @Test
    void a_missing_maven_is_one_clear_sentence() throws Exception {
        var clone = Files.createDirectories(folder.resolve("clone/verticles/src/main"))
                .resolve("../../..")
                .normalize();
        Files.createDirectories(clone.resolve("bus-codecs/src/main"));
        Files.writeString(clone.resolve("pom.xml"), "<project/>");
        Files.copy(SCRIPT, clone.resolve("vertebra"));
        var env = Map.of("PATH", bareTools(), "JAVA_HOME", System.getProperty("java.home"));
        var refused = run(clone.resolve("vertebra"), env, "dev");
        assertThat(refused.code()).isEqualTo(1);
        assertThat(refused.err().lines())
                .containsExactly("vertebra: Maven is needed to build and was not found: install Maven 3.8 or newer.");
    }
}
