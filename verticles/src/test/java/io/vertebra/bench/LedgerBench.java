package io.vertebra.bench;

import io.vertebra.launcher.embedded.EmbeddedPostgres;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * The ledger against the same rows written by a bare script of pgbench: postings a second on one hot account and on a
 * thousand, and what reading a balance costs as an account grows. All write on the same server with fsync on from as
 * many connections, each transaction in one flush. The bare script locks its two accounts, writes one transaction row
 * and two entry rows, and checks nothing; the ledger posts by pgbench as well, and by the driver that the platform has.
 */
final class LedgerBench {
    private static final int WRITERS = 16;
    private static final int WAIT_SECONDS = 600;
    private static final String ORG = "00000000-0000-0000-0000-000000000001";
    private static final String SCHEMA = """
            CREATE SCHEMA bare;
            CREATE TABLE bare.accounts (id uuid PRIMARY KEY, name text NOT NULL);
            CREATE TABLE bare.transactions (seq bigint GENERATED ALWAYS AS IDENTITY, org_id uuid, id uuid, kind text,
              code text, cause text, at timestamptz, recorded_at timestamptz DEFAULT now(), fingerprint bytea,
              PRIMARY KEY (org_id, id), UNIQUE (seq));
            CREATE TABLE bare.entries (org_id uuid, account_id uuid, place bigint GENERATED ALWAYS AS IDENTITY,
              transaction_id uuid, leg smallint, phase text, currency text, amount bigint, at timestamptz,
              PRIMARY KEY (account_id, place), UNIQUE (org_id, transaction_id, leg));
            """;
    private static final String ACCOUNTS = """
            INSERT INTO bare.accounts SELECT lpad(to_hex(i), 32, '0')::uuid, 'account ' || i
              FROM generate_series(0, 1999) i;
            SELECT ledger.open('%s', array_agg(id), array_agg(replace(name, ' ', ':')), array_agg(name),
              array_agg('liability'::text), 'EUR', array_agg(false)) FROM bare.accounts;
            """.formatted(ORG);
    private static final String POST = "SELECT account_id, debits_posted FROM ledger.post($1, $2, 'bench', NULL,"
            + " 'bench:1', NULL, now(), false, NULL, $3, ARRAY[1, -1]::bigint[])";
    private static final String FILL = """
            SET session_replication_role = replica;
            ALTER TABLE ledger.entries DISABLE TRIGGER entries_balance;
            INSERT INTO ledger.entries SELECT '%1$s', '%2$s', i, md5('fill ' || i)::uuid, 1, 'posted', 'EUR', 1, now()
              FROM generate_series(%3$d, %4$d) i;
            INSERT INTO ledger.snapshots SELECT '%1$s', '%2$s', i, i, 0, 0, 0, now()
              FROM generate_series(%3$d, %4$d) i WHERE i %% 64 = 0;
            ALTER TABLE ledger.entries ENABLE ALWAYS TRIGGER entries_balance;
            ANALYZE ledger.entries; ANALYZE ledger.snapshots;
            """;
    private static final String BALANCE = "SELECT debits_posted FROM ledger.sums($1, 9223372036854775807)";

    private final EmbeddedPostgres postgres;
    private final String database;
    private final Path scripts;
    private final int seconds;
    private final PrintWriter out;
    private final Vertx vertx = Vertx.vertx();

    LedgerBench(EmbeddedPostgres postgres, String database, Path scripts, int seconds, PrintWriter out) {
        this.postgres = postgres;
        this.database = database;
        this.scripts = scripts;
        this.seconds = seconds;
        this.out = out;
    }

    void run(int rounds) throws Exception {
        var options = PgConnectOptions.fromUri(Databases.url(postgres, database))
                .setUser(EmbeddedPostgres.SUPERUSER)
                .setCachePreparedStatements(true)
                .setPipeliningLimit(8)
                .addProperty("app.platform", "on");
        var pool = PgBuilder.pool()
                .with(new PoolOptions().setMaxSize(WRITERS))
                .connectingTo(options)
                .using(vertx)
                .build();
        try {
            script(pool, SCHEMA);
            script(pool, ACCOUNTS);
            compare(pool, "one hot account", 1, rounds);
            compare(pool, "1,000 accounts", 1_000, rounds);
            balances(pool);
        } finally {
            await(pool.close());
            await(vertx.close());
        }
    }

    private void compare(Pool pool, String title, int hot, int rounds) throws Exception {
        var pgbench = new Pgbench(postgres, database, scripts);
        var variable = "hot=" + hot;
        var bare = new ArrayList<Double>();
        var ledger = new ArrayList<Double>();
        var driver = new ArrayList<Double>();
        for (int round = 0; round < rounds; round++) {
            bare.add(pgbench.rate("posting-bare.sql", variable, WRITERS, seconds));
            ledger.add(pgbench.rate("posting-ledger.sql", variable, WRITERS, seconds));
            driver.add(rate(pool, hot));
        }
        out.printf(
                "ledger, %-16s bare %6.0f/s   ledger %6.0f/s (× %.2f)   ledger by our driver %6.0f/s (× %.2f)%n",
                title,
                median(bare),
                median(ledger),
                median(ledger) / median(bare),
                median(driver),
                median(driver) / median(bare));
        out.flush();
    }

    private static double median(List<Double> rates) {
        return rates.stream().sorted().toList().get(rates.size() / 2);
    }

    private double rate(Pool pool, int hot) throws Exception {
        long start = System.nanoTime();
        long end = start + TimeUnit.SECONDS.toNanos(seconds);
        var writers = new ArrayList<Future<Integer>>();
        for (int i = 0; i < WRITERS; i++) {
            writers.add(pool.withConnection(connection -> again(connection, hot, end, 0)));
        }
        await(Future.all(new ArrayList<Future<?>>(writers)));
        long done = writers.stream().mapToLong(Future::result).sum();
        return done * 1e9 / (System.nanoTime() - start);
    }

    private static Future<Integer> again(SqlConnection connection, int hot, long end, int done) {
        var random = ThreadLocalRandom.current();
        return System.nanoTime() >= end
                ? Future.succeededFuture(done)
                : post(connection, account(random.nextInt(hot)), account(1_000 + random.nextInt(1_000)))
                        .compose(next -> again(connection, hot, end, done + 1));
    }

    private static Future<?> post(SqlConnection connection, UUID debit, UUID credit) {
        connection.query("BEGIN").execute();
        connection
                .preparedQuery(POST)
                .execute(Tuple.of(UUID.fromString(ORG), UUID.randomUUID(), new UUID[] {debit, credit}));
        return connection.query("COMMIT").execute();
    }

    /** Entries of an account that nothing else posts to, with a snapshot at each 64th as posting makes them. */
    private void balances(Pool pool) throws Exception {
        var account = account(1_999_999);
        long have = 0;
        for (long entries : new long[] {1_000, 10_000, 100_000, 1_000_000}) {
            script(pool, FILL.formatted(ORG, account, have + 1, entries));
            have = entries;
            for (int warm = 0; warm < 200; warm++) {
                await(pool.preparedQuery(BALANCE).execute(Tuple.of(account)));
            }
            var micros = new ArrayList<Double>();
            for (int i = 0; i < 2_000; i++) {
                long start = System.nanoTime();
                await(pool.preparedQuery(BALANCE).execute(Tuple.of(account)));
                micros.add((System.nanoTime() - start) / 1e3);
            }
            out.printf("ledger, balance of %,9d entries   %8.0f µs%n", entries, median(micros));
            out.flush();
        }
    }

    private static UUID account(int number) {
        return new UUID(0, number);
    }

    private static void script(Pool pool, String sql) throws Exception {
        await(pool.query(sql).execute());
    }

    private static <T> T await(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(WAIT_SECONDS, TimeUnit.SECONDS);
    }
}
