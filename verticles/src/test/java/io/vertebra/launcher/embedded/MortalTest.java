package io.vertebra.launcher.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** kill -9 of a JVM leaves no process behind that it started, not even one that stands still. */
class MortalTest {
    @TempDir
    private Path folder;

    @Test
    void a_paused_process_dies_with_the_jvm_that_started_it() throws Exception {
        var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        var keeper = new ProcessBuilder(
                        java,
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Keeper.class.getName(),
                        folder.resolve("log").toString())
                .redirectErrorStream(true)
                .start();
        try {
            var said = keeper.inputReader().readLine();
            assertThat(said).startsWith("paused ");
            var kept = ProcessHandle.of(Long.parseLong(said.substring("paused ".length())))
                    .orElseThrow();
            keeper.destroyForcibly().waitFor();
            assertThat(kept.onExit().get(30, TimeUnit.SECONDS).isAlive()).isFalse();
        } finally {
            keeper.destroyForcibly();
        }
    }

    /** Starts a process, makes it stand still, says its id and waits to be killed. */
    static final class Keeper {
        private Keeper() {}

        public static void main(String[] arguments) throws Exception {
            var log = Path.of(arguments[0]);
            var process = Processes.mortal(List.of("sh", "-c", "echo up; exec sleep 1000"), Map.of(), log);
            while (!Files.readString(log).contains("up")) {
                process.waitFor(10, TimeUnit.MILLISECONDS);
            }
            Processes.signal(process.toHandle(), "-STOP");
            System.out.println("paused " + process.pid());
            process.waitFor();
        }
    }
}
