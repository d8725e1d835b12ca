package io.vertebra.kernel.events;

import static io.vertebra.testing.Await.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertebra.bus.Call;
import io.vertebra.bus.Caller;
import io.vertebra.bus.Contracts;
import io.vertebra.bus.Problem;
import io.vertebra.bus.Problems;
import io.vertebra.contract.Orgs;
import io.vertebra.kernel.db.Cursor;
import io.vertebra.kernel.errors.ErrorBus;
import io.vertebra.kernel.health.Health;
import io.vertebra.testing.TestDb;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a reader does about an event that fails: it parks what is the event's fault, and waits visibly for the rest. */
class FailingReadersTest {
    private static final UUID ORG = UUID.randomUUID();

    private Vertx vertx;
    private TestDb database;
    private Readers readers;
    private final Health health = new Health(Clock.systemUTC());
    private final AtomicInteger applied = new AtomicInteger();

    @BeforeEach
    void open() {
        vertx = Vertx.vertx();
        database = TestDb.fresh(vertx, List.of("orgs", "oracle"));
    }

    @AfterEach
    void close() {
        await(readers.stop());
        await(database.db().close());
        await(vertx.close());
    }

    @Test
    void what_the_client_refuses_to_send_is_the_events_fault() {
        start(Duration.ofHours(1), (work, fact) -> work.run("SELECT $1::int", "no number"));
        append();
        assertThat(parkedReason()).contains("Parameter at position");
    }

    @Test
    void a_failure_that_says_nothing_about_the_surroundings_is_the_events_fault() {
        start(Duration.ofHours(1), (work, fact) -> Future.failedFuture("cannot bear it"));
        append();
        assertThat(parkedReason()).contains("cannot bear it");
    }

    @Test
    void a_neighbour_that_is_away_is_waited_for_and_seen() {
        var away = new AtomicBoolean(true);
        start(
                Duration.ofHours(1),
                (work, fact) -> away.get()
                        ? Future.failedFuture(Problem.of(Problems.UNAVAILABLE, "The neighbour is away."))
                        : Future.succeededFuture(applied.incrementAndGet()));
        append();
        while (await(readers.standing()).getFirst().failing() == 0) {
            await(vertx.timer(20));
        }
        assertThat(await(readers.standing()).getFirst().lastError()).contains("The neighbour is away.");
        assertThat(health.part("events").status().detail()).contains("orgs.one fails in 1 lanes");

        away.set(false);
        while (await(readers.standing()).getFirst().failing() > 0) {
            await(vertx.timer(20));
        }
        assertThat(applied).hasValue(1);
        assertThat(letters()).isEmpty();
    }

    @Test
    void a_neighbour_that_stays_away_holds_no_lane_for_ever() {
        start(
                Duration.ZERO,
                (work, fact) -> Future.failedFuture(Problem.of(Problems.UNAVAILABLE, "The neighbour is gone.")));
        append();
        assertThat(parkedReason()).contains("The neighbour is gone.");
    }

    @Test
    void only_the_event_that_failed_is_parked_however_many_nodes_saw_it_fail() {
        Follow.Handler<Orgs.ProjectCreated> failing = (work, fact) -> Future.failedFuture("cannot bear it");
        start(Duration.ofHours(1), failing);
        await(readers.stop());
        var follows = new Follows(Contracts.load(), List.of(new Follow<>(Orgs.ProjectCreated.class, failing)));
        var orgs = database.db().domain("orgs");
        var batch = new Batch("orgs.one", "orgs", orgs, follows, null, Clock.systemUTC());
        var project = UUID.randomUUID();
        await(LogWriter.append(database.db().kernel(), ORG, project, 1));
        await(LogWriter.append(database.db().kernel(), ORG, project, 2));
        for (int lane = 0; lane < 16; lane++) {
            var place = new AtomicLong(-1);
            await(batch.run(lane, 1, place).otherwiseEmpty());
            if (place.get() >= 0) {
                assertThat(await(batch.parkNext(lane, place.get(), "first")).parked())
                        .isEqualTo(1);
                assertThat(await(batch.parkNext(lane, place.get(), "second")).parked())
                        .isZero();
            }
        }
        assertThat(letters()).hasSize(1);
    }

    private void start(Duration outageMax, Follow.Handler<Orgs.ProjectCreated> handler) {
        readers = new Readers(new Readers.Surroundings(
                vertx,
                Contracts.load(),
                database.db().kernel(),
                new Wake(vertx),
                EventLogTest.settings(outageMax),
                new SimpleMeterRegistry(),
                health,
                null,
                new ErrorBus(Clock.systemUTC(), new SimpleMeterRegistry(), 100),
                Clock.systemUTC()));
        var follows = List.<Follow<?>>of(new Follow<>(Orgs.ProjectCreated.class, handler));
        readers.add("orgs", "one", From.START, follows, database.db().domain("orgs"));
        await(readers.start());
    }

    private void append() {
        await(LogWriter.append(database.db().kernel(), ORG, UUID.randomUUID(), 1));
    }

    private String parkedReason() {
        while (letters().isEmpty()) {
            await(vertx.timer(20));
        }
        return letters().getFirst().reason();
    }

    private List<ReadersAdmin.DeadLetter> letters() {
        var call = Call.inside(Caller.service("oracle"), Clock.systemUTC().millis() + 30_000);
        return await(database.db().domain("oracle").read(call, read -> new ReadersAdmin()
                .deadLetters(read, null, Cursor.first(), 10)));
    }
}
