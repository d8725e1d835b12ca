package io.vertebra.kernel.events;

import io.micrometer.core.instrument.MeterRegistry;
import io.vertebra.bus.Contracts;
import io.vertebra.kernel.config.EventsSettings;
import io.vertebra.kernel.db.Transactions;
import io.vertebra.kernel.errors.ErrorBus;
import io.vertebra.kernel.health.Health;
import io.vertebra.kernel.telemetry.Tracing;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowIterator;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All readers of this node: finds out which of them have something to read, and says how they stand. */
public final class Readers {
    private static final Logger LOG = LoggerFactory.getLogger(Readers.class);
    private static final String DUE = "SELECT reader, lane FROM events.due($1)";
    private static final String PASS = "SELECT events.pass($1)";
    private static final String STANDING =
            "SELECT reader, oldest_unread_at, failing, last_error, parked FROM events.standing()";
    private static final String RETRIES = "SELECT reader, key FROM events.retries($1)";
    private static final long LOOK_AGAIN_MS = 10;
    private static final int LOOKS_AGAIN_MAX = 50;
    private static final long STANDING_MS = 5_000;
    private static final String PART = "events";

    private final Surroundings on;
    private final Context context;
    private final Gauges gauges;
    private final Map<String, Reader> readers = new LinkedHashMap<>();

    private final List<Long> timers = new ArrayList<>();
    private boolean looking;
    private boolean lookAgain;
    private int again;
    private boolean timed;
    private volatile boolean passing;
    private boolean stopped;

    /**
     * What readers work with.
     *
     * @param kernel the pool of the kernel's own role
     * @param health where they say how they stand
     * @param tracing makes a span of each event; null without traces
     * @param errors where failures of handlers are reported
     */
    public record Surroundings(
            Vertx vertx,
            Contracts contracts,
            SqlClient kernel,
            Wake wake,
            EventsSettings settings,
            MeterRegistry meters,
            Health health,
            @Nullable Tracing tracing,
            ErrorBus errors,
            Clock clock) {}

    /** The readers of one node, none yet. */
    public Readers(Surroundings on) {
        this.on = on;
        this.context = on.vertx().getOrCreateContext();
        this.gauges = new Gauges(on.meters(), on.health().part(PART), on.clock());
    }

    /**
     * How a reader stands.
     *
     * @param oldestUnreadAt when the oldest event that it has not read was written; null when it has read all
     * @param failing how many of its lanes wait to be retried
     * @param parked how many dead letters it has
     */
    public record Standing(
            String reader,
            @Nullable Instant oldestUnreadAt,
            int failing,
            @Nullable String lastError,
            long parked) {}

    /**
     * Adds a reader; to be called on the context that its handlers shall run on, before {@link #start}.
     *
     * @param domain whose transactions its effects happen in
     * @param name unique within the domain, for ever
     * @param follows what it does about which type of event
     */
    public void add(String domain, String name, From from, List<Follow<?>> follows, Transactions transactions) {
        var full = domain + "." + name;
        var types = new Follows(on.contracts(), follows);
        var batch = new Batch(full, domain, transactions, types, on.tracing(), on.clock());
        var reader = new Reader(full, from, types, batch, on);
        synchronized (readers) {
            if (readers.put(full, reader) != null) {
                throw new IllegalArgumentException("There are two readers " + full);
            }
        }
    }

    /** Registers the readers and starts them. */
    public Future<?> start() {
        Future<?> registered = Future.succeededFuture();
        for (var reader : all()) {
            registered = registered.compose(done -> reader.register());
        }
        return registered
                .compose(done -> standing())
                .onSuccess(done -> context.runOnContext(begin -> {
                    on.wake().listen(types -> context.runOnContext(hint -> hinted(types)));
                    timers.add(
                            on.vertx().setPeriodic(on.settings().pollInterval().toMillis(), poll -> {
                                look();
                                lookForRetries();
                                pass();
                            }));
                    timers.add(on.vertx().setPeriodic(STANDING_MS, poll -> standing()));
                    look();
                }));
    }

    /** Takes up no more events; answers when what runs has ended. */
    public Future<?> stop() {
        return Future.<Void>future(ended -> context.runOnContext(end -> {
                    stopped = true;
                    timers.forEach(on.vertx()::cancelTimer);
                    ended.complete();
                }))
                .compose(ended -> Future.join(all().stream().map(Reader::stop).toList()));
    }

    /** How each reader of the platform stands. */
    public Future<List<Standing>> standing() {
        return on.kernel()
                .preparedQuery(STANDING)
                .execute()
                .map(rows -> StreamSupport.stream(rows.spliterator(), false)
                        .map(row -> new Standing(
                                row.getString(0), instant(row, 1), row.getInteger(2), row.getString(3), row.getLong(4)))
                        .toList())
                .onSuccess(gauges::set);
    }

    private List<Reader> all() {
        synchronized (readers) {
            return new ArrayList<>(readers.values());
        }
    }

    /** Events that no reader of this node follows wake nobody; the next poll passes them. */
    private void hinted(Set<String> types) {
        if (all().stream().anyMatch(reader -> reader.follows(types))) {
            again = LOOKS_AGAIN_MAX;
            look();
        }
    }

    private void look() {
        if (stopped) {
            return;
        }
        if (looking) {
            lookAgain = true;
            return;
        }
        var names = names();
        if (names.length == 0) {
            return;
        }
        looking = true;
        on.kernel()
                .preparedQuery(DUE)
                .execute(Tuple.of(names))
                .onComplete(due -> context.runOnContext(back -> {
                    looking = false;
                    if (due.succeeded()) {
                        offer(due.result().iterator());
                    } else {
                        LOG.debug(
                                "Readers could not look for events: {}",
                                due.cause().getMessage());
                    }
                    if (lookAgain) {
                        lookAgain = false;
                        look();
                    }
                }));
    }

    /** Dead letters that somebody asked to have applied again. */
    private void lookForRetries() {
        var names = names();
        if (stopped || names.length == 0) {
            return;
        }
        on.kernel()
                .preparedQuery(RETRIES)
                .execute(Tuple.of(names))
                .onSuccess(asked -> asked.forEach(row -> found(row.getString(0)).retry(row.getString(1))));
    }

    /** Moves on past the events that nobody here follows, all at once. */
    private void pass() {
        var names = names();
        if (stopped || passing || names.length == 0) {
            return;
        }
        passing = true;
        on.kernel().preparedQuery(PASS).execute(Tuple.of(names)).onComplete(passed -> {
            passing = false;
            if (passed.failed()) {
                LOG.debug("Readers could not move on: {}", passed.cause().getMessage());
            }
        });
    }

    private String[] names() {
        return all().stream().map(Reader::name).toArray(String[]::new);
    }

    private Reader found(String name) {
        synchronized (readers) {
            return Objects.requireNonNull(readers.get(name));
        }
    }

    private void offer(RowIterator<Row> due) {
        while (due.hasNext()) {
            var row = due.next();
            var name = row.getString(0);
            if (name == null) {
                lookSoon();
            } else {
                found(name).offer(row.getShort(1));
            }
        }
    }

    /** Somebody is writing while we look: what a hint told of may stand behind that and show in a moment. */
    private void lookSoon() {
        if (!timed && again > 0) {
            timed = true;
            again--;
            on.vertx().setTimer(LOOK_AGAIN_MS, over -> {
                timed = false;
                look();
            });
        }
    }

    static @Nullable Instant instant(Row row, int column) {
        var time = row.getOffsetDateTime(column);
        return time == null ? null : time.toInstant();
    }
}
