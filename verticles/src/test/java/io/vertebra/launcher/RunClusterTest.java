package io.vertebra.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertebra.testing.Api;
import io.vertebra.testing.FreePort;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The verb {@code cluster} as a person uses it. */
class RunClusterTest {
    private static final int SECONDS_MAX = 120;
    private static final String ADA =
            "{\"email\": \"ada@example.com\", \"password\": \"walnut cellar tidal quorum\", \"name\": \"Ada\"}";

    @TempDir
    private Path folder;

    @Test
    void an_edge_and_a_core_answer_behind_the_balancer_and_ctrl_c_leaves_nothing() throws Exception {
        int port = FreePort.any();
        var process = cluster(port);
        try {
            awaitTable(process);
            var api = new Api("http://127.0.0.1:" + port);
            api.get("/ready").send().expect(200);
            api.post("/v1/auth/register", ADA).send().expect(200);
        } finally {
            process.destroy();
            assertThat(process.waitFor(SECONDS_MAX, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(strays()).isEmpty();
    }

    private Process cluster(int port) throws IOException {
        var command = List.of(
                ProcessHandle.current().info().command().orElse("java"),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                "io.vertebra.launcher.Main",
                "cluster",
                "--nodes",
                "2",
                "--roles",
                "edge",
                "--port",
                Integer.toString(port),
                "--data",
                folder.resolve("data").toString());
        var builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output().toFile());
        builder.environment().put("VERTEBRA_CONF", "../conf");
        return builder.start();
    }

    private Path output() {
        return folder.resolve("out");
    }

    private void awaitTable(Process process) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS_MAX);
        while (!Files.readString(output()).contains("superuser")) {
            assertThat(process.waitFor(50, TimeUnit.MILLISECONDS))
                    .as(Files.readString(output()))
                    .isFalse();
            assertThat(System.nanoTime()).isLessThan(end);
        }
    }

    private List<String> strays() {
        return ProcessHandle.allProcesses()
                .map(process -> process.info().commandLine().orElse(""))
                .filter(line -> line.contains(folder.toString()))
                .toList();
    }
}
