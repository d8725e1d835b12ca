package io.vertebra.chaos;

import io.vertebra.launcher.embedded.EmbeddedPostgres;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgConnection;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/** What stands in the database, read as its superuser past all walls, against what the clients were told. */
final class Truth implements AutoCloseable {
    private static final String ROWS = "SELECT id::text, name FROM orgs.projects WHERE org_id = $1";
    private static final String EVENTS =
            "SELECT key, count(*) FROM events.log WHERE org_id = $1" + " AND type = 'Orgs.ProjectCreated' GROUP BY key";
    private static final String AUDIT =
            "SELECT split_part(target, ':', 2), count(*) FROM audit.records WHERE org_id = $1"
                    + " AND action = 'Orgs.CreateProject' AND outcome = 'done' GROUP BY 1";
    private static final String MONEY =
            "SELECT transaction_id::text, count(*) FROM ledger.entries WHERE org_id = $1 GROUP BY transaction_id";
    private static final String UNBALANCED = "SELECT count(*) FROM (SELECT 1 FROM ledger.entries WHERE org_id = $1"
            + " GROUP BY transaction_id, currency, phase HAVING sum(amount) <> 0) wrong";
    private static final String BELOW = "SELECT count(*) FROM (SELECT a.id FROM ledger.accounts a"
            + " JOIN ledger.entries e ON e.account_id = a.id WHERE a.org_id = $1 AND a.never_negative"
            + " GROUP BY a.id, a.side HAVING sum(e.amount) * CASE a.side WHEN 'debit' THEN 1 ELSE -1 END < 0) wrong";

    private final Vertx vertx = Vertx.vertx();
    private final PgConnection connection;

    Truth(EmbeddedPostgres postgres) throws Exception {
        var options = new PgConnectOptions()
                .setHost("127.0.0.1")
                .setPort(postgres.port())
                .setDatabase(EmbeddedPostgres.DATABASE)
                .setUser(EmbeddedPostgres.SUPERUSER)
                .setPassword(postgres.password());
        connection = await(PgConnection.connect(vertx, options));
    }

    /** Looks at all that an experiment's clients wrote. */
    void check(Scene scene, Journal journal, Outcome outcome) throws Exception {
        var org = UUID.fromString(scene.id());
        var names = new HashMap<String, List<String>>();
        for (var row : query(ROWS, org)) {
            names.computeIfAbsent(row.getString(1), any -> new ArrayList<>()).add(row.getString(0));
        }
        var ids = new HashSet<String>();
        names.values().forEach(ids::addAll);
        var money = counts(MONEY, org);
        long lost = journal.acknowledged().entrySet().stream()
                .filter(one -> one.getKey().startsWith("money ")
                        ? money.getOrDefault(one.getValue(), 0L) != 2
                        : !ids.contains(one.getValue()))
                .count();
        outcome.violation("lost", lost);
        outcome.violation(
                "doubled",
                names.values().stream().mapToLong(all -> all.size() - 1).sum());
        outcome.violation("eventsWrong", differing(ids, counts(EVENTS, org)));
        outcome.violation("unaudited", differing(ids, counts(AUDIT, org)));
        outcome.violation("unbalanced", number(UNBALANCED, org));
        outcome.violation("belowFloor", number(BELOW, org));
        outcome.violation("anomalies", journal.anomalies().size());
        outcome.put("acknowledged", journal.acknowledged().size());
        outcome.put("unclear", journal.unknown());
    }

    /** The ids of an org's projects in the order of their events. */
    List<String> created(Scene scene) throws Exception {
        var all = new ArrayList<String>();
        var sql = "SELECT key FROM events.log WHERE org_id = $1 AND type = 'Orgs.ProjectCreated' ORDER BY seq";
        query(sql, UUID.fromString(scene.id())).forEach(row -> all.add(row.getString(0)));
        return all;
    }

    /** How many of these do not stand there exactly once, and how many others do. */
    private static long differing(HashSet<String> ids, Map<String, Long> counts) {
        long wrong = ids.stream().filter(id -> counts.getOrDefault(id, 0L) != 1).count();
        return wrong + counts.keySet().stream().filter(id -> !ids.contains(id)).count();
    }

    private Map<String, Long> counts(String sql, UUID org) throws Exception {
        var all = new HashMap<String, Long>();
        query(sql, org).forEach(row -> all.put(String.valueOf(row.getString(0)), row.getLong(1)));
        return all;
    }

    private long number(String sql, UUID org) throws Exception {
        return query(sql, org).iterator().next().getLong(0);
    }

    private RowSet<Row> query(String sql, UUID org) throws Exception {
        return await(connection.preparedQuery(sql).execute(Tuple.of(org)));
    }

    /** Does what nobody may: breaks a promise behind the platform's back. */
    void tamper(String sql) throws Exception {
        await(connection.query(sql).execute());
    }

    private static <T> T await(io.vertx.core.Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
    }

    @Override
    public void close() throws Exception {
        await(connection.close());
        await(vertx.close());
    }
}
