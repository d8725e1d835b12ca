package io.vertebra.accounts;

import io.vertebra.testing.Await;
import io.vertebra.testing.TestPlatform;
import io.vertx.pgclient.PgConnection;
import io.vertx.sqlclient.Row;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** What stands in the database of a test's platform, as its owner sees it. */
final class Stored {
    private static final long SECONDS_MAX = 20;

    private Stored() {}

    static List<Row> rows(TestPlatform on, String sql) {
        return Await.await(
                PgConnection.connect(on.platform().vertx(), on.database().owner())
                        .compose(connection -> connection
                                .query(sql)
                                .execute()
                                .map(rows -> rows.stream().toList())
                                .eventually(connection::close)));
    }

    static String text(TestPlatform on, String sql) {
        return rows(on, sql).getFirst().getString(0);
    }

    /** Waits until the query has a row. */
    static void await(TestPlatform on, String sql) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS_MAX);
        while (rows(on, sql).isEmpty()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("Never true: " + sql);
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
        }
    }
}
