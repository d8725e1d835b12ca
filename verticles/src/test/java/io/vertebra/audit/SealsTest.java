package io.vertebra.audit;

import static io.vertebra.testing.Await.await;
import static io.vertebra.testing.Await.failure;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.pgclient.PgConnection;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SealsTest {
    @TempDir
    private Path folder;

    private Log log;
    private final UUID org = UUID.randomUUID();

    @BeforeEach
    void open() {
        log = new Log(folder);
    }

    @AfterEach
    void close() {
        log.close();
    }

    @Test
    void what_is_written_waits_to_be_sealed_and_is_then_in_the_chain() {
        log.append(org, 3);
        assertThat(log.chain(org).unsealed()).isEqualTo(3);
        assertThat(log.chain(org).oldestUnsealedAt()).isNotNull();

        log.seal();

        assertThat(log.chain(org).sealed()).isEqualTo(3);
        assertThat(log.chain(org).unsealed()).isZero();
        assertThat(log.verify(org).intact()).isTrue();
        assertThat(log.verify(org).records()).isEqualTo(3);
    }

    @Test
    void nothing_is_sealed_past_a_writer_that_is_still_open() {
        log.append(org, 2);
        var slow = await(PgConnection.connect(log.vertx, log.database.server().owner()));
        await(slow.query("BEGIN").execute().compose(begun -> Log.append(slow, org)));
        log.append(org, 2);

        log.seal();
        assertThat(log.chain(org).sealed()).isEqualTo(2);

        await(slow.query("COMMIT").execute().eventually(slow::close));
        log.seal();
        assertThat(log.chain(org).sealed()).isEqualTo(5);
        assertThat(log.verify(org).intact()).isTrue();
    }

    @Test
    void writers_at_once_that_commit_and_roll_back_leave_dense_chains_without_a_gap() {
        var orgs = List.of(UUID.randomUUID(), UUID.randomUUID(), UUID.randomUUID());
        var writers = new ArrayList<Future<?>>();
        for (int i = 0; i < 12; i++) {
            writers.add(log.connected(connection -> write(connection, orgs, 60)));
        }
        var all = Future.all(writers);
        while (!all.isComplete()) {
            log.seal();
        }
        await(all);
        log.seal();

        for (var one : orgs) {
            var chain = log.chain(one);
            assertThat(chain.unsealed()).isZero();
            assertThat(log.verify(one).intact()).isTrue();
            assertThat(log.verify(one).records()).isEqualTo(chain.sealed());
        }
        assertThat(orgs.stream().mapToLong(one -> log.chain(one).sealed()).sum())
                .isEqualTo(12 * 60 / 10 * 9);
    }

    /** Every tenth transaction rolls back; some wait between their record and their end. */
    private Future<?> write(PgConnection connection, List<UUID> orgs, int count) {
        Future<?> done = Future.succeededFuture();
        for (int i = 0; i < count; i++) {
            var chain = orgs.get(i % orgs.size());
            boolean rollBack = i % 10 == 9;
            int pause = 1 + ThreadLocalRandom.current().nextInt(8);
            done = done.compose(next -> connection.query("BEGIN").execute())
                    .compose(begun -> Log.append(connection, chain))
                    .compose(appended -> log.vertx.timer(pause, java.util.concurrent.TimeUnit.MILLISECONDS))
                    .compose(waited ->
                            connection.query(rollBack ? "ROLLBACK" : "COMMIT").execute());
        }
        return done;
    }

    @Test
    void records_refuse_every_change_from_everybody() {
        log.append(org, 1);
        log.seal();
        log.checkpoint();

        for (var table : List.of("records", "seals", "checkpoints")) {
            for (var sql : List.of("DELETE FROM audit." + table, "UPDATE audit." + table + " SET chain = chain")) {
                assertThat(failure(log.connected(owner -> owner.query(sql).execute())))
                        .hasMessageContaining("append-only");
                assertThat(failure(asDomain(sql))).hasMessageContaining("permission denied");
            }
            assertThat(failure(log.connected(
                            owner -> owner.query("TRUNCATE audit." + table).execute())))
                    .hasMessageContaining("append-only");
        }
    }

    @Test
    void without_a_tenant_nothing_shows() {
        log.append(org, 2);
        log.seal();
        for (var table : List.of("records", "seals", "chains")) {
            var count = await(asDomain("SELECT count(*) FROM audit." + table));
            assertThat(count).isZero();
        }
    }

    private Future<Long> asDomain(String sql) {
        return PgConnection.connect(log.vertx, log.database.server().domain("audit"))
                .compose(connection -> connection
                        .query(sql)
                        .execute()
                        .map(rows -> rows.iterator().next().getLong(0))
                        .eventually(connection::close));
    }
}
