package io.vertebra.audit;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.vertebra.audit.AuditStore.Head;
import io.vertebra.audit.SealStore.Open;
import io.vertebra.audit.SealStore.Seal;
import io.vertebra.kernel.audit.AuditRecord;
import io.vertebra.kernel.db.Work;
import io.vertebra.kernel.jobs.Run;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Seals committed records in the order of writing, off the path of the requests that wrote them: a dense place in the
 * chain, and a hash over content, place and the hash before. One sealer runs at a time, so no chain needs a lock that
 * its writers would feel.
 */
final class Seals {
    private static final int BATCH = 1_000;
    private static final int BATCHES_MAX = 50;

    private final Counter sealed;
    private final Timer waited;

    Seals(MeterRegistry meters) {
        this.waited = Timer.builder("audit.unsealed")
                .description("How long the oldest record had waited when the sealer came to it")
                .register(meters);
        this.sealed = Counter.builder("audit.records.sealed")
                .description("Audit records that were sealed")
                .register(meters);
    }

    /** One run: batch after batch until nothing waits, in transactions of their own. */
    Future<Void> seal(Run run) {
        return seal(run, BATCHES_MAX);
    }

    private Future<Void> seal(Run run, int batches) {
        return run.inWork(this::batch)
                .compose(count -> count == BATCH && batches > 1 ? seal(run, batches - 1) : Future.succeededFuture());
    }

    private Future<Integer> batch(Work work) {
        return SealStore.position(work)
                .compose(position -> SealStore.records(work, position, BATCH))
                .compose(open -> open.isEmpty() ? Future.succeededFuture(0) : seal(work, open));
    }

    private Future<Integer> seal(Work work, List<Open> open) {
        var chains = new HashSet<UUID>();
        open.forEach(one -> chains.add(one.chain()));
        return SealStore.heads(work, chains)
                .compose(before -> {
                    var heads = new HashMap<>(before);
                    return SealStore.seal(work, link(open, heads), heads);
                })
                .map(done -> {
                    sealed.increment(open.size());
                    waited.record(Duration.between(open.getFirst().at(), work.now()));
                    return open.size();
                });
    }

    /** Links each record to the head of its chain, and moves the head. */
    private static List<Seal> link(List<Open> open, Map<UUID, Head> heads) {
        var seals = new ArrayList<Seal>(open.size());
        for (var one : open) {
            var head = heads.getOrDefault(one.chain(), new Head(0, AuditRecord.START));
            long sequence = head.sequence() + 1;
            var hash = one.in(sequence, head.hash()).hash();
            seals.add(new Seal(one.chain(), sequence, one.seq(), hash));
            heads.put(one.chain(), new Head(sequence, hash));
        }
        return seals;
    }
}
