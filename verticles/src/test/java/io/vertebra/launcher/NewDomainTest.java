package io.vertebra.launcher;

import static io.vertebra.testing.Await.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertebra.bus.Contracts;
import io.vertebra.testing.Servers;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnection;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code new domain} writes compiles, is a contract that the registry takes, and runs on the database. */
class NewDomainTest {
    private static final List<String> TOUCHED = List.of(
            "verticles/src/main/resources/META-INF/services/io.vertebra.kernel.module.Domain", "webroot/src/router.ts");

    @TempDir
    private Path folder;

    @BeforeEach
    void checkout() throws IOException {
        for (var file : TOUCHED) {
            Files.createDirectories(folder.resolve(file).getParent());
            Files.copy(Path.of("..", file), folder.resolve(file));
        }
    }

    @Test
    void a_new_domain_compiles_and_its_contract_is_accepted() throws Exception {
        var written = NewDomain.write(folder, "gardens", "plot");
        var classes = compile(written);

        try (var loader = new URLClassLoader(
                new URL[] {classes.toUri().toURL()}, getClass().getClassLoader())) {
            var contract = loader.loadClass("io.vertebra.contract.Gardens");
            var contracts = Contracts.of(List.of(contract));
            assertThat(contracts.operationsOf("gardens"))
                    .hasSize(4)
                    .allSatisfy(operation -> assertThat(operation.permission()).startsWith("gardens.plots."));
            assertThat(contracts.events()).hasSize(2);
        }
        assertThat(Files.readString(folder.resolve(TOUCHED.get(0)))).contains("io.vertebra.gardens.GardensVerticle");
        assertThat(Files.readString(folder.resolve(TOUCHED.get(1)))).contains("@/gardens/PlotsPage.vue");
        for (var file : written) {
            assertThat(Files.readString(file)).as(file.toString()).doesNotContain("__");
        }
    }

    @Test
    void its_migration_runs_and_protects_its_table() throws Exception {
        var migration = NewDomain.write(folder, "gardens", "plot").stream()
                .filter(file -> file.toString().endsWith(".sql"))
                .findFirst()
                .orElseThrow();
        var vertx = Vertx.vertx();
        try {
            var connection =
                    await(PgConnection.connect(vertx, Servers.freshDatabase().owner()));
            await(connection.query(Files.readString(migration)).execute());
            var forced = await(connection
                    .query("SELECT relforcerowsecurity FROM pg_class WHERE oid = 'gardens.plots'::regclass")
                    .execute());
            assertThat(forced.iterator().next().getBoolean(0)).isTrue();
            await(connection.close());
        } finally {
            await(vertx.close());
        }
    }

    @Test
    void a_domain_is_not_written_twice() throws Exception {
        NewDomain.write(folder, "gardens", "plot");

        assertThatThrownBy(() -> NewDomain.write(folder, "gardens", "bed")).hasMessageContaining("already");
    }

    /** With all warnings as errors, the processors of the build aside. */
    private Path compile(List<Path> written) throws IOException {
        var classes = Files.createDirectories(folder.resolve("classes"));
        var command = new ArrayList<>(List.of(
                "-proc:none",
                "-Xlint:all,-classfile,-processing,-path",
                "-Werror",
                "-d",
                classes.toString(),
                "-cp",
                path()));
        written.stream()
                .map(Path::toString)
                .filter(file -> file.endsWith(".java"))
                .forEach(command::add);
        var said = new java.io.ByteArrayOutputStream();
        int code = ToolProvider.getSystemJavaCompiler().run(null, said, said, command.toArray(String[]::new));
        assertThat(code)
                .as(said.toString(java.nio.charset.StandardCharsets.UTF_8))
                .isZero();
        return classes;
    }

    private static String path() {
        var real = System.getProperty("surefire.test.class.path");
        return real == null ? System.getProperty("java.class.path") : real;
    }
}
