package io.vertebra.launcher.embedded;

import static io.vertebra.testing.Await.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgConnection;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedServersTest {
    @TempDir
    Path folder;

    @Test
    void postgres_keeps_its_data_across_starts_and_a_kill() {
        try (var first = EmbeddedPostgres.start(EmbeddedPostgres.Options.in(folder))) {
            query(first, "CREATE TABLE kept (id int)");
            query(first, "INSERT INTO kept VALUES (42)");
            first.process().destroyForcibly();
            first.process().onExit().join();
        }
        try (var second = EmbeddedPostgres.start(EmbeddedPostgres.Options.in(folder))) {
            assertThat(query(second, "SELECT id::text FROM kept")).isEqualTo("42");
            assertThat(query(second, "SHOW fsync")).isEqualTo("on");
            assertThat(query(second, "SELECT rolsuper::text FROM pg_roles WHERE rolname = current_user"))
                    .isEqualTo("false");
        }
    }

    @Test
    void a_folder_is_used_by_one_process_at_a_time() {
        try (var first = EmbeddedPostgres.start(EmbeddedPostgres.Options.in(folder))) {
            assertThat(first.process().isAlive()).isTrue();
            assertThatThrownBy(() -> EmbeddedPostgres.start(EmbeddedPostgres.Options.in(folder)))
                    .isInstanceOf(StartFailure.class)
                    .hasMessageContaining("in use by another Vertebra process");
        }
    }

    @Test
    void a_server_that_a_killed_jvm_left_behind_is_stopped_first() throws Exception {
        var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        var jvm = new ProcessBuilder(
                        java, "-cp", System.getProperty("java.class.path"), Orphaner.class.getName(), folder.toString())
                .redirectErrorStream(true)
                .start();
        var said = jvm.inputReader().readLine();
        assertThat(said).startsWith("started ");
        var server = ProcessHandle.of(Long.parseLong(said.substring("started ".length())))
                .orElseThrow();
        jvm.destroyForcibly().waitFor();
        try (var next = EmbeddedPostgres.start(EmbeddedPostgres.Options.in(folder))) {
            assertThat(query(next, "SELECT 1::text")).isEqualTo("1");
            server.onExit().get(10, TimeUnit.SECONDS);
        }
    }

    @Test
    void a_taken_port_is_one_clear_sentence() throws IOException {
        try (var taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            var options =
                    new EmbeddedPostgres.Options(folder, EmbeddedPostgres.userCache(), taken.getLocalPort(), Map.of());
            assertThatThrownBy(() -> EmbeddedPostgres.start(options))
                    .isInstanceOf(StartFailure.class)
                    .hasMessage("Port " + taken.getLocalPort() + " is taken.");
        }
    }

    @Test
    void an_unwritable_folder_is_one_clear_sentence() throws IOException {
        var file = Files.createFile(folder.resolve("file"));
        assertThatThrownBy(() -> EmbeddedPostgres.start(EmbeddedPostgres.Options.in(file.resolve("below"))))
                .isInstanceOf(StartFailure.class)
                .hasMessageContaining("cannot be written");
    }

    @Test
    void redis_starts_again_at_the_same_address() {
        int port;
        String password;
        try (var first = EmbeddedRedis.start(folder, EmbeddedPostgres.userCache(), 0)) {
            port = first.port();
            password = first.password();
        }
        try (var second = EmbeddedRedis.start(folder, EmbeddedPostgres.userCache(), port, password)) {
            assertThat(second.url(3)).isEqualTo("redis://:" + password + "@127.0.0.1:" + port + "/3");
            assertThat(second.process().isAlive()).isTrue();
        }
    }

    /** Starts a server, says its process id and waits to be killed. */
    static final class Orphaner {
        private Orphaner() {}

        public static void main(String[] arguments) throws Exception {
            var server = EmbeddedPostgres.start(EmbeddedPostgres.Options.in(Path.of(arguments[0])));
            System.out.println("started " + server.process().pid());
            server.process().onExit().get();
        }
    }

    private static String query(EmbeddedPostgres server, String sql) {
        var options = PgConnectOptions.fromUri(server.url(EmbeddedPostgres.DATABASE));
        var vertx = Vertx.vertx();
        try {
            return await(PgConnection.connect(vertx, options)
                    .compose(connection -> connection.query(sql).execute())
                    .map(rows -> rows.size() == 0 ? "" : rows.iterator().next().getString(0)));
        } finally {
            await(vertx.close());
        }
    }
}
