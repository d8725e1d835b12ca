package io.vertebra.kernel.db;

import static io.vertebra.testing.Await.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertebra.bus.ActorKind;
import io.vertebra.bus.Call;
import io.vertebra.bus.Caller;
import io.vertebra.bus.Contracts;
import io.vertebra.bus.Grant;
import io.vertebra.kernel.bus.Answered;
import io.vertebra.kernel.config.DatabaseSettings;
import io.vertebra.kernel.config.Secret;
import io.vertebra.kernel.health.Health;
import io.vertebra.launcher.embedded.EmbeddedPostgres;
import io.vertebra.testing.Servers;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnection;
import io.vertx.sqlclient.Row;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A fresh database with the domain {@code things}, and the kernel's way to it. */
final class ThingsDb implements AutoCloseable {
    static final String INSERT = "INSERT INTO things.things (org_id, id, name) VALUES ($1, $2, $3) RETURNING id, name";
    static final String COUNT = "SELECT count(*) FROM things.things";
    static final Contracts CONTRACTS = Contracts.of(Things.class);
    static final Action MAKE = Action.of(CONTRACTS.operation(Things.MakeThing.class));

    private static final String TABLES = """
            CREATE TABLE things.things (
              org_id uuid NOT NULL, id uuid PRIMARY KEY, name text NOT NULL,
              CONSTRAINT things_name_key UNIQUE (org_id, name));
            SELECT kernel.protect('things.things', 'org_id');
            CREATE TABLE things.notes (
              person_id uuid NOT NULL, id uuid PRIMARY KEY, note text NOT NULL);
            SELECT kernel.protect_person('things.notes', 'person_id');
            CREATE TABLE things.counters (name text PRIMARY KEY, value bigint NOT NULL);
            INSERT INTO things.counters VALUES ('a', 0), ('b', 0);
            CREATE TABLE things.facts (id int PRIMARY KEY);
            SELECT kernel.append_only('things.facts');
            """;

    final Servers.Database database;
    final Vertx vertx;
    final Db db;

    private ThingsDb(Servers.Database database, Vertx vertx, Db db) {
        this.database = database;
        this.vertx = vertx;
        this.db = db;
    }

    static ThingsDb open() {
        var vertx = Vertx.vertx();
        var database = Servers.freshDatabase();
        migrate(vertx, database);
        return new ThingsDb(database, vertx, await(connect(vertx, database, database.port(), 8)));
    }

    /** One more node on the same database, through this port. */
    ThingsDb node(int port, int writers) {
        var other = Vertx.vertx();
        return new ThingsDb(database, other, await(connect(other, database, port, writers)));
    }

    private static void migrate(Vertx vertx, Servers.Database database) {
        try {
            var folder = Files.createTempDirectory("things");
            for (var shared : List.of("kernel", "events", "audit", "things")) {
                Files.createDirectory(folder.resolve(shared));
            }
            Path file = folder.resolve("things").resolve("20990101000000_things_tables.sql");
            Files.writeString(file, TABLES);
            await(new Migrations(vertx, database.owner(), Servers.SECRET, new SqlFolder(folder)).up());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Future<Db> connect(Vertx vertx, Servers.Database database, int port, int writers) {
        var settings = settings(database, port, writers);
        var breaker = Db.breaker(new Health(Clock.systemUTC()).part("database"), settings);
        return Db.open(
                new Db.Surroundings(
                        vertx,
                        settings,
                        Servers.SECRET,
                        1,
                        Clock.systemUTC(),
                        new SimpleMeterRegistry(),
                        CONTRACTS,
                        breaker),
                Set.of("things"));
    }

    private static DatabaseSettings settings(Servers.Database database, int port, int writers) {
        return new DatabaseSettings(
                "127.0.0.1",
                port,
                database.name(),
                EmbeddedPostgres.OWNER,
                Secret.of(database.ownerPassword()),
                DatabaseSettings.Ssl.DISABLE,
                "",
                false,
                true,
                2 * (writers + 1),
                writers,
                1,
                64,
                Duration.ofSeconds(10),
                Duration.ofSeconds(5),
                Duration.ofSeconds(30),
                Duration.ofSeconds(5),
                100,
                Duration.ofSeconds(1));
    }

    DomainDb things() {
        return db.domain("things");
    }

    /** Work of a member of an org. */
    <R> Future<R> work(Call call, Function<Work, Future<R>> body) {
        return things().<R>work(call, Action.inside("Things.Test"), "", body).map(Answered::answer);
    }

    Future<Answered<Things.Thing>> make(Call call, String name) {
        var org = call.caller().orgId();
        return things().work(call, MAKE, new Things.MakeThing(org, name), work -> {
            var id = work.newId();
            return work.change("thing", INSERT, ThingsDb::thing, org, id, name).map(thing -> {
                work.emit(new Things.ThingMade(org, id));
                work.target("thingId:" + id);
                return thing;
            });
        });
    }

    static Things.Thing thing(Row row) {
        return new Things.Thing(row.getUUID(0), row.getString(1));
    }

    static Call member(UUID org) {
        return member(org, null);
    }

    static Call member(UUID org, @Nullable String key) {
        return member(UUID.randomUUID(), org, key);
    }

    static Call member(UUID person, @Nullable UUID org, @Nullable String key) {
        var grant = org == null ? null : new Grant(org, null, "things.things.write", "member");
        var caller = new Caller(ActorKind.USER, person, null, null, grant);
        return new Call(caller, "request", null, System.currentTimeMillis() + 20_000, key, null, null, null);
    }

    static Call within(Call call, long millis) {
        return new Call(
                call.caller(),
                call.requestId(),
                null,
                System.currentTimeMillis() + millis,
                call.idempotencyKey(),
                call.ifMatch(),
                null,
                null);
    }

    /** A number, asked by the owner of the database beyond every policy. */
    long number(String sql) {
        return await(PgConnection.connect(vertx, database.owner()).compose(connection -> connection
                .query(sql)
                .execute()
                .map(rows -> rows.iterator().next().getLong(0))
                .eventually(connection::close)));
    }

    String text(String sql) {
        return await(PgConnection.connect(vertx, database.owner()).compose(connection -> connection
                .query(sql)
                .execute()
                .map(rows -> rows.iterator().next().getString(0))
                .eventually(connection::close)));
    }

    void execute(String sql) {
        await(PgConnection.connect(vertx, database.owner())
                .compose(connection -> connection.query(sql).execute().eventually(connection::close)));
    }

    @Override
    public void close() {
        await(db.close());
        await(vertx.close());
    }
}
