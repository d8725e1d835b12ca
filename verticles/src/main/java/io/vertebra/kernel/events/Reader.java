package io.vertebra.kernel.events;

import io.micrometer.core.instrument.Counter;
import io.vertebra.kernel.config.EventsSettings;
import io.vertebra.kernel.errors.ErrorBus;
import io.vertebra.kernel.jobs.Backoff;
import io.vertebra.kernel.telemetry.Meters;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One reader on this node. Works on several lanes at once, on each in order; other nodes may work on the other lanes.
 * Lives on the context of its domain's verticle, so that its state and the handlers' need no locks.
 */
final class Reader {
    private static final Logger LOG = LoggerFactory.getLogger(Reader.class);
    private static final int LANES = 16;
    /** Of failures in a row that are not an event's fault, each of this many is logged. */
    private static final int PASSING_LOGGED = 10;

    private static final String REGISTER = "SELECT events.register($1, $2, $3)";
    private static final String RETRY_FAILED = "SELECT events.retry_failed($1, $2, $3)";
    private static final String HOLD = "SELECT events.hold($1, $2, $3, $4)";
    private static final String DEFER = "SELECT events.defer($1, $2, $3, $4, $5, $6, $7)";

    private final String name;
    private final From from;
    private final Follows follows;
    private final Batch batch;
    private final Vertx vertx;
    private final Context context;
    private final SqlClient kernel;
    private final EventsSettings settings;
    private final Backoff backoff;
    private final ErrorBus errors;
    private final Counter applied;
    private final Counter failed;
    private final Counter parked;

    /** Lanes that are being worked on. */
    private final BitSet busy = new BitSet(LANES);
    /** Lanes that have work, and wait for their turn. */
    private final BitSet waiting = new BitSet(LANES);
    /** How many events of a lane to take one by one, since one of them failed. */
    private final int[] careful = new int[LANES];
    /** Failures in a row that were not an event's fault, per lane. */
    private final int[] passing = new int[LANES];

    /** Keys whose dead letters are being applied again. */
    private final Set<String> retrying = new HashSet<>();

    private @Nullable Promise<Void> stopping;

    Reader(String name, From from, Follows follows, Batch batch, Readers.Surroundings on) {
        this.name = name;
        this.from = from;
        this.follows = follows;
        this.batch = batch;
        this.vertx = on.vertx();
        this.context = vertx.getOrCreateContext();
        this.kernel = on.kernel();
        this.settings = on.settings();
        this.backoff = new Backoff(settings.retryDelay(), settings.retryDelayMax());
        this.errors = on.errors();
        this.applied = on.meters().counter("events.applied", "reader", name);
        this.failed = on.meters().counter("events.failed", "reader", name);
        this.parked = on.meters().counter(Meters.EVENTS_PARKED, "reader", name);
    }

    String name() {
        return name;
    }

    /** Whether one of these types is among those that it follows. */
    boolean follows(Set<String> types) {
        return Arrays.stream(follows.types()).anyMatch(types::contains);
    }

    /** Registers the reader; answers when its place in the log is fixed. */
    Future<?> register() {
        return kernel.preparedQuery(REGISTER).execute(Tuple.of(name, follows.types(), from == From.START));
    }

    /** Says that a lane has something to read. */
    void offer(int lane) {
        context.runOnContext(on -> {
            waiting.set(lane);
            work();
        });
    }

    /** Applies the dead letters of a key in order, each in a transaction of its own, up to the first that fails. */
    void retry(String key) {
        context.runOnContext(on -> {
            if (stopping == null && retrying.add(key)) {
                retryNext(key);
            }
        });
    }

    private void retryNext(String key) {
        apart(() -> batch.retryOldest(key))
                .onComplete(done -> context.runOnContext(on -> {
                    if (done.succeeded() && done.result() && stopping == null) {
                        applied.increment();
                        retryNext(key);
                    } else if (done.succeeded()) {
                        retried(key);
                    } else {
                        LOG.warn("Reader {} failed again at a dead letter of {}", name, key, done.cause());
                        errors.report(name, null, done.cause());
                        kernel.preparedQuery(RETRY_FAILED)
                                .execute(Tuple.of(name, key, Failures.describe(done.cause())))
                                .onComplete(noted -> context.runOnContext(back -> retried(key)));
                    }
                }));
    }

    private void retried(String key) {
        retrying.remove(key);
        work();
    }

    /** Takes up no more work; answers when what runs has ended. */
    Future<Void> stop() {
        var stopped = Promise.<Void>promise();
        context.runOnContext(on -> {
            stopping = stopped;
            work();
        });
        return stopped.future();
    }

    /** Takes up lanes that wait, as many as may be worked on at once. */
    private void work() {
        if (stopping != null) {
            if (busy.isEmpty() && retrying.isEmpty()) {
                stopping.tryComplete();
            }
            return;
        }
        for (int lane = waiting.nextSetBit(0); lane >= 0; lane = waiting.nextSetBit(lane + 1)) {
            if (busy.cardinality() < settings.lanesAtOnce() && !busy.get(lane)) {
                waiting.clear(lane);
                busy.set(lane);
                step(lane);
            }
        }
    }

    private void step(int lane) {
        var place = new AtomicLong(-1);
        int max = careful[lane] > 0 ? 1 : settings.batchMax();
        apart(() -> batch.run(lane, max, place))
                .onComplete(done -> context.runOnContext(on -> {
                    if (done.succeeded()) {
                        moved(lane, done.result());
                    } else if (Failures.passing(done.cause())) {
                        hold(lane, max, place.get(), done.cause());
                    } else {
                        blame(lane, max, place.get(), done.cause());
                    }
                }));
    }

    /** A failure is an event's: of a batch it shows which one's when they are taken one by one. */
    private void blame(int lane, int max, long place, Throwable failure) {
        if (max > 1) {
            careful[lane] = max;
            step(lane);
        } else {
            count(lane, place, failure);
        }
    }

    /** On a context of its own, so that log lines and traces of lanes that are worked on at once keep apart. */
    private <T> Future<T> apart(Supplier<Future<T>> work) {
        return Future.future(done -> ((ContextInternal) context).duplicate().runOnContext(on -> work.get()
                .onComplete(done)));
    }

    private void moved(int lane, Batch.Outcome outcome) {
        passing[lane] = 0;
        careful[lane] = Math.max(0, careful[lane] - 1);
        applied.increment(outcome.applied());
        parked.increment(outcome.parked());
        if (outcome.more() && stopping == null) {
            step(lane);
        } else {
            release(lane);
        }
    }

    /**
     * Notes for operators that a lane waits for its surroundings. While not even that can be noted it is PostgreSQL
     * that is away, and the lane waits as long as that takes; for anything else it waits so long, and then the failure
     * is the event's.
     */
    private void hold(int lane, int max, long place, Throwable failure) {
        if (place < 0) {
            passing(lane, failure);
            return;
        }
        kernel.preparedQuery(HOLD)
                .execute(Tuple.of(name, lane, place, Failures.describe(failure)))
                .map(rows -> rows.iterator().next().getLong(0))
                .onComplete(held -> context.runOnContext(on -> {
                    if (held.succeeded()
                            && held.result() != null
                            && held.result() >= settings.outageMax().toMillis()) {
                        blame(lane, max, place, failure);
                    } else {
                        careful[lane] = Math.max(careful[lane], max > 1 ? max : 0);
                        passing(lane, failure);
                    }
                }));
    }

    private void passing(int lane, Throwable failure) {
        passing[lane]++;
        if (passing[lane] % PASSING_LOGGED == 0) {
            LOG.warn("Reader {} failed {} times in lane {}: {}", name, passing[lane], lane, failure.getMessage());
        }
        releaseFor(lane, passing[lane]);
    }

    /** Notes a failure that is the event's, and parks the event when it failed too often. */
    private void count(int lane, long place, Throwable failure) {
        failed.increment();
        errors.report(name, null, failure);
        var error = Failures.describe(failure);
        var parameters = Tuple.tuple()
                .addString(name)
                .addInteger(lane)
                .addLong(place)
                .addString(error)
                .addLong(settings.retryDelay().toMillis())
                .addLong(settings.retryDelayMax().toMillis())
                .addInteger(settings.attemptsMax());
        kernel.preparedQuery(DEFER)
                .execute(parameters)
                .map(rows -> rows.size() == 0 ? 0 : rows.iterator().next().getInteger(0))
                .onComplete(noted -> context.runOnContext(on -> {
                    if (noted.failed()) {
                        passing(lane, noted.cause());
                    } else if (noted.result() < settings.attemptsMax()) {
                        LOG.warn("Reader {} failed in lane {}, attempt {}", name, lane, noted.result(), failure);
                        releaseFor(lane, noted.result());
                    } else {
                        park(lane, place, error, failure);
                    }
                }));
    }

    private void park(int lane, long place, String error, Throwable failure) {
        LOG.error("Reader {} parks an event of lane {}", name, lane, failure);
        apart(() -> batch.parkNext(lane, place, error))
                .onComplete(done -> context.runOnContext(on -> {
                    if (done.succeeded()) {
                        moved(lane, done.result());
                    } else {
                        passing(lane, done.cause());
                    }
                }));
    }

    private void release(int lane) {
        busy.clear(lane);
        work();
    }

    /** Lets the lane go and comes back to it after a pause that grows with the failures in a row. */
    private void releaseFor(int lane, int failures) {
        vertx.setTimer(backoff.after(Math.max(1, failures)).toMillis(), over -> offer(lane));
        release(lane);
    }
}
