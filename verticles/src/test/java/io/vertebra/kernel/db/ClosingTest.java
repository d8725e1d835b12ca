package io.vertebra.kernel.db;

import static io.vertebra.kernel.db.ThingsDb.COUNT;
import static io.vertebra.kernel.db.ThingsDb.INSERT;
import static io.vertebra.kernel.db.ThingsDb.member;
import static io.vertebra.testing.Await.await;
import static io.vertebra.testing.Await.failure;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertebra.bus.Problem;
import io.vertebra.bus.Problems;
import io.vertebra.testing.CutProxy;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How a transaction ends: rows, audit record and events together, or nothing of them, whatever goes wrong when. */
class ClosingTest {
    /** The closing statement as the client cannot send it: its target became a number, which a text is refused for. */
    private static final String UNSENDABLE = """
            DO $$
            DECLARE
              v_old text := pg_get_functiondef('kernel.finish'::regproc);
            BEGIN
              ALTER FUNCTION kernel.finish RENAME TO finish_before;
              EXECUTE replace(v_old, 'p_target text', 'p_target integer');
            END $$""";

    private ThingsDb things;
    private final UUID org = UUID.randomUUID();

    @BeforeEach
    void open() {
        things = ThingsDb.open();
    }

    @AfterEach
    void close() {
        things.close();
    }

    @Test
    void without_its_closing_statement_nothing_is_committed() {
        things.execute(UNSENDABLE);
        try (var node = things.node(things.database.port(), 1)) {
            assertThat(failure(node.make(member(org), "one"))).hasMessageContaining("Parameter at position");
            assertThat(things.number(COUNT)).isZero();

            things.execute("DROP FUNCTION kernel.finish; ALTER FUNCTION kernel.finish_before RENAME TO finish");
        }
        try (var node = things.node(things.database.port(), 1)) {
            await(node.make(member(org), "two"));
            assertWhole(1);
        }
    }

    @Test
    void the_connection_of_a_commit_that_was_refused_is_clean_for_the_next() {
        things.execute(
                "CREATE TABLE things.late (id int, CONSTRAINT late_key UNIQUE (id) DEFERRABLE INITIALLY DEFERRED);"
                        + "GRANT ALL ON things.late TO PUBLIC");
        try (var node = things.node(things.database.port(), 1)) {
            var twice = "INSERT INTO things.late VALUES (1), (1)";
            assertThat(failure(node.things()
                            .work(member(org), ThingsDb.MAKE, new Things.MakeThing(org, "x"), work -> work.run(twice))))
                    .hasMessageContaining("late_key");
            await(node.make(member(org), "one"));
            assertWhole(1);
        }
    }

    @Test
    void a_statement_that_the_client_refused_and_nobody_waited_for_is_no_success() {
        assertThat(failure(things.work(member(org), work -> work.run(INSERT, org, work.newId(), "one")
                        .map(done -> {
                            work.run("SELECT $1::int", "no number");
                            return done;
                        }))))
                .hasMessageContaining("Parameter at position");
        assertThat(things.number(COUNT)).isZero();
    }

    @Test
    void what_a_handler_fails_with_by_itself_says_nothing_about_the_database() {
        assertThat(failure(things.work(member(org), work -> Future.failedFuture("no such thing"))))
                .isNotInstanceOf(Problem.class)
                .hasMessage("no such thing");
        assertThat(failure(things.work(member(org), work -> Future.failedFuture(new IOException("a file is gone")))))
                .isInstanceOf(IOException.class);
    }

    @Test
    void a_connection_that_is_cut_between_the_two_flushes_leaves_nothing() {
        cut(sent -> text(sent).contains("INSERT INTO things.things"), Problems.UNAVAILABLE);
        assertWhole(0);
    }

    @Test
    void a_connection_that_is_cut_between_the_closing_statement_and_the_commit_leaves_nothing() {
        things.execute("""
                GRANT vertebra_things TO CURRENT_USER;
                CREATE FUNCTION things.die() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END $$;
                CREATE TRIGGER last_step AFTER INSERT ON events.log
                  FOR EACH STATEMENT EXECUTE FUNCTION things.die()""");
        var failed = failure(things.make(member(org), "one"));
        assertThat(failed).isInstanceOf(Problem.class);
        assertWhole(0);
    }

    @Test
    void a_connection_that_is_cut_after_the_commit_was_sent_leaves_all_or_nothing() {
        cut(sent -> text(sent).contains("COMMIT"), Problems.OUTCOME_UNKNOWN);
        while (things.number("SELECT count(*) FROM pg_stat_activity WHERE state LIKE 'idle in transaction%'") > 0) {
            await(things.vertx.timer(20));
        }
        assertWhole(things.number(COUNT));
    }

    private void cut(Predicate<Buffer> when, io.vertebra.bus.ProblemType expected) {
        try (var proxy = new CutProxy(things.database.port());
                var node = things.node(proxy.port(), 1)) {
            proxy.cutAfter(when);
            assertThat(failure(node.make(member(org), "one")))
                    .isInstanceOfSatisfying(
                            Problem.class, problem -> assertThat(problem.code()).isEqualTo(expected.code()));
        }
    }

    private static String text(Buffer sent) {
        return sent.toString(StandardCharsets.ISO_8859_1);
    }

    /** So many things, each with its audit record and its event. */
    private void assertWhole(long count) {
        assertThat(things.number(COUNT)).as("rows").isEqualTo(count);
        assertThat(things.number("SELECT count(*) FROM audit.records WHERE outcome = 'done'"))
                .as("audit records")
                .isEqualTo(count);
        assertThat(things.number("SELECT count(*) FROM events.log"))
                .as("events")
                .isEqualTo(count);
    }
}
