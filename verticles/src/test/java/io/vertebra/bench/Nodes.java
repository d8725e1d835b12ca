package io.vertebra.bench;

import io.vertebra.launcher.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Vertebra's own processes: how they are configured, made ready and started. */
final class Nodes {
    static final String MAIN = "io.vertebra.launcher.Main";
    private static final String SECRET = "bench-master-secret-bench-master-secret";
    private static final String PORT = "PORT";
    private static final String MANAGEMENT_PORT = "VERTEBRA_HTTP_MANAGEMENT_PORT";

    private final Path log;

    Nodes(Path log) {
        this.log = log;
    }

    /** The environment of a node that stands alone. */
    static Map<String, String> environment(EmbeddedPostgres postgres, String database, String redis)
            throws IOException {
        var environment = new HashMap<String, String>();
        environment.put("APP_ENV", "local");
        environment.put("DATABASE_URL", Databases.url(postgres, database));
        environment.put(PORT, Integer.toString(freePort()));
        environment.put("VERTEBRA_APP_MASTER_SECRET", SECRET);
        environment.put("VERTEBRA_CLUSTER_ENABLED", "false");
        environment.put("VERTEBRA_MAIL_MODE", "mailbox");
        environment.put("VERTEBRA_LOGGER_LEVEL", "warn");
        environment.put("VERTEBRA_PASSWORD", Baseline.PASSWORD);
        if (!redis.isEmpty()) {
            environment.put("REDIS_URL", redis);
        }
        return environment;
    }

    /** The environment of one of two nodes with these roles; without doors its health is on a port of its own. */
    static Map<String, String> clustered(Map<String, String> environment, String roles, int own, int other)
            throws IOException {
        var all = new HashMap<>(environment);
        all.put("VERTEBRA_APP_ROLES", roles);
        all.put("VERTEBRA_CLUSTER_ENABLED", "true");
        all.put("VERTEBRA_CLUSTER_HOST", "127.0.0.1");
        all.put("VERTEBRA_CLUSTER_PORT", Integer.toString(own));
        all.put("VERTEBRA_CLUSTER_MEMBERS", "127.0.0.1:" + own + ",127.0.0.1:" + other);
        all.put("VERTEBRA_CLUSTER_SECRET", SECRET);
        all.put(PORT, Integer.toString(freePort()));
        if (!roles.equals("edge")) {
            all.put(MANAGEMENT_PORT, Integer.toString(freePort()));
        }
        return all;
    }

    /** Migrates the database and makes the operator. */
    void prepare(Map<String, String> environment, String operator) throws Exception {
        Server.run(MAIN, List.of("migrate", "up"), environment, log);
        Server.run(MAIN, List.of("create-superuser", "--email", operator, "--name", "Operator"), environment, log);
    }

    /** Starts a node and waits until it is ready. */
    Server start(Map<String, String> environment) throws Exception {
        int health = Integer.parseInt(environment.getOrDefault(MANAGEMENT_PORT, environment.get(PORT)));
        return Server.start(MAIN, List.of("run"), environment, health, "/ready", log);
    }

    static int freePort() throws IOException {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
