package io.vertebra.bench;

import static io.vertebra.testing.Await.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertebra.bus.Call;
import io.vertebra.bus.Caller;
import io.vertebra.bus.Contracts;
import io.vertebra.bus.Grant;
import io.vertebra.contract.Orgs;
import io.vertebra.kernel.config.EventsSettings;
import io.vertebra.kernel.db.DomainDb;
import io.vertebra.kernel.errors.ErrorBus;
import io.vertebra.kernel.events.Follow;
import io.vertebra.kernel.events.From;
import io.vertebra.kernel.events.Readers;
import io.vertebra.kernel.events.Wake;
import io.vertebra.kernel.health.Health;
import io.vertebra.testing.Servers;
import io.vertebra.testing.TestDb;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.SqlClient;
import java.io.PrintWriter;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;

/** Events that transactions emit as any handler does, and how fast three readers have them. */
final class LogBench {
    private static final int READERS = 3;
    private static final int WRITERS = 64;
    private static final int[] EVENTS_A_TRANSACTION = {1, 10};
    private static final int ORGS = 128;
    private static final double NANOS_A_SECOND = 1e9;
    private static final long LOOK_MS = 20;

    private final Servers.Database database;
    private final PrintWriter out;
    private final AtomicLong delivered = new AtomicLong();
    private final AtomicLong written = new AtomicLong();

    LogBench(Servers.Database database, PrintWriter out) {
        this.database = database;
        this.out = out;
    }

    void run(int rounds, int seconds) {
        var vertx = Vertx.vertx();
        var db = TestDb.on(vertx, database, List.of("orgs")).db();
        var readers = readers(vertx, db.kernel(), db.domain("orgs"));
        await(readers.start());
        try {
            for (int events : EVENTS_A_TRANSACTION) {
                for (int round = 0; round < rounds; round++) {
                    round(vertx, db.domain("orgs"), events, seconds);
                }
            }
        } finally {
            await(readers.stop());
            await(db.close());
            await(vertx.close());
        }
    }

    private Readers readers(Vertx vertx, SqlClient kernel, DomainDb orgs) {
        var clock = Clock.systemUTC();
        var meters = new SimpleMeterRegistry();
        var settings = new EventsSettings(
                Duration.ofMillis(500),
                500,
                8,
                8,
                Duration.ofHours(1),
                Duration.ofMillis(200),
                Duration.ofSeconds(30),
                Duration.ofDays(90),
                8192);
        var readers = new Readers(new Readers.Surroundings(
                vertx,
                Contracts.load(),
                kernel,
                new Wake(vertx),
                settings,
                meters,
                new Health(clock),
                null,
                new ErrorBus(clock, meters, 100),
                clock));
        for (int i = 0; i < READERS; i++) {
            var follow = new Follow<>(Orgs.ProjectCreated.class, (work, fact) -> {
                delivered.incrementAndGet();
                return Future.succeededFuture();
            });
            readers.add("orgs", "bench-" + i, From.NOW, List.of(follow), orgs);
        }
        return readers;
    }

    private void round(Vertx vertx, DomainDb orgs, int events, int seconds) {
        delivered.set(0);
        written.set(0);
        long begun = System.nanoTime();
        long until = begun + Duration.ofSeconds(seconds).toNanos();
        var writers = new ArrayList<Future<?>>();
        for (int i = 0; i < WRITERS; i++) {
            writers.add(write(orgs, events, until));
        }
        await(Future.all(writers));
        long appended = System.nanoTime() - begun;
        while (delivered.get() < READERS * written.get()) {
            await(vertx.timer(LOOK_MS));
        }
        long all = System.nanoTime() - begun;
        out.printf(
                Locale.ROOT,
                "Event log, %2d a transaction: %6.0f/s appended, %6.0f/s at each of %d readers, %4.0f ms behind%n",
                events,
                written.get() * NANOS_A_SECOND / appended,
                written.get() * NANOS_A_SECOND / all,
                READERS,
                (all - appended) / 1e6);
        out.flush();
    }

    /** One transaction after the other until the time is over. */
    private Future<?> write(DomainDb orgs, int events, long until) {
        if (System.nanoTime() >= until) {
            return Future.succeededFuture();
        }
        return orgs.open(call(), work -> {
                    for (int i = 0; i < events; i++) {
                        var org = new UUID(1, work.newId().getLeastSignificantBits() & (ORGS - 1));
                        work.emit(new Orgs.ProjectCreated(org, work.newId(), "Bench"));
                    }
                    return work.one("SELECT 1", row -> row);
                })
                .compose(done -> {
                    written.addAndGet(events);
                    return write(orgs, events, until);
                });
    }

    private static Call call() {
        var caller = Caller.service("orgs").with(new Grant(null, null, "bench", "service"));
        return Call.inside(caller, Clock.systemUTC().millis() + 30_000);
    }
}
