package io.vertebra.kernel.db;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertebra.launcher.embedded.EmbeddedPostgres;
import io.vertebra.testing.Api;
import io.vertebra.testing.FreePort;
import io.vertebra.testing.Person;
import io.vertebra.testing.Servers;
import io.vertebra.testing.TestPlatform;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The platform on a PgBouncer in transaction mode that knows no prepared statements, as Debian's does: {@code .ci/run}
 * installs it. Its name keeps it out of a plain build.
 */
class PgBouncerCheck {
    private static final int PROJECTS = 200;
    private static final long SECONDS_MAX = 20;

    @TempDir
    private Path folder;

    @Test
    void everything_goes_on_through_few_connections_that_all_share() throws Exception {
        var direct = Servers.freshDatabase();
        int port = FreePort.any();
        var bouncer = bouncer(direct, port);
        try {
            awaitListening(port);
            var through = new Servers.Database(direct.name(), port, direct.ownerPassword());
            var settings = Map.of(
                    "database.prepared-statements", "false",
                    "audit.seal-pause", "100ms",
                    "live.tcp.enabled", "false");
            try (var platform =
                    TestPlatform.on(through, Servers.freshRedis(), settings, Clock.systemUTC(), Set.of("all"))) {
                work(platform.api());
            }
        } finally {
            bouncer.destroy();
            bouncer.waitFor(SECONDS_MAX, TimeUnit.SECONDS);
        }
        assertThat(Files.readString(folder.resolve("log"))).doesNotContain("prepared statement");
    }

    private static void work(Api api) {
        var ada = Person.signUp(api, "Ada Bounced");
        var org = "/v1/orgs/"
                + api.post("/v1/orgs", "{\"name\":\"Acme\"}")
                        .as(ada.token())
                        .send()
                        .expect(201)
                        .text("id");
        var answers = IntStream.range(0, PROJECTS)
                .mapToObj(i -> api.post(org + "/projects", "{\"name\":\"P" + i % (PROJECTS / 2) + "\"}")
                        .as(ada.token())
                        .key("project-" + i % (PROJECTS / 2))
                        .sendAsync())
                .toList();
        for (var answer : answers) {
            var answered = answer.join();
            assertThat(answered.status()).as(answered.toString()).isIn(201, 409);
        }
        look(api, ada, org);
    }

    private static void look(Api api, Person ada, String org) {
        var other = api.post("/v1/orgs", "{\"name\":\"Other\"}")
                .as(ada.token())
                .send()
                .expect(201)
                .text("id");
        assertThat(got(api, ada, "/v1/orgs/" + other + "/projects").path("items"))
                .isEmpty();
        assertThat(got(api, ada, org + "/projects?limit=200").path("items")).hasSize(PROJECTS / 2);
        assertThat(got(api, ada, org + "/events?limit=200").findValues("cursor"))
                .hasSizeGreaterThanOrEqualTo(PROJECTS / 2);
        for (var proof : List.of("/audit/verification", "/ledger/verification")) {
            assertThat(got(api, ada, org + proof).path("intact").asBoolean())
                    .as(proof)
                    .isTrue();
        }
    }

    private static JsonNode got(Api api, Person ada, String path) {
        return api.get(path).as(ada.token()).send().expect(200).json();
    }

    /** Four connections to the server for each role, whatever the platform opens. */
    private Process bouncer(Servers.Database database, int port) throws IOException {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.writeString(
                folder.resolve("users"),
                "\"%s\" \"%s\"%n".formatted(EmbeddedPostgres.SUPERUSER, database.ownerPassword()));
        Files.writeString(folder.resolve("ini"), """
                [databases]
                * = host=127.0.0.1 port=%d
                [pgbouncer]
                listen_addr = 127.0.0.1
                listen_port = %d
                unix_socket_dir =
                pool_mode = transaction
                auth_type = scram-sha-256
                auth_file = %s
                auth_user = %s
                auth_query = SELECT usename, passwd FROM pg_shadow WHERE usename = $1
                ignore_startup_parameters = statement_timeout, idle_in_transaction_session_timeout, jit, \
                extra_float_digits
                default_pool_size = 4
                max_client_conn = 1000
                """.formatted(
                        database.port(), port, folder.resolve("users"), EmbeddedPostgres.SUPERUSER));
        var command = new ArrayList<String>();
        if ("root".equals(System.getProperty("user.name"))) {
            command.addAll(List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"));
        }
        command.addAll(List.of("pgbouncer", folder.resolve("ini").toString()));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile())
                .start();
    }

    private void awaitListening(int port) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS_MAX);
        while (true) {
            try (var socket = new Socket()) {
                socket.connect(new InetSocketAddress("127.0.0.1", port), 200);
                return;
            } catch (IOException e) {
                assertThat(System.nanoTime())
                        .as(Files.readString(folder.resolve("log")))
                        .isLessThan(end);
                Thread.onSpinWait();
            }
        }
    }
}
