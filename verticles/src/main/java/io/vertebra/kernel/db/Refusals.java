package io.vertebra.kernel.db;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertebra.bus.Call;
import io.vertebra.bus.Problem;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.sqlclient.Tuple;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Audit records of attempts that were refused, each in a transaction of its own and in the caller's own chain, never
 * the probed org's. Capped: what is too much is counted, not kept. Never delays or fails the refusal itself.
 */
public final class Refusals {
    private static final Logger LOG = LoggerFactory.getLogger(Refusals.class);
    private static final int WAITING_MAX = 1_000;
    private static final int PER_CALLER_MINUTE_MAX = 30;
    private static final int CALLERS_MAX = 10_000;
    private static final String APPEND =
            "SELECT audit.append($1, $2, NULL, $3, $4, $5, NULL, $6, $7, 'refused', $8, $9, false)";

    private final DomainDb kernel;
    private final Clock clock;
    private final Counter dropped;
    private final Queue<Tuple> waiting = new ArrayDeque<>();
    private final Map<UUID, Integer> counts = new HashMap<>();
    private long minute;
    private boolean writing;
    private @Nullable Promise<Void> drained;

    Refusals(DomainDb kernel, Clock clock, MeterRegistry meters) {
        this.kernel = kernel;
        this.clock = clock;
        this.dropped = Counter.builder("audit.refusals.dropped")
                .description("Records of refused attempts that a cap dropped")
                .register(meters);
    }

    /**
     * Records that an attempt was refused.
     *
     * @param operation the name of the operation
     * @param target what it was about, as far as the path says it
     * @param problem why it was refused
     */
    public void record(Call call, String operation, @Nullable String target, Problem problem) {
        var caller = call.caller();
        var now = clock.instant();
        var tuple = Tuple.tuple()
                .addValue(UuidV7.next(clock))
                .addValue(Closing.ownChain(caller))
                .addValue(now.atOffset(ZoneOffset.UTC))
                .addValue(Closing.kind(caller.kind()))
                .addValue(caller.id())
                .addValue(operation)
                .addValue(target)
                .addValue(problem.code())
                .addValue(call.requestId());
        synchronized (this) {
            if (drained != null || !allowed(caller.id(), TimeUnit.MILLISECONDS.toMinutes(now.toEpochMilli()))) {
                dropped.increment();
                return;
            }
            waiting.add(tuple);
            if (writing) {
                return;
            }
            writing = true;
        }
        writeNext();
    }

    private boolean allowed(UUID caller, long thisMinute) {
        if (minute != thisMinute) {
            minute = thisMinute;
            counts.clear();
        }
        if (waiting.size() >= WAITING_MAX || counts.size() >= CALLERS_MAX && !counts.containsKey(caller)) {
            return false;
        }
        return counts.merge(caller, 1, Integer::sum) <= PER_CALLER_MINUTE_MAX;
    }

    private void writeNext() {
        Tuple next;
        Promise<Void> end;
        synchronized (this) {
            next = waiting.poll();
            end = drained;
            if (next == null) {
                writing = false;
            }
        }
        if (next == null) {
            if (end != null) {
                end.tryComplete();
            }
            return;
        }
        kernel.client().preparedQuery(APPEND).execute(next).onComplete((rows, failure) -> {
            if (failure != null) {
                dropped.increment();
                LOG.warn("A refused attempt was not recorded: {}", failure.getMessage());
            }
            writeNext();
        });
    }

    /** Takes no more records and completes when those that wait are written. */
    synchronized Future<Void> close() {
        var end = Promise.<Void>promise();
        drained = end;
        if (!writing) {
            end.complete();
        }
        return end.future();
    }
}
