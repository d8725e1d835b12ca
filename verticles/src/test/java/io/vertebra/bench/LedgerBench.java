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
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;

/**
 * The ledger against the same rows written by bare SQL: postings a second on one hot account and on a thousand, and
 * what reading a balance costs as an account grows. Both write on the same server with fsync on, each transaction in
 * one flush; the bare side locks its two accounts, writes one transaction row and two entry rows, and checks nothing.
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
            INSERT INTO bare.accounts SELECT md5('account ' || i)::uuid, 'account ' || i
              FROM generate_series(0, 1999) i;
            SELECT ledger.open('%s', array_agg(id), array_agg(replace(name, ' ', ':')), array_agg(name),
              array_agg('liability'::text), 'EUR', array_agg(false)) FROM bare.accounts;
            """.formatted(ORG);
    private static final String LOCK = "SELECT 1 FROM bare.accounts WHERE id = ANY ($1) ORDER BY id FOR UPDATE";
    private static final String TRANSACTION = "INSERT INTO bare.transactions (org_id, id, kind, code, cause, at,"
            + " fingerprint) VALUES ($1, $2, 'post', 'bench', 'bench:1', now(), sha256('x'))";
    private static final String ENTRIES = "INSERT INTO bare.entries (org_id, account_id, transaction_id, leg, phase,"
            + " currency, amount, at) VALUES ($1, $2, $4, 1, 'posted', 'EUR', 1, now()),"
            + " ($1, $3, $4, 2, 'posted', 'EUR', -1, now())";
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
    private final int seconds;
    private final PrintWriter out;
    private final Vertx vertx = Vertx.vertx();

    LedgerBench(EmbeddedPostgres postgres, String database, int seconds, PrintWriter out) {
        this.postgres = postgres;
        this.database = database;
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
            compare(pool, "one hot account", rounds, () -> account(0));
            compare(
                    pool,
                    "1,000 accounts",
                    rounds,
                    () -> account(ThreadLocalRandom.current().nextInt(1_000)));
            balances(pool);
        } finally {
            await(pool.close());
            await(vertx.close());
        }
    }

    private void compare(Pool pool, String title, int rounds, java.util.function.Supplier<UUID> hot) throws Exception {
        var bare = new ArrayList<Double>();
        var ours = new ArrayList<Double>();
        for (int round = 0; round < rounds; round++) {
            bare.add(rate(pool, (connection, other) -> bare(connection, hot.get(), other)));
            ours.add(rate(pool, (connection, other) -> post(connection, hot.get(), other)));
        }
        out.printf(
                "ledger, %-16s bare SQL %8.0f/s   ledger %8.0f/s   ledger ÷ bare × %.2f%n",
                title, median(bare), median(ours), median(ours) / median(bare));
        out.flush();
    }

    private static double median(List<Double> rates) {
        return rates.stream().sorted().toList().get(rates.size() / 2);
    }

    private double rate(Pool pool, BiFunction<SqlConnection, UUID, Future<?>> posting) throws Exception {
        long start = System.nanoTime();
        long end = start + TimeUnit.SECONDS.toNanos(seconds);
        var writers = new ArrayList<Future<Integer>>();
        for (int i = 0; i < WRITERS; i++) {
            writers.add(pool.withConnection(connection -> again(connection, posting, end, 0)));
        }
        await(Future.all(new ArrayList<Future<?>>(writers)));
        long done = writers.stream().mapToLong(Future::result).sum();
        return done * 1e9 / (System.nanoTime() - start);
    }

    private Future<Integer> again(
            SqlConnection connection, BiFunction<SqlConnection, UUID, Future<?>> posting, long end, int done) {
        var other = account(1_000 + ThreadLocalRandom.current().nextInt(1_000));
        return System.nanoTime() >= end
                ? Future.succeededFuture(done)
                : posting.apply(connection, other).compose(next -> again(connection, posting, end, done + 1));
    }

    private static Future<?> bare(SqlConnection connection, UUID debit, UUID credit) {
        var id = UUID.randomUUID();
        var org = UUID.fromString(ORG);
        connection.query("BEGIN").execute();
        connection.preparedQuery(LOCK).execute(Tuple.of(new UUID[] {debit, credit}));
        connection.preparedQuery(TRANSACTION).execute(Tuple.of(org, id));
        connection.preparedQuery(ENTRIES).execute(Tuple.of(org, debit, credit, id));
        return connection.query("COMMIT").execute();
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
        try {
            var digest = java.security.MessageDigest.getInstance("MD5")
                    .digest(("account " + number).getBytes(java.nio.charset.StandardCharsets.UTF_8));
            var bytes = java.nio.ByteBuffer.wrap(digest);
            return new UUID(bytes.getLong(), bytes.getLong());
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void script(Pool pool, String sql) throws Exception {
        await(pool.query(sql).execute());
    }

    private static <T> T await(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(WAIT_SECONDS, TimeUnit.SECONDS);
    }
}
