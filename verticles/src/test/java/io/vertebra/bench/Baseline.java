package io.vertebra.bench;

import io.vertebra.kernel.bus.ClusterMember;
import io.vertebra.kernel.config.ClusterSettings;
import io.vertebra.kernel.config.Secret;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.auth.JWTOptions;
import io.vertx.ext.auth.PubSecKeyOptions;
import io.vertx.ext.auth.jwt.JWTAuth;
import io.vertx.ext.auth.jwt.JWTAuthOptions;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import io.vertx.sqlclient.Tuple;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The yardstick: a bare Vert.x server with router, bus hop, JWT, Redis limit and PostgreSQL, in one process, or in two
 * that are clustered. It seeds its database, writes the request lists for the load and then serves.
 *
 * <p>Arguments: HTTP port, PostgreSQL URI, Redis URI, folder for the request lists; for two processes besides the part
 * of this one, its cluster port and that of the other.
 */
public final class Baseline {
    static final int ORGS = 10;
    static final int PEOPLE = 100;
    static final int PROJECTS = 10_000;
    static final String PASSWORD = "walnut cellar tidal quorum";

    private static final Logger LOG = LoggerFactory.getLogger(Baseline.class);
    private static final int INSTANCES = 2;
    private static final int START_SECONDS = 60;

    private Baseline() {}

    /** What a process does of it. */
    enum Part {
        BOTH,
        DOOR,
        STORE
    }

    /** Starts the server and prints {@code ready}. */
    public static void main(String[] arguments) throws Exception {
        var part = arguments.length > 4 ? Part.valueOf(arguments[4]) : Part.BOTH;
        int port = Integer.parseInt(arguments[0]);
        var database = PgConnectOptions.fromUri(arguments[1])
                .setCachePreparedStatements(true)
                .setPipeliningLimit(256);
        vertx(part, arguments)
                .compose(vertx -> serve(vertx, part, port, database, arguments))
                .toCompletionStage()
                .toCompletableFuture()
                .get(START_SECONDS, TimeUnit.SECONDS);
        LOG.info("ready");
    }

    private static Future<Vertx> vertx(Part part, String[] arguments) {
        var options = new VertxOptions().setPreferNativeTransport(true).setEventLoopPoolSize(INSTANCES);
        if (part == Part.BOTH) {
            return Future.succeededFuture(Vertx.builder().with(options).build());
        }
        int own = Integer.parseInt(arguments[5]);
        var members = List.of("127.0.0.1:" + own, "127.0.0.1:" + arguments[6]);
        var secret = Secret.of("baseline-secret-baseline-secret-baseline");
        var cluster = new ClusterSettings(true, "baseline", "127.0.0.1", own, members, "", 0, secret);
        options.setEventBusOptions(ClusterMember.eventBus(cluster));
        return Vertx.builder()
                .with(options)
                .withClusterManager(ClusterMember.manager(cluster))
                .buildClustered();
    }

    private static Future<?> serve(Vertx vertx, Part part, int port, PgConnectOptions database, String[] arguments) {
        BaselineWire.register(vertx.eventBus());
        var instances = new DeploymentOptions().setInstances(INSTANCES);
        Future<?> ready = Future.succeededFuture();
        if (part != Part.DOOR) {
            ready = ready.compose(x -> vertx.deployVerticle(() -> new BaselineStore(database), instances));
        }
        if (part == Part.STORE) {
            return ready.compose(x -> vertx.createHttpServer()
                    .requestHandler(request -> request.response().end())
                    .listen(port, "127.0.0.1"));
        }
        var tokens = tokens(vertx);
        return ready.compose(x -> seed(vertx, database, tokens, Path.of(arguments[3])))
                .compose(x -> vertx.deployVerticle(() -> new BaselineDoor(port, arguments[2], tokens), instances));
    }

    private static JWTAuth tokens(Vertx vertx) {
        var pair = pair();
        return JWTAuth.create(
                vertx,
                new JWTAuthOptions()
                        .setJWTOptions(new JWTOptions().setIssuer("bench").setAlgorithm("RS256"))
                        .addPubSecKey(pem("PUBLIC KEY", pair.getPublic().getEncoded()))
                        .addPubSecKey(pem("PRIVATE KEY", pair.getPrivate().getEncoded())));
    }

    private static KeyPair pair() {
        try {
            var generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048);
            return generator.generateKeyPair();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("The JDK lacks RSA.", e);
        }
    }

    private static PubSecKeyOptions pem(String kind, byte[] encoded) {
        var text = "-----BEGIN " + kind + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(encoded) + "\n-----END " + kind
                + "-----\n";
        return new PubSecKeyOptions().setAlgorithm("RS256").setBuffer(text);
    }

    private static Future<?> seed(Vertx vertx, PgConnectOptions database, JWTAuth tokens, Path folder) {
        var pool = PgBuilder.pool()
                .connectingTo(database)
                .with(new PoolOptions().setMaxSize(1))
                .using(vertx)
                .build();
        List<Tuple> projects = new ArrayList<>();
        var gets = new StringBuilder();
        var posts = new StringBuilder();
        List<Tuple> people = new ArrayList<>();
        List<String> bearer = new ArrayList<>();
        byte[] hash = BaselineStore.hash(PASSWORD);
        for (int person = 0; person < PEOPLE; person++) {
            var id = new UUID(2, person);
            people.add(Tuple.of(id, org(person), "person" + person + "@example.com", Buffer.buffer(hash)));
            bearer.add(BaselineDoor.token(tokens, id, org(person)));
            posts.append("/v1/projects ").append(bearer.getLast()).append('\n');
        }
        for (int i = 0; i < PROJECTS; i++) {
            var id = UUID.randomUUID();
            projects.add(Tuple.of(id, org(i), "Project number " + i));
            int person = i % ORGS + ORGS * (i / ORGS % (PEOPLE / ORGS));
            gets.append("/v1/projects/")
                    .append(id)
                    .append(' ')
                    .append(bearer.get(person))
                    .append('\n');
        }
        return pool.query(BaselineStore.SCHEMA)
                .execute()
                .compose(x -> insert(pool, "INSERT INTO users VALUES ($1, $2, $3, $4)", people))
                .compose(x -> insert(pool, "INSERT INTO projects(id, org_id, name) VALUES ($1, $2, $3)", projects))
                .compose(x -> pool.query("ANALYZE").execute())
                .compose(x -> vertx.<Void>executeBlocking(() -> {
                    write(folder.resolve("gets.txt"), gets);
                    write(folder.resolve("posts.txt"), posts);
                    return null;
                }))
                .eventually(pool::close);
    }

    private static Future<?> insert(Pool pool, String sql, List<Tuple> rows) {
        return pool.preparedQuery(sql).executeBatch(rows);
    }

    private static void write(Path file, StringBuilder text) throws IOException {
        Files.writeString(file, text, StandardCharsets.UTF_8);
    }

    private static UUID org(int i) {
        return new UUID(1, i % ORGS);
    }
}
