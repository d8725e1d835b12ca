package io.vertebra.launcher.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process file outlives its process, and the id in it may be anybody's by then. */
class LeftoverTest {
    @TempDir
    private Path folder;

    private Path data;
    private Path processFile;
    private final List<Process> started = new ArrayList<>();

    @BeforeEach
    void prepare() throws IOException {
        data = Files.createDirectories(folder.resolve("data"));
        processFile = folder.resolve("postmaster.pid");
    }

    @AfterEach
    void stop() {
        started.forEach(Process::destroyForcibly);
    }

    /** A process of a program with this name, which waits for as long as nobody stops it. */
    private Process process(String program, Path argument) throws IOException {
        var bash = Path.of("/bin/bash").toRealPath();
        var copy = Files.copy(bash, folder.resolve(program));
        assertThat(copy.toFile().setExecutable(true)).isTrue();
        var process = new ProcessBuilder(copy.toString(), "-c", "echo up; read line", argument.toString()).start();
        started.add(process);
        assertThat(process.inputReader().readLine()).isEqualTo("up");
        Files.writeString(processFile, process.pid() + "\n" + data + "\n");
        return process;
    }

    @Test
    void a_server_of_this_folder_is_stopped() throws Exception {
        var server = process("postgres", data);
        Processes.stopLeftover(processFile, "postgres", data);
        assertThat(server.waitFor(30, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void a_server_of_another_folder_is_let_be() throws Exception {
        var stranger = process("postgres", folder.resolve("data-of-somebody-else"));
        Processes.stopLeftover(processFile, "postgres", data);
        assertThat(stranger.isAlive()).isTrue();
    }

    @Test
    void another_program_is_let_be() throws Exception {
        var stranger = process("mypostgres", data);
        Processes.stopLeftover(processFile, "postgres", data);
        assertThat(stranger.isAlive()).isTrue();
    }

    @Test
    void a_redis_that_was_left_behind_is_stopped() throws Exception {
        var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        var jvm = new ProcessBuilder(
                        "setsid",
                        java,
                        "-cp",
                        System.getProperty("java.class.path"),
                        Orphaner.class.getName(),
                        data.toString())
                .redirectErrorStream(true)
                .start();
        started.add(jvm);
        var said = jvm.inputReader().readLine();
        assertThat(said).startsWith("started ");
        var server = ProcessHandle.of(Long.parseLong(said.substring("started ".length())))
                .orElseThrow();
        var ours = server.info();
        jvm.destroyForcibly().waitFor();
        try (var next = EmbeddedRedis.start(data, EmbeddedPostgres.userCache(), 0)) {
            assertThat(next.process().isAlive()).isTrue();
            server.onExit().get(30, TimeUnit.SECONDS);
        }
        assertThat(String.join(" ", ours.arguments().orElseThrow())).contains(data.toString());
    }

    /** Starts a Redis, says its process id and waits to be killed. */
    static final class Orphaner {
        private Orphaner() {}

        public static void main(String[] arguments) throws Exception {
            var server = EmbeddedRedis.start(Path.of(arguments[0]), EmbeddedPostgres.userCache(), 0);
            System.out.println("started " + server.process().pid());
            server.process().onExit().get();
        }
    }
}
