package io.vertebra.bench;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonObject;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.nio.charset.StandardCharsets;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.UUID;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;

/** The domain side of the baseline: what a careful Vert.x programmer writes by hand, with nothing of a platform. */
final class BaselineStore extends VerticleBase {
    record GetProject(UUID id, UUID orgId) {}

    record CreateProject(UUID orgId, UUID actor, String name) {}

    record Login(String email, String password) {}

    record Project(UUID id, UUID orgId, String name, OffsetDateTime createdAt) {}

    record Account(UUID id, UUID orgId) {}

    static final String SCHEMA = """
            CREATE TABLE projects(id uuid PRIMARY KEY, org_id uuid NOT NULL, name text NOT NULL,
              created_at timestamptz NOT NULL DEFAULT now());
            CREATE TABLE outbox(id uuid PRIMARY KEY, aggregate_id uuid NOT NULL, type text NOT NULL,
              payload jsonb NOT NULL, created_at timestamptz NOT NULL DEFAULT now());
            CREATE TABLE audit(id bigserial PRIMARY KEY, org_id uuid NOT NULL, actor uuid NOT NULL,
              action text NOT NULL, target uuid NOT NULL, at timestamptz NOT NULL DEFAULT now());
            CREATE TABLE users(id uuid PRIMARY KEY, org_id uuid NOT NULL, email text UNIQUE NOT NULL,
              password_hash bytea NOT NULL);
            """;

    private static final String SELECT_PROJECT = "SELECT id, org_id, name, created_at FROM projects WHERE id = $1";
    private static final String INSERT_PROJECT =
            "INSERT INTO projects(id, org_id, name) VALUES ($1, $2, $3) RETURNING created_at";
    private static final String INSERT_OUTBOX =
            "INSERT INTO outbox(id, aggregate_id, type, payload) VALUES ($1, $2, $3, $4)";
    private static final String INSERT_AUDIT =
            "INSERT INTO audit(org_id, actor, action, target) VALUES ($1, $2, $3, $4)";
    private static final String SELECT_USER = "SELECT id, org_id, password_hash FROM users WHERE email = $1";
    private static final int HASH_THREADS = 2;

    private final PgConnectOptions database;
    private SqlClient reads;
    private Pool writes;
    private WorkerExecutor hashing;

    BaselineStore(PgConnectOptions database) {
        this.database = database;
    }

    @Override
    public Future<?> start() {
        var one = new PoolOptions().setMaxSize(2).setName("reads").setShared(true);
        reads = PgBuilder.client().connectingTo(database).with(one).using(vertx).build();
        var many = new PoolOptions().setMaxSize(20).setName("writes").setShared(true);
        writes = PgBuilder.pool().connectingTo(database).with(many).using(vertx).build();
        hashing = vertx.createSharedWorkerExecutor("hashing", HASH_THREADS);
        EventBus bus = vertx.eventBus();
        return Future.all(
                bus.<GetProject>consumer("projects.get").handler(this::get).completion(),
                bus.<CreateProject>consumer("projects.create")
                        .handler(this::create)
                        .completion(),
                bus.<Login>consumer("users.login").handler(this::login).completion());
    }

    private void get(Message<GetProject> message) {
        var request = message.body();
        reads.preparedQuery(SELECT_PROJECT).execute(Tuple.of(request.id)).onComplete(read -> {
            if (read.failed()) {
                message.fail(500, read.cause().getMessage());
                return;
            }
            var rows = read.result().iterator();
            Row row = rows.hasNext() ? rows.next() : null;
            if (row == null || !row.getUUID(1).equals(request.orgId)) {
                message.fail(404, "not found");
            } else {
                message.reply(new Project(row.getUUID(0), row.getUUID(1), row.getString(2), row.getOffsetDateTime(3)));
            }
        });
    }

    private void create(Message<CreateProject> message) {
        var request = message.body();
        writes.withTransaction(connection -> insert(connection, request)).onComplete(written -> {
            if (written.failed()) {
                message.fail(500, written.cause().getMessage());
            } else {
                message.reply(written.result());
            }
        });
    }

    private static Future<Project> insert(SqlConnection connection, CreateProject request) {
        var id = UUID.randomUUID();
        var payload = new JsonObject()
                .put("id", id.toString())
                .put("orgId", request.orgId.toString())
                .put("name", request.name);
        Future<RowSet<Row>> project =
                connection.preparedQuery(INSERT_PROJECT).execute(Tuple.of(id, request.orgId, request.name));
        return project.compose(rows -> connection
                .preparedQuery(INSERT_OUTBOX)
                .execute(Tuple.of(UUID.randomUUID(), id, "project.created", payload))
                .compose(x -> connection
                        .preparedQuery(INSERT_AUDIT)
                        .execute(Tuple.of(request.orgId, request.actor, "project.create", id)))
                .map(x -> new Project(
                        id, request.orgId, request.name, rows.iterator().next().getOffsetDateTime(0))));
    }

    private void login(Message<Login> message) {
        var request = message.body();
        reads.preparedQuery(SELECT_USER)
                .execute(Tuple.of(request.email))
                .compose(rows -> {
                    if (rows.size() == 0) {
                        return Future.<Row>failedFuture("no such user");
                    }
                    Row row = rows.iterator().next();
                    byte[] expected = row.getBuffer(2).getBytes();
                    return hashing.executeBlocking(() -> Arrays.equals(hash(request.password), expected), false)
                            .compose(same -> same ? Future.succeededFuture(row) : Future.failedFuture("wrong"));
                })
                .onSuccess(row -> message.reply(new Account(row.getUUID(0), row.getUUID(1))))
                .onFailure(e -> message.fail(401, "bad credentials"));
    }

    /** Argon2id with the parameters that Vertebra uses, so that a login costs both servers the same. */
    static byte[] hash(String password) {
        var parameters = new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
                .withMemoryAsKB(19_456)
                .withIterations(2)
                .withParallelism(1)
                .withSalt(new byte[16])
                .build();
        var generator = new Argon2BytesGenerator();
        generator.init(parameters);
        byte[] out = new byte[32];
        generator.generateBytes(password.getBytes(StandardCharsets.UTF_8), out);
        return out;
    }
}
