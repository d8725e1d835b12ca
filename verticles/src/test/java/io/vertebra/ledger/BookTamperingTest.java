package io.vertebra.ledger;

import static io.vertebra.testing.Await.await;
import static io.vertebra.testing.Await.failure;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgConnection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What direct SQL can do to a book: nothing as a domain or as the owner, and what a superuser does is found. */
class BookTamperingTest {
    private static final int POSTINGS = 10;

    @TempDir
    private Path folder;

    private final UUID org = UUID.randomUUID();
    private Shelf shelf;
    private UUID seventh;

    @BeforeEach
    void ten_sealed_postings() {
        shelf = new Shelf();
        var accounts = shelf.open(org, "EUR", "cash", "floor");
        for (int i = 1; i <= POSTINGS; i++) {
            var id = UUID.randomUUID();
            await(shelf.move(org, id, accounts.get(0), accounts.get(1), 10L * i));
            seventh = i == 7 ? id : seventh;
        }
        var intact = shelf.verify(org);
        assertThat(intact.intact()).isTrue();
        assertThat(intact.sealed()).isEqualTo(POSTINGS);
        assertThat(intact.unsealed()).isZero();
    }

    @AfterEach
    void close() {
        shelf.close();
    }

    @Test
    void the_role_of_the_domain_cannot_write_and_the_owner_cannot_change() {
        for (var table : List.of("accounts", "transactions", "entries", "snapshots", "seals", "checkpoints")) {
            for (var change : List.of(
                    "DELETE FROM ledger." + table,
                    "TRUNCATE ledger." + table + " CASCADE",
                    "UPDATE ledger." + table + " SET org_id = gen_random_uuid()")) {
                assertThat(run(shelf.database.server().domain("ledger"), change))
                        .as(change)
                        .contains("permission denied");
                if (!List.of("snapshots", "checkpoints").contains(table) || change.startsWith("TRUNCATE")) {
                    assertThat(run(shelf.database.server().owner(), change))
                            .as(change)
                            .contains("append-only");
                }
            }
        }
        assertThat(run(
                        shelf.database.server().domain("ledger"),
                        "INSERT INTO ledger.entries SELECT org_id, account_id, place + 1000, transaction_id, 99, phase,"
                                + " currency, amount, at FROM ledger.entries LIMIT 1"))
                .contains("permission denied");
        assertThat(run(
                        shelf.database.server().owner(),
                        "INSERT INTO ledger.entries SELECT org_id, account_id, place + 1000, transaction_id, 99, phase,"
                                + " currency, amount, at FROM ledger.entries LIMIT 1"))
                .contains("debits and credits differ");
        assertThat(shelf.verify(org).intact()).isTrue();
    }

    @Test
    void a_changed_amount_is_found_and_named() {
        tamper("UPDATE ledger.entries SET amount = amount * 2 WHERE transaction_id = '" + seventh + "'");

        var found = shelf.verify(org);
        assertThat(found.intact()).isFalse();
        assertThat(found.findings().getFirst().transactionId()).isEqualTo(seventh);
        assertThat(found.findings().getFirst().sequence()).isEqualTo(7);
    }

    @Test
    void a_changed_description_is_found() {
        tamper("UPDATE ledger.transactions SET description = 'nothing to see' WHERE id = '" + seventh + "'");

        assertThat(shelf.verify(org).findings().getFirst().transactionId()).isEqualTo(seventh);
    }

    @Test
    void a_removed_transaction_is_found() {
        tamper("DELETE FROM ledger.entries WHERE transaction_id = '" + seventh
                + "'; DELETE FROM ledger.transactions WHERE id = '" + seventh + "'");

        assertThat(shelf.verify(org).findings().getFirst().sequence()).isEqualTo(7);
    }

    @Test
    void one_changed_side_does_not_even_balance() {
        tamper("UPDATE ledger.entries SET amount = amount + 1 WHERE leg = 1 AND transaction_id = '" + seventh + "'");

        assertThat(shelf.verify(org).findings()).anyMatch(one -> one.detail().contains("differ"));
    }

    @Test
    void a_removed_tail_is_named_by_the_checkpoint_that_knew_it() throws IOException {
        shelf.checkpoint(folder);
        assertThat(Files.readString(folder.resolve("ledger-checkpoints.ndjson")))
                .contains(org.toString(), "\"sequence\":10", "\"type\":\"key\"");
        assertThat(Objects.requireNonNull(shelf.verify(org).checkpoint()).sequence())
                .isEqualTo(POSTINGS);

        removeTail();

        var found = shelf.verify(org);
        assertThat(found.intact()).isFalse();
        assertThat(found.findings().getFirst().sequence()).isEqualTo(8);
        assertThat(found.findings().getFirst().detail()).isEqualTo("Records 8 to 10 were cut off.");
    }

    @Test
    void without_a_checkpoint_a_removed_tail_leaves_no_trace() {
        removeTail();

        assertThat(shelf.verify(org).intact()).isTrue();
    }

    @Test
    void a_checkpoint_that_was_changed_is_not_signed_any_more() {
        shelf.checkpoint(folder);
        tamper("UPDATE ledger.checkpoints SET sequence = 7");

        assertThat(shelf.verify(org).findings())
                .anyMatch(one -> one.detail().equals("1 checkpoints are not signed by their key."));
    }

    /** Whoever may do everything takes the last three postings away, and all that the sealer keeps of them. */
    private void removeTail() {
        var tail = "(SELECT t.id FROM ledger.transactions t JOIN ledger.seals s ON s.transaction_seq = t.seq"
                + " WHERE s.sequence > 7)";
        tamper("DELETE FROM ledger.entries WHERE transaction_id IN " + tail
                + "; CREATE TEMP TABLE gone AS SELECT t.seq FROM ledger.transactions t WHERE t.id IN " + tail
                + "; DELETE FROM ledger.transactions WHERE seq IN (SELECT seq FROM gone)"
                + "; DELETE FROM ledger.seals WHERE sequence > 7"
                + "; UPDATE ledger.chains c SET sequence = 7, hash ="
                + " (SELECT s.hash FROM ledger.seals s WHERE s.sequence = 7 AND s.org_id = c.org_id)");
    }

    private String run(PgConnectOptions as, String sql) {
        return String.valueOf(failure(PgConnection.connect(shelf.vertx, as).compose(connection -> connection
                        .query("SELECT set_config('app.platform', 'on', false)")
                        .execute()
                        .compose(set -> connection.query(sql).execute())
                        .eventually(connection::close)))
                .getMessage());
    }

    private void tamper(String sql) {
        var tables = List.of("transactions", "entries", "seals", "checkpoints");
        var guards = new StringBuilder();
        tables.forEach(
                table -> guards.append("ALTER TABLE ledger.").append(table).append(" DISABLE TRIGGER ALL;"));
        guards.append(sql).append(';');
        tables.forEach(table ->
                guards.append("ALTER TABLE ledger.").append(table).append(" ENABLE ALWAYS TRIGGER append_only_rows;"));
        shelf.database.asSuperuser(guards.toString());
    }
}
