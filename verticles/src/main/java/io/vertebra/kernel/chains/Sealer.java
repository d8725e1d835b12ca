package io.vertebra.kernel.chains;

import io.vertebra.kernel.db.Work;
import io.vertebra.kernel.jobs.Run;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * Seals committed rows in the order of writing: a dense place in the chain, and a hash over content, place and the hash
 * before. One sealer of a domain runs at a time, so no chain needs a lock that its writers would feel.
 */
public final class Sealer<T extends Link> {
    private static final int BATCH = 1_000;
    private static final int BATCHES_MAX = 50;

    private final Vertx vertx;
    private final ChainStore store;
    private final Unsealed<T> unsealed;

    /** A sealer of these rows into these chains. */
    public Sealer(Vertx vertx, ChainStore store, Unsealed<T> unsealed) {
        this.vertx = vertx;
        this.store = store;
        this.unsealed = unsealed;
    }

    /** One run: batch after batch until nothing waits, in transactions of their own. */
    public Future<Void> seal(Run run) {
        return seal(run, BATCHES_MAX);
    }

    private Future<Void> seal(Run run, int batches) {
        return run.inWork(this::batch)
                .compose(count -> count == BATCH && batches > 1 ? seal(run, batches - 1) : Future.succeededFuture());
    }

    private Future<Integer> batch(Work work) {
        return store.position(work)
                .compose(position -> unsealed.open(work, position, BATCH))
                .compose(rows -> rows.isEmpty() ? Future.succeededFuture(0) : seal(work, rows));
    }

    /** The hashes are worked out beside the event loop, which others need meanwhile. */
    private Future<Integer> seal(Work work, List<T> rows) {
        return store.heads(work, rows.stream().map(Link::chain).collect(Collectors.toSet()))
                .compose(before -> {
                    var heads = new HashMap<>(before);
                    return vertx.executeBlocking(() -> link(rows, heads), false)
                            .compose(seals -> store.seal(work, seals, heads));
                })
                .map(done -> {
                    unsealed.sealed(work, rows);
                    return rows.size();
                });
    }

    /** Links each row to the head of its chain, and moves the head. */
    private static List<Seal> link(List<? extends Link> rows, Map<UUID, Head> heads) {
        var seals = new ArrayList<Seal>(rows.size());
        for (var row : rows) {
            var head = heads.getOrDefault(row.chain(), Head.START);
            long sequence = head.sequence() + 1;
            var hash = row.hash(sequence, head.hash());
            seals.add(new Seal(row.chain(), sequence, row.seq(), hash));
            heads.put(row.chain(), new Head(sequence, hash));
        }
        return seals;
    }
}
