package io.vertebra.launcher;

import static io.vertebra.testing.Await.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertebra.kernel.backup.BackupShelf;
import io.vertebra.launcher.embedded.EmbeddedPostgres;
import io.vertebra.testing.Api;
import io.vertebra.testing.Person;
import io.vertebra.testing.Servers;
import io.vertebra.testing.TestPlatform;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgConnection;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The verbs {@code backup}, {@code restore} and {@code prove} as a person uses them: {@code .ci/run} runs it. It starts
 * PostgreSQL seven times, and its name keeps it out of a plain build.
 */
class RestoreCheck {
    private static final long SECONDS_MAX = 30;
    private final Vertx vertx = Vertx.vertx();

    @TempDir
    private Path folder;

    @AfterEach
    void close() {
        await(vertx.close());
    }

    /** What a verb said and how it ended. */
    private record Ended(int code, String said) {}

    @Test
    void a_database_goes_back_to_a_time_and_what_came_after_it_has_not_happened() throws Exception {
        var data = folder.resolve("data");
        var shelf = new BackupShelf(folder.resolve("backups"));
        String org;
        String cursor;
        String time;
        try (var postgres = start(data, shelf);
                var platform = platform(postgres, data)) {
            var ada = Person.signUp(platform.api(), "Ada Restored");
            org = "/v1/orgs/" + made(platform.api(), ada, "/v1/orgs", "Acme");
            made(platform.api(), ada, org + "/projects", "before");
            assertThat(run("backup", "--data", data.toString(), "--to", backups()))
                    .satisfies(
                            ended -> assertThat(ended.code()).as(ended.said()).isZero());
            made(platform.api(), ada, org + "/projects", "kept");
            time = asSuperuser(postgres, "SELECT to_json(clock_timestamp())#>>'{}'");
            made(platform.api(), ada, org + "/projects", "undone");
            cursor = newest(platform.api(), ada, org);
            archive(postgres);
        }
        refusals(data, shelf);
        var restored =
                run("restore", "--from", backups(), "--data", data.toString(), "--until", utc(time), "--replace");
        assertThat(restored.code()).as(restored.said()).isZero();
        assertThat(restored.said()).contains("chains", "records: intact").contains("set aside");

        restored(data, org, cursor);
    }

    private void restored(Path data, String org, String cursor) {
        try (var postgres = EmbeddedPostgres.start(EmbeddedPostgres.Options.in(data));
                var platform = platform(postgres, data)) {
            var api = platform.api();
            var login = "{\"email\":\"%s\",\"password\":\"%s\"}"
                    .formatted(asSuperuser(postgres, "SELECT email FROM accounts.people LIMIT 1"), Person.PASSWORD);
            var token = api.post("/v1/auth/login", login).send().expect(200).text("accessToken");
            var projects = api.get(org + "/projects").as(token).send().expect(200);
            assertThat(projects.json().findValuesAsText("name")).containsExactlyInAnyOrder("before", "kept");
            api.get(org + "/events?after=" + cursor).as(token).send().expect(410);
            asSuperuser(
                    postgres,
                    "ALTER TABLE audit.records DISABLE TRIGGER ALL; UPDATE audit.records SET action = 'Orgs.Other'"
                            + " WHERE seq = (SELECT record_seq FROM audit.seals LIMIT 1); SELECT 1::text");
            var proved = run("prove", "--data", data.toString());
            assertThat(proved.code()).isEqualTo(1);
            assertThat(proved.said()).contains("NOT INTACT");
        }
    }

    private void refusals(Path data, BackupShelf shelf) throws Exception {
        var backup = shelf.backups().getFirst().path();
        assertThat(run("restore", "--from", backups(), "--data", data.toString())
                        .said())
                .contains("There is a database in");
        assertThat(run(
                                "restore",
                                "--from",
                                backup.toString(),
                                "--data",
                                folder.resolve("other").toString())
                        .said())
                .contains("was taken under another master secret");
        var late = run(
                "restore",
                "--from",
                backups(),
                "--data",
                data.toString(),
                "--replace",
                "--until",
                "2126-01-01T00:00:00Z");
        assertThat(late.said()).contains("ends before 2126-01-01T00:00:00Z");
        assertThat(late.code()).isEqualTo(1);
        assertThat(Files.exists(EmbeddedPostgres.data(data)))
                .as("a restore that fails changes nothing")
                .isTrue();
    }

    private String backups() {
        return folder.resolve("backups").toString();
    }

    private static String utc(String time) {
        return java.time.OffsetDateTime.parse(time).toInstant().toString();
    }

    private static EmbeddedPostgres start(Path data, BackupShelf shelf) {
        return EmbeddedPostgres.start(EmbeddedPostgres.Options.in(data).archiving(shelf.archive()));
    }

    private static TestPlatform platform(EmbeddedPostgres postgres, Path data) {
        var database = new Servers.Database(EmbeddedPostgres.DATABASE, postgres.port(), postgres.password());
        var own = DevFolder.open(data);
        var settings = Map.of(
                "app.master-secret",
                own.secret("master"),
                "audit.checkpoint-file",
                own.checkpoints("audit").toString(),
                "ledger.checkpoint-file",
                own.checkpoints("ledger").toString(),
                "audit.seal-pause",
                "100ms",
                "audit.checkpoint-pause",
                "200ms",
                "database.migrate",
                "true");
        return TestPlatform.on(database, Servers.freshRedis(), settings, Clock.systemUTC(), Set.of("all"));
    }

    private static String made(Api api, Person by, String path, String name) {
        return api.post(path, "{\"name\":\"" + name + "\"}")
                .as(by.token())
                .send()
                .expect(201)
                .text("id");
    }

    private static String newest(Api api, Person by, String org) {
        var items = api.get(org + "/events")
                .as(by.token())
                .send()
                .expect(200)
                .json()
                .path("items");
        return items.get(items.size() - 1).path("cursor").asText();
    }

    /** Has everything that was written so far in the archive. */
    private void archive(EmbeddedPostgres postgres) throws Exception {
        var segment = asSuperuser(postgres, "SELECT pg_walfile_name(pg_switch_wal())");
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS_MAX);
        var archived = "SELECT (last_archived_wal >= '" + segment + "')::text FROM pg_stat_archiver";
        while (!"true".equals(asSuperuser(postgres, archived))) {
            assertThat(System.nanoTime()).as("the archiver is not done").isLessThan(end);
            await(vertx.timer(20));
        }
    }

    private String asSuperuser(EmbeddedPostgres postgres, String sql) {
        var options = new PgConnectOptions()
                .setHost("127.0.0.1")
                .setPort(postgres.port())
                .setDatabase(EmbeddedPostgres.DATABASE)
                .setUser(EmbeddedPostgres.SUPERUSER)
                .setPassword(postgres.password());
        return await(PgConnection.connect(vertx, options).compose(connection -> connection
                .query(sql)
                .execute()
                .map(rows -> {
                    var last = rows;
                    while (last.next() != null) {
                        last = last.next();
                    }
                    return String.valueOf(last.iterator().next().getString(0));
                })
                .eventually(connection::close)));
    }

    private static Ended run(String... arguments) {
        var said = new StringWriter();
        var writer = new PrintWriter(said, true);
        int code = Main.commandLine().setOut(writer).setErr(writer).execute(arguments);
        return new Ended(code, said.toString());
    }
}
