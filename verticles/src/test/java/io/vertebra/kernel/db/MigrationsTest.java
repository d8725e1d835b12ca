package io.vertebra.kernel.db;

import static io.vertebra.testing.Await.await;
import static io.vertebra.testing.Await.failure;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertebra.testing.Servers;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgConnection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MigrationsTest {
    private static Vertx vertx;
    private Servers.Database database;

    @TempDir
    Path folder;

    @BeforeAll
    static void open() {
        vertx = Vertx.vertx();
    }

    @AfterAll
    static void close() {
        await(vertx.close());
    }

    @BeforeEach
    void fresh() {
        database = Servers.freshDatabase();
    }

    @Test
    void a_file_runs_once() throws IOException {
        write("kernel", "20990101000000_kernel_notes.sql", "CREATE TABLE kernel.notes (id int)");
        assertThat(await(up())).isEqualTo(1);
        assertThat(await(up())).isZero();
    }

    @Test
    void a_failing_file_leaves_nothing_and_is_named() throws IOException {
        write("kernel", "20990101000000_kernel_broken.sql", "CREATE TABLE kernel.half (id int); SELECT * FROM nowhere");
        assertThat(failure(up()))
                .hasMessageContaining("20990101000000_kernel_broken.sql")
                .hasMessageContaining("nowhere");
        assertThat(text("SELECT coalesce(to_regclass('kernel.half')::text, 'absent')"))
                .isEqualTo("absent");
    }

    @Test
    void a_file_that_was_changed_after_it_ran_is_refused() throws IOException {
        write("kernel", "20990101000000_kernel_notes.sql", "CREATE TABLE kernel.notes (id int)");
        await(up());
        write("kernel", "20990101000000_kernel_notes.sql", "CREATE TABLE kernel.notes (id bigint)");
        assertThat(failure(up())).hasMessageContaining("was changed after it ran");
    }

    @Test
    void nodes_that_start_together_run_each_file_once() throws IOException {
        write("kernel", "20990101000000_kernel_notes.sql", "CREATE TABLE kernel.notes (id int)");
        var all = Future.all(List.of(up(), up(), up(), up()));
        assertThat(await(all).<Integer>list()).containsExactlyInAnyOrder(1, 0, 0, 0);
    }

    @Test
    void a_domain_signs_in_as_its_own_role_and_cannot_read_a_neighbour() throws IOException {
        write("kernel", "20990101000000_kernel_nothing.sql", "SELECT 1");
        write("cats", "20990101000001_cats_cats.sql", "CREATE TABLE cats.cats (id int)");
        write("dogs", "20990101000002_dogs_dogs.sql", "CREATE TABLE dogs.dogs (id int)");
        await(up());
        var cats = await(PgConnection.connect(vertx, database.domain("cats")));
        assertThat(await(cats.query("INSERT INTO cats.cats VALUES (1)").execute())
                        .rowCount())
                .isEqualTo(1);
        assertThat(failure(cats.query("SELECT * FROM dogs.dogs").execute())).hasMessageContaining("permission denied");
        assertThat(failure(cats.query("CREATE TABLE cats.more (id int)").execute()))
                .hasMessageContaining("permission denied");
        await(cats.close());
    }

    @Test
    void a_right_that_a_migration_took_back_stays_taken_back() throws IOException {
        write("kernel", "20990101000000_kernel_nothing.sql", "SELECT 1");
        write(
                "cats",
                "20990101000001_cats_cats.sql",
                "ALTER DEFAULT PRIVILEGES IN SCHEMA cats REVOKE ALL ON TABLES FROM vertebra_cats");
        await(up());
        write("cats", "20990101000002_cats_more.sql", "CREATE TABLE cats.more (id int)");
        await(up());
        var cats = await(PgConnection.connect(vertx, database.domain("cats")));
        assertThat(failure(cats.query("SELECT id FROM cats.more").execute())).hasMessageContaining("permission denied");
        await(cats.close());
    }

    @Test
    void names_are_checked() throws IOException {
        write("kernel", "20990101000000_orgs_notes.sql", "SELECT 1");
        assertThatThrownBy(this::up).hasMessageContaining("must be named");
    }

    @Test
    void two_files_of_one_timestamp_are_refused() throws IOException {
        write("kernel", "20990101000000_kernel_one.sql", "SELECT 1");
        write("cats", "20990101000000_cats_two.sql", "SELECT 1");
        assertThatThrownBy(this::up).hasMessageContaining("one timestamp");
    }

    private Future<Integer> up() {
        return new Migrations(vertx, database.owner(), Servers.SECRET, new SqlFolder(folder)).up();
    }

    private void write(String domain, String name, String sql) throws IOException {
        Files.createDirectories(folder.resolve(domain));
        Files.writeString(folder.resolve(domain).resolve(name), sql);
    }

    private String text(String sql) {
        PgConnectOptions owner = database.owner();
        return await(PgConnection.connect(vertx, owner).compose(connection -> connection
                .query(sql)
                .execute()
                .map(rows -> rows.iterator().next().getString(0))
                .eventually(connection::close)));
    }
}
