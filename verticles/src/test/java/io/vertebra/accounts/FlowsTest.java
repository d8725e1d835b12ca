package io.vertebra.accounts;

import static io.vertebra.testing.Await.await;
import static io.vertebra.testing.Await.failure;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertebra.testing.Servers;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.pgclient.PgConnection;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.lang.reflect.Modifier;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The functions for people who have not signed in, as the domain's own role, on the migrated database. */
class FlowsTest {
    private static final OffsetDateTime NOW = OffsetDateTime.parse("2026-11-20T12:00:00Z");
    private static Vertx vertx;
    private static PgConnection domain;

    @BeforeAll
    static void open() {
        vertx = Vertx.vertx();
        domain = await(PgConnection.connect(vertx, Servers.freshDatabase().domain("accounts")));
    }

    @AfterAll
    static void close() {
        await(domain.close());
        await(vertx.close());
    }

    private static List<Row> rows(String sql, Object... parameters) {
        RowSet<Row> rows = await(domain.preparedQuery(sql).execute(Tuple.wrap(parameters)));
        return rows.stream().toList();
    }

    private static UUID register(String address, String token) {
        var row = rows(
                        AccountsStore.REGISTER,
                        UUID.randomUUID(),
                        address,
                        address,
                        "Ada",
                        "hash",
                        Buffer.buffer(token),
                        NOW.plusDays(1),
                        NOW)
                .getFirst();
        return row.getUUID("person_id");
    }

    @Test
    void every_statement_can_be_prepared() throws IllegalAccessException {
        int statements = 0;
        for (var store : List.of(AccountsStore.class, SessionStore.class, KeyRing.class)) {
            for (var field : Arrays.asList(store.getDeclaredFields())) {
                if (!Modifier.isStatic(field.getModifiers()) || field.getType() != String.class) {
                    continue;
                }
                field.setAccessible(true);
                var sql = (String) field.get(null);
                if (sql.matches("(?s)(SELECT|INSERT|UPDATE|DELETE)\\b.*")) {
                    await(domain.prepare(sql).compose(prepared -> prepared.close()));
                    assertThat(sql.length()).isLessThan(2_048);
                    statements++;
                }
            }
        }
        assertThat(statements).isGreaterThan(30);
    }

    @Test
    void without_a_person_no_row_shows_and_none_can_be_made() {
        register("shut@example.org", "t0");
        for (var table : List.of("people", "passwords", "settings", "sessions", "mail_tokens")) {
            assertThat(rows("SELECT * FROM accounts." + table)).as(table).isEmpty();
        }
        Future<?> insert = domain.preparedQuery(
                        "INSERT INTO accounts.passwords (person_id, hash, changed_at) VALUES ($1, 'x', $2)")
                .execute(Tuple.of(UUID.randomUUID(), NOW));
        assertThat(failure(insert)).hasMessageContaining("row-level security");
    }

    @Test
    void a_transaction_sees_the_person_whose_proof_it_brought_and_forgets_at_its_end() {
        await(domain.query("BEGIN").execute());
        var one = register("one@example.org", "t1");
        assertThat(rows("SELECT id FROM accounts.people"))
                .singleElement()
                .satisfies(row -> assertThat(row.getUUID("id")).isEqualTo(one));
        await(domain.query("COMMIT").execute());
        assertThat(rows("SELECT id FROM accounts.people")).isEmpty();
        assertThat(rows(AccountsStore.FIND_LOGIN, "one@example.org")).hasSize(1);
        assertThat(rows(AccountsStore.FIND_LOGIN, "two@example.org")).isEmpty();
    }

    @Test
    void a_mailed_token_works_once_for_its_purpose_and_in_its_time() {
        register("mail@example.org", "t2");
        var digest = Buffer.buffer("t2");
        assertThat(rows(AccountsStore.TAKE_TOKEN, digest, "reset", NOW)).isEmpty();
        assertThat(rows(AccountsStore.TAKE_TOKEN, digest, "verify", NOW.plusDays(2)))
                .isEmpty();
        assertThat(rows(AccountsStore.TAKE_TOKEN, digest, "verify", NOW)).hasSize(1);
        assertThat(rows(AccountsStore.TAKE_TOKEN, digest, "verify", NOW)).isEmpty();
    }

    @Test
    void a_session_starts_only_with_the_hash_that_was_checked() {
        var person = register("start@example.org", "t3");
        var session = UUID.randomUUID();
        var expires = NOW.plusDays(1);
        assertThat(rows(SessionStore.START, person, "old hash", session, "::1", "curl", expires, NOW))
                .isEmpty();
        assertThat(rows(SessionStore.START, person, "hash", session, null, null, expires, NOW))
                .hasSize(1);
        assertThat(rows(SessionStore.LOCK, session)).singleElement().satisfies(row -> {
            assertThat(row.getUUID("person_id")).isEqualTo(person);
            assertThat(row.getInteger("generation")).isEqualTo(1);
        });
        assertThat(rows(SessionStore.LOCK, UUID.randomUUID())).isEmpty();
    }

    @Test
    void a_bucket_takes_its_limit_at_once_and_empties_evenly() {
        for (int i = 0; i < 10; i++) {
            assertThat(fill("a", NOW)).isZero();
        }
        assertThat(fill("a", NOW)).isEqualTo(6);
        assertThat(fill("a", NOW.plusSeconds(5))).isEqualTo(1);
        assertThat(fill("a", NOW.plusSeconds(6))).isZero();
        assertThat(fill("a", NOW.plusSeconds(6))).isEqualTo(6);
        assertThat(fill("b", NOW)).isZero();
        for (int i = 0; i < 10; i++) {
            assertThat(fill("a", NOW.plusMinutes(5))).isZero();
        }
        assertThat(fill("a", NOW.plusMinutes(5))).isPositive();
    }

    private static int fill(String key, OffsetDateTime now) {
        var keys = new String[] {key};
        return rows(AccountsStore.FILL_BUCKETS, keys, new Integer[] {10}, new Integer[] {60}, now)
                .getFirst()
                .getInteger("wait");
    }
}
