package io.vertebra.accounts;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertebra.bus.Problem;
import io.vertebra.bus.Problems;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.shareddata.Shareable;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Threads for what takes long on the CPU: password hashes and signatures. Takes no more work than it can do soon; the
 * rest is refused with 503 at once, so that a storm of sign-ins neither fills the memory nor slows other requests.
 */
final class HashPool {
    private final WorkerExecutor workers;
    private final int room;
    private final AtomicInteger inside;
    private final Counter refused;

    HashPool(Vertx vertx, AccountsSettings settings, MeterRegistry meters) {
        int threads = settings.hashThreads() == 0 ? Runtime.getRuntime().availableProcessors() : settings.hashThreads();
        this.workers = vertx.createSharedWorkerExecutor("accounts-hash", threads);
        this.room = threads + settings.hashQueueMax();
        this.inside = inside(vertx, meters);
        this.refused = meters.counter("accounts_hash_refused");
    }

    /** How much work is inside, over all instances of the domain on this node. */
    private record Inside(AtomicInteger count) implements Shareable {}

    private static AtomicInteger inside(Vertx vertx, MeterRegistry meters) {
        var shared = vertx.sharedData().<String, Inside>getLocalMap("accounts-hash");
        return shared.computeIfAbsent("inside", name -> {
                    var count = new AtomicInteger();
                    meters.gauge("accounts_hash_inside", count);
                    return new Inside(count);
                })
                .count();
    }

    /** Runs it on a thread of the pool; fails with 503 when the queue is full. */
    <T> Future<T> run(Callable<T> work) {
        if (inside.incrementAndGet() > room) {
            inside.decrementAndGet();
            refused.increment();
            return Future.failedFuture(Problem.of(Problems.UNAVAILABLE, "Too many people sign in at this moment.")
                    .with("retryAfter", 1));
        }
        return workers.executeBlocking(work, false)
                .onComplete(done -> inside.decrementAndGet())
                .map(Objects::requireNonNull);
    }
}
