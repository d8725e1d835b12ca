package io.vertebra.kernel.cache;

import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Epochs: a number per subject that grows whenever its rights or its state change. PostgreSQL holds the truth, Redis a
 * copy that is never older than an answered change: it is raised before the answer, lies under the id of the server's
 * run, so that a restarted Redis begins empty, and is read from PostgreSQL where it is missing.
 */
public final class Epochs {
    static final String READ = "SELECT subject, epoch FROM kernel.epochs WHERE subject = ANY($1)";
    static final String UNPUSHED = "SELECT subject, epoch FROM kernel.epochs WHERE NOT pushed LIMIT 500";
    static final String PUSHED = """
            UPDATE kernel.epochs e SET pushed = true FROM unnest($1::uuid[], $2::bigint[]) AS p (subject, epoch)
            WHERE e.subject = p.subject AND e.epoch = p.epoch AND NOT e.pushed""";

    private static final Logger log = LoggerFactory.getLogger(Epochs.class);
    private static final int KEEP_SECONDS = 86_400;

    private final Supplier<@Nullable Line> line;
    private final String prefix;
    private final SqlClient kernel;

    Epochs(Supplier<@Nullable Line> line, String prefix, SqlClient kernel) {
        this.line = line;
        this.prefix = prefix;
        this.kernel = kernel;
    }

    static String key(String prefix, String server, UUID subject) {
        return prefix + "epoch:" + server + ":" + subject;
    }

    /**
     * Makes every door see these epochs, or higher ones. Called after COMMIT and before the answer; fails with
     * {@link RedisAway} when Redis cannot be reached, and then the sweep does it later.
     */
    public Future<Void> push(Map<UUID, Long> raised) {
        var to = line.get();
        if (to == null || raised.isEmpty()) {
            return raised.isEmpty() ? Future.succeededFuture() : Future.failedFuture(new RedisAway("not connected"));
        }
        var command = Request.cmd(Command.EVALSHA).arg(Script.RAISE.sha()).arg(raised.size());
        raised.keySet().forEach(subject -> command.arg(key(prefix, to.server(), subject)));
        command.arg(KEEP_SECONDS);
        raised.values().forEach(command::arg);
        return Cache.onLoopOf(to, () -> to.run(Script.RAISE, command)).mapEmpty();
    }

    /** The epochs of these subjects, in this order, from PostgreSQL; those that nobody touched are 0. */
    public Future<long[]> read(List<UUID> subjects) {
        return kernel.preparedQuery(READ)
                .execute(Tuple.of(subjects.toArray(UUID[]::new)))
                .map(rows -> {
                    Map<UUID, Long> known = new HashMap<>();
                    subjects.forEach(subject -> known.put(subject, 0L));
                    rows.forEach(row -> known.put(row.getUUID(0), row.getLong(1)));
                    push(known).onFailure(away -> log.debug("epochs stay in PostgreSQL: {}", away.getMessage()));
                    return subjects.stream().mapToLong(known::get).toArray();
                });
    }

    /** Pushes what a node that died, or that could not reach Redis, left behind. */
    Future<Void> sweep() {
        if (line.get() == null) {
            return Future.succeededFuture();
        }
        return kernel.preparedQuery(UNPUSHED).execute().compose(rows -> {
            if (rows.size() == 0) {
                return Future.succeededFuture();
            }
            Map<UUID, Long> left = new HashMap<>();
            rows.forEach(row -> left.put(row.getUUID(0), row.getLong(1)));
            var subjects = left.keySet().toArray(UUID[]::new);
            var epochs = left.values().toArray(Long[]::new);
            return push(left)
                    .compose(pushed -> kernel.preparedQuery(PUSHED).execute(Tuple.of(subjects, (Object) epochs)))
                    .mapEmpty();
        });
    }
}
