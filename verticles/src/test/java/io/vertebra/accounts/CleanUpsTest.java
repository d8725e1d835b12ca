package io.vertebra.accounts;

import static io.vertebra.testing.Await.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertebra.testing.Person;
import io.vertebra.testing.TestPlatform;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnection;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What the cleaning jobs forget and what they keep, after time was turned back in the database. */
class CleanUpsTest {
    private static final String REGISTER =
            "{\"email\":\"%s\",\"password\":\"walnut-quartz-ember-lagoon-7\",\"name\":\"Una Verified\"}";

    private static TestPlatform platform;
    private static Vertx vertx;
    private static Person olga;

    @BeforeAll
    static void start() {
        platform = TestPlatform.start(Map.of("accounts.sign-in-needs-verified-email", "true"));
        vertx = Vertx.vertx();
        olga = Person.operator(platform);
    }

    @AfterAll
    static void stop() {
        await(vertx.close());
        platform.close();
    }

    @Test
    void a_registration_that_nobody_verified_is_forgotten_and_told() {
        register("late@example.test");
        register("new@example.test");
        owner("UPDATE accounts.people SET created_at = created_at - interval '8 days' WHERE address LIKE 'late@%'");

        clean("accounts.clean-up");

        assertThat(count("SELECT count(*) FROM accounts.people WHERE address LIKE 'late@%'"))
                .isZero();
        assertThat(count("SELECT count(*) FROM accounts.people WHERE address LIKE 'new@%'"))
                .isEqualTo(1);
        assertThat(count("SELECT count(*) FROM accounts.people WHERE operator")).isEqualTo(1);
        assertThat(count("SELECT count(*) FROM events.log WHERE type = 'Accounts.RegistrationForgotten'"))
                .isEqualTo(1);
    }

    @Test
    void a_session_that_is_long_over_goes_with_its_epoch_while_others_stay() {
        owner("""
                INSERT INTO accounts.sessions
                SELECT (jsonb_populate_record(s, jsonb_build_object(
                         'id', gen_random_uuid(), 'ended_at', now() - interval '31 days'))).*
                  FROM accounts.sessions AS s, generate_series(1, 600);
                INSERT INTO kernel.epochs (subject, epoch) SELECT id, 1 FROM accounts.sessions
                    ON CONFLICT DO NOTHING""");
        assertThat(count("SELECT count(*) FROM accounts.sessions")).isGreaterThan(600);

        clean("accounts.clean-up");

        assertThat(count("SELECT count(*) FROM accounts.sessions WHERE ended_at IS NOT NULL"))
                .isZero();
        var kept = count("SELECT count(*) FROM accounts.sessions");
        assertThat(kept).isPositive();
        assertThat(count("SELECT count(*) FROM kernel.epochs e JOIN accounts.sessions s ON s.id = e.subject"))
                .isEqualTo(kept);
        assertThat(count("SELECT count(*) FROM kernel.epochs")).isLessThan(600);
    }

    @Test
    void parked_mails_are_forgotten_when_they_were_kept_long_enough() {
        for (var domain : new String[] {"accounts", "orgs"}) {
            owner("INSERT INTO " + domain + ".mails (id, sealed, attempts, due_at)"
                    + " VALUES (gen_random_uuid(), '', 10, now() - interval '31 days'),"
                    + " (gen_random_uuid(), '', 10, now() - interval '29 days')");
        }

        clean("accounts.clean-up");
        clean("orgs.sweep-mails");

        assertThat(count("SELECT count(*) FROM accounts.mails WHERE attempts = 10"))
                .isEqualTo(1);
        assertThat(count("SELECT count(*) FROM orgs.mails WHERE attempts = 10")).isEqualTo(1);
    }

    private static void register(String email) {
        platform.api()
                .post("/v1/auth/register", REGISTER.formatted(email))
                .send()
                .expect(200);
    }

    /** Has an operator run a job, and waits until it has ended. */
    private static void clean(String job) {
        var ended = "SELECT coalesce(sum(runs), 0)::bigint FROM jobs.jobs WHERE owner IS NULL AND name = '" + job + "'";
        long before = count("SELECT runs FROM jobs.jobs WHERE name = '" + job + "'");
        platform.api()
                .post("/v1/admin/jobs/" + job + "/run", null)
                .as(olga.token())
                .send()
                .expect(200);
        while (count(ended) <= before) {
            await(vertx.timer(20));
        }
        assertThat(count("SELECT failures FROM jobs.jobs WHERE name = '" + job + "'"))
                .isZero();
    }

    private static long count(String sql) {
        return owner(sql).iterator().next().getLong(0);
    }

    private static RowSet<Row> owner(String sql) {
        return await(PgConnection.connect(vertx, platform.database().owner())
                .compose(owner -> owner.query(sql).execute().eventually(owner::close)));
    }
}
