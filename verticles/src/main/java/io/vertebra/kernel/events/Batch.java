package io.vertebra.kernel.events;

import io.vertebra.bus.Call;
import io.vertebra.bus.Caller;
import io.vertebra.bus.Grant;
import io.vertebra.kernel.db.Transactions;
import io.vertebra.kernel.db.Work;
import io.vertebra.kernel.telemetry.Tracing;
import io.vertebra.kernel.telemetry.Trail;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Reads the next events of a lane, applies them and moves the cursor: in one transaction of the reader's domain. */
final class Batch {
    private static final Duration DEADLINE = Duration.ofSeconds(30);
    private static final String CLAIM = "SELECT " + Logged.COLUMNS + ", joins FROM events.claim($1, $2, $3, $4)";
    private static final int JOINS = 11;
    private static final String ADVANCE = "SELECT events.advance($1, $2, $3, $4)";
    private static final String PARK = "SELECT events.park($1, $2, $3, $4)";
    private static final String RECALL = "SELECT " + Logged.COLUMNS + " FROM events.recall($1, $2)";
    private static final String UNPARK = "SELECT events.unpark($1, $2)";
    private static final String SCOPE = "SELECT set_config('app.org', $1, true), set_config('app.platform', $2, true)";
    private static final String JOINED = "an earlier event of the same key is parked";

    private final String reader;
    private final Caller service;
    private final Transactions transactions;
    private final Follows follows;
    private final @Nullable Tracing tracing;
    private final Clock clock;

    Batch(
            String reader,
            String domain,
            Transactions transactions,
            Follows follows,
            @Nullable Tracing tracing,
            Clock clock) {
        this.reader = reader;
        this.service = Caller.service(domain);
        this.transactions = transactions;
        this.follows = follows;
        this.tracing = tracing;
        this.clock = clock;
    }

    /**
     * What a batch did.
     *
     * @param applied events that had their effect
     * @param parked events that were put aside
     * @param more whether there may be more to read at once
     */
    record Outcome(int applied, int parked, boolean more) {
        static final Outcome NOTHING = new Outcome(0, 0, false);
    }

    /** One claimed event. */
    private record Claimed(Logged logged, boolean joins) {}

    /** What a claim found: where the cursor stands, where it may go, and the events between. */
    private record Claim(long from, long to, boolean more, List<Claimed> events) {}

    /** Applies up to {@code max} events of a lane; {@code place} learns where the cursor stood, also when it fails. */
    Future<Outcome> run(int lane, int max, AtomicLong place) {
        return transactions.open(call(), work -> claim(work, lane, max).compose(found -> {
            if (found.isEmpty()) {
                return Future.succeededFuture(Outcome.NOTHING);
            }
            place.set(found.get().from);
            return apply(work, lane, found.get());
        }));
    }

    /**
     * Puts the event of a lane that failed after this place aside and moves the cursor past it; nothing when the cursor
     * stands elsewhere by now, since another node did it.
     */
    Future<Outcome> parkNext(int lane, long place, String reason) {
        return transactions.open(call(), work -> claim(work, lane, 1).compose(found -> {
            if (found.isEmpty() || found.get().from != place) {
                return Future.succeededFuture(Outcome.NOTHING);
            }
            var claim = found.get();
            int parked = claim.events.size();
            var aside = parked == 0
                    ? Future.succeededFuture(0)
                    : work.run(
                            PARK, reader, lane, claim.events.getFirst().logged.seq(), reason);
            return aside.compose(done -> work.run(ADVANCE, reader, lane, claim.from, claim.to))
                    .map(new Outcome(0, parked, claim.more));
        }));
    }

    /** Applies the oldest dead letter of a key; false when there is none. */
    Future<Boolean> retryOldest(String key) {
        return transactions.open(call(), work -> work.one(RECALL, Logged::of, reader, key)
                .compose(letter -> letter.isEmpty()
                        ? Future.succeededFuture(false)
                        : apply(work, letter.get())
                                .compose(done ->
                                        work.run(UNPARK, reader, letter.get().seq()))
                                .map(true)));
    }

    private Future<Optional<Claim>> claim(Work work, int lane, int max) {
        return work.list(CLAIM, row -> row, reader, lane, follows.types(), max).map(Batch::claim);
    }

    private static Optional<Claim> claim(List<Row> rows) {
        if (rows.isEmpty()) {
            return Optional.empty();
        }
        var events = new ArrayList<Claimed>(rows.size() - 2);
        for (var row : rows.subList(1, rows.size() - 1)) {
            events.add(new Claimed(Logged.of(row), row.getBoolean(JOINS)));
        }
        var last = rows.getLast();
        return Optional.of(new Claim(rows.getFirst().getLong(0), last.getLong(0), last.getBoolean(JOINS), events));
    }

    private Future<Outcome> apply(Work work, int lane, Claim claim) {
        int parked = (int) claim.events.stream().filter(Claimed::joins).count();
        return applyFrom(work, lane, claim.events, 0)
                .compose(done -> work.run(ADVANCE, reader, lane, claim.from, claim.to))
                .map(new Outcome(claim.events.size() - parked, parked, claim.more));
    }

    private Future<?> applyFrom(Work work, int lane, List<Claimed> events, int index) {
        if (index == events.size()) {
            return Future.succeededFuture();
        }
        var next = events.get(index);
        var effect = next.joins ? work.run(PARK, reader, lane, next.logged.seq(), JOINED) : apply(work, next.logged);
        return effect.compose(done -> applyFrom(work, lane, events, index + 1));
    }

    /** The setting goes ahead of the handler's first statement on the same connection; nobody waits for it between. */
    private Future<?> apply(Work work, Logged logged) {
        var org = logged.orgId();
        var scope =
                org == null ? work.one(SCOPE, row -> row, "", "on") : work.one(SCOPE, row -> row, org.toString(), "");
        var call = call(logged);
        Trail.put(call, reader);
        var seen = new FactWork(work, call);
        Future<?> effect = tracing == null
                ? follows.apply(seen, logged)
                : tracing.span(reader, logged.traceparent(), () -> follows.apply(seen, logged)
                        .mapEmpty());
        return scope.compose(set -> effect);
    }

    private Call call() {
        return Call.inside(service, deadline());
    }

    private Call call(Logged logged) {
        var caller = service.with(new Grant(logged.orgId(), null, reader, "service"));
        return new Call(caller, logged.requestId(), logged.traceparent(), deadline(), null, null, null, null);
    }

    private long deadline() {
        return clock.millis() + DEADLINE.toMillis();
    }
}
