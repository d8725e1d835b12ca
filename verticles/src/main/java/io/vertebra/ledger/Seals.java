package io.vertebra.ledger;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertebra.kernel.chains.Head;
import io.vertebra.kernel.chains.Seal;
import io.vertebra.kernel.chains.Unsealed;
import io.vertebra.kernel.db.Work;
import io.vertebra.ledger.SealStore.Content;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** Ledger transactions on their way into the chains of their books. */
final class Seals implements Unsealed<Content> {
    private final Counter sealed;

    Seals(MeterRegistry meters) {
        this.sealed = Counter.builder("ledger.transactions.sealed")
                .description("Ledger transactions that were sealed")
                .register(meters);
    }

    @Override
    public Future<List<Content>> open(Work work, int limit) {
        return SealStore.position(work).compose(position -> SealStore.open(work, position, limit));
    }

    @Override
    public Future<Map<UUID, Head>> heads(Work work, Set<UUID> chains) {
        return SealStore.heads(work, chains);
    }

    @Override
    public Future<?> seal(Work work, List<Seal> seals, Map<UUID, Head> heads) {
        return SealStore.seal(work, seals, heads);
    }

    @Override
    public void sealed(Work work, List<Content> transactions) {
        sealed.increment(transactions.size());
    }
}
