package io.vertebra.bench;

import io.vertebra.bench.BaselineStore.Account;
import io.vertebra.bench.BaselineStore.CreateProject;
import io.vertebra.bench.BaselineStore.GetProject;
import io.vertebra.bench.BaselineStore.Login;
import io.vertebra.bench.BaselineStore.Project;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.JWTOptions;
import io.vertx.ext.auth.authentication.TokenCredentials;
import io.vertx.ext.auth.jwt.JWTAuth;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** The HTTP side of the baseline: router, JWT with a cache of verified tokens, one rate-limit script, a bus hop. */
final class BaselineDoor extends VerticleBase {
    private record Caller(UUID id, UUID orgId, Set<String> permissions, long expires) {}

    private static final String CAPACITY = "1000000";
    private static final int CACHED_TOKENS = 10_000;
    private static final int WAITING_COMMANDS = 100_000;
    private static final String LIMIT = """
            local cap = tonumber(ARGV[1]); local rate = tonumber(ARGV[2])
            local t = redis.call('TIME'); local now = t[1] * 1000 + math.floor(t[2] / 1000)
            local b = redis.call('HMGET', KEYS[1], 't', 'ts')
            local tokens = tonumber(b[1]) or cap
            local ts = tonumber(b[2]) or now
            tokens = math.min(cap, tokens + (now - ts) * rate / 1000)
            local ok = 0
            if tokens >= 1 then tokens = tokens - 1; ok = 1 end
            redis.call('HSET', KEYS[1], 't', tokens, 'ts', now)
            redis.call('PEXPIRE', KEYS[1], math.ceil(cap / rate * 1000) + 1000)
            return {ok, math.floor(tokens), math.ceil((cap - tokens) / rate)}
            """;

    private final int port;
    private final String redisUri;
    private final JWTAuth tokens;
    private final Map<String, Caller> verified = new LinkedHashMap<>(1024, .75f, false) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Caller> eldest) {
            return size() > CACHED_TOKENS;
        }
    };
    private RedisConnection redis;
    private String script;

    BaselineDoor(int port, String redisUri, JWTAuth tokens) {
        this.port = port;
        this.redisUri = redisUri;
        this.tokens = tokens;
    }

    @Override
    public Future<?> start() {
        var router = Router.router(vertx);
        router.get("/ping").handler(c -> c.response()
                .putHeader("content-type", "application/json")
                .end("{\"ok\":true}"));
        router.route("/v1/*").handler(BaselineDoor::requestId);
        router.route("/v1/projects*").handler(this::authenticate).handler(this::limit);
        router.get("/v1/projects/:id").handler(c -> need(c, "project:read")).handler(this::get);
        router.post("/v1/projects").handler(c -> need(c, "project:write"));
        router.post("/v1/projects").handler(BodyHandler.create(false).setBodyLimit(1 << 20));
        router.post("/v1/projects").handler(this::create);
        router.post("/v1/login").handler(BodyHandler.create(false)).handler(this::login);
        router.route().failureHandler(BaselineDoor::problem);
        var options = new RedisOptions().setConnectionString(redisUri).setMaxWaitingHandlers(WAITING_COMMANDS);
        return Redis.createClient(vertx, options)
                .connect()
                .compose(connection -> {
                    redis = connection;
                    return connection.send(
                            Request.cmd(Command.SCRIPT).arg("LOAD").arg(LIMIT));
                })
                .compose(sha -> {
                    script = sha.toString();
                    return vertx.createHttpServer().requestHandler(router).listen(port, "127.0.0.1");
                });
    }

    private static void requestId(RoutingContext c) {
        var id = c.request().getHeader("x-request-id");
        c.response().putHeader("x-request-id", id == null ? UUID.randomUUID().toString() : id);
        c.next();
    }

    private void authenticate(RoutingContext c) {
        var header = c.request().getHeader(HttpHeaders.AUTHORIZATION);
        if (header == null || !header.startsWith("Bearer ")) {
            c.fail(401);
            return;
        }
        var known = verified.get(header);
        if (known != null && known.expires > System.currentTimeMillis() / 1000) {
            c.put("caller", known);
            c.next();
            return;
        }
        c.request().pause();
        tokens.authenticate(new TokenCredentials(header.substring(7))).onComplete(done -> {
            c.request().resume();
            if (done.failed()) {
                c.fail(401);
                return;
            }
            var claims = done.result().attributes().getJsonObject("accessToken");
            Set<String> permissions = new HashSet<>();
            claims.getJsonArray("perms").forEach(p -> permissions.add((String) p));
            var caller = new Caller(
                    UUID.fromString(claims.getString("sub")),
                    UUID.fromString(claims.getString("org")),
                    permissions,
                    claims.getLong("exp"));
            verified.put(header, caller);
            c.put("caller", caller);
            c.next();
        });
    }

    private static void need(RoutingContext c, String permission) {
        if (c.<Caller>get("caller").permissions.contains(permission)) {
            c.next();
        } else {
            c.fail(403);
        }
    }

    private void limit(RoutingContext c) {
        c.request().pause();
        var key = "rl:" + c.<Caller>get("caller").id;
        var command = Request.cmd(Command.EVALSHA)
                .arg(script)
                .arg(1)
                .arg(key)
                .arg(CAPACITY)
                .arg(CAPACITY);
        redis.send(command).onComplete(done -> {
            c.request().resume();
            if (done.failed()) {
                c.fail(503);
                return;
            }
            Response answer = done.result();
            c.response()
                    .putHeader("ratelimit-limit", CAPACITY)
                    .putHeader("ratelimit-remaining", answer.get(1).toString())
                    .putHeader("ratelimit-reset", answer.get(2).toString());
            if (answer.get(0).toInteger() == 1) {
                c.next();
            } else {
                c.fail(429);
            }
        });
    }

    private void get(RoutingContext c) {
        UUID id;
        try {
            id = UUID.fromString(c.pathParam("id"));
        } catch (IllegalArgumentException e) {
            c.fail(400);
            return;
        }
        var request = new GetProject(id, c.<Caller>get("caller").orgId);
        vertx.eventBus()
                .<Project>request("projects.get", request)
                .onSuccess(m -> json(c, 200, m.body()))
                .onFailure(c::fail);
    }

    private void create(RoutingContext c) {
        var name = c.body().asJsonObject().getString("name");
        if (name == null || name.isBlank() || name.length() > 200) {
            c.fail(400);
            return;
        }
        var caller = c.<Caller>get("caller");
        vertx.eventBus()
                .<Project>request("projects.create", new CreateProject(caller.orgId, caller.id, name))
                .onSuccess(m -> {
                    c.response()
                            .putHeader("location", "/v1/projects/" + m.body().id());
                    json(c, 201, m.body());
                })
                .onFailure(c::fail);
    }

    private void login(RoutingContext c) {
        var body = c.body().asJsonObject();
        vertx.eventBus()
                .<Account>request("users.login", new Login(body.getString("email"), body.getString("password")))
                .onSuccess(m -> c.json(new JsonObject()
                        .put(
                                "accessToken",
                                token(tokens, m.body().id(), m.body().orgId()))))
                .onFailure(c::fail);
    }

    /** A token that this baseline accepts. */
    static String token(JWTAuth tokens, UUID person, UUID orgId) {
        var claims = new JsonObject()
                .put("sub", person.toString())
                .put("org", orgId.toString())
                .put(
                        "perms",
                        new io.vertx.core.json.JsonArray().add("project:read").add("project:write"));
        var options = new JWTOptions().setAlgorithm("RS256").setIssuer("bench").setExpiresInSeconds(86_400);
        return tokens.generateToken(claims, options);
    }

    private static void json(RoutingContext c, int status, Project project) {
        c.response()
                .setStatusCode(status)
                .putHeader("content-type", "application/json")
                .end(new JsonObject()
                        .put("id", project.id().toString())
                        .put("orgId", project.orgId().toString())
                        .put("name", project.name())
                        .put("createdAt", project.createdAt().toString())
                        .toBuffer());
    }

    private static void problem(RoutingContext c) {
        int status = c.failure() instanceof ReplyException e && e.failureCode() > 0
                ? e.failureCode()
                : Math.max(c.statusCode(), 400);
        c.response()
                .setStatusCode(status)
                .putHeader("content-type", "application/problem+json")
                .end(new JsonObject().put("status", status).toBuffer());
    }
}
