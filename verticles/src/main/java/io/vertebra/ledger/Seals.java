package io.vertebra.ledger;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertebra.kernel.db.Work;
import io.vertebra.kernel.jobs.Run;
import io.vertebra.ledger.SealStore.Content;
import io.vertebra.ledger.SealStore.Head;
import io.vertebra.ledger.SealStore.Seal;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Seals committed transactions in the order of writing, off the path of the requests that posted them: a dense place in
 * the chain of their book, and a hash over content, place and the hash before. One sealer runs at a time, so no chain
 * needs a lock that those who post would feel.
 */
final class Seals {
    private static final int BATCH = 1_000;
    private static final int BATCHES_MAX = 50;

    private final Counter sealed;

    Seals(MeterRegistry meters) {
        this.sealed = Counter.builder("ledger.transactions.sealed")
                .description("Ledger transactions that were sealed")
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
                .compose(position -> SealStore.open(work, position, BATCH))
                .compose(open -> open.isEmpty() ? Future.succeededFuture(0) : seal(work, open));
    }

    private Future<Integer> seal(Work work, List<Content> open) {
        var orgs = new HashSet<UUID>();
        open.forEach(one -> orgs.add(one.orgId()));
        return SealStore.heads(work, orgs)
                .compose(before -> {
                    var heads = new HashMap<>(before);
                    return SealStore.seal(work, link(open, heads), heads);
                })
                .map(done -> {
                    sealed.increment(open.size());
                    return open.size();
                });
    }

    /** Links each transaction to the head of its chain, and moves the head. */
    private static List<Seal> link(List<Content> open, Map<UUID, Head> heads) {
        var seals = new ArrayList<Seal>(open.size());
        for (var one : open) {
            var head = heads.getOrDefault(one.orgId(), new Head(0, SealStore.start()));
            long sequence = head.sequence() + 1;
            var hash = one.hash(sequence, head.hash());
            seals.add(new Seal(one.orgId(), sequence, one.seq(), hash));
            heads.put(one.orgId(), new Head(sequence, hash));
        }
        return seals;
    }
}
