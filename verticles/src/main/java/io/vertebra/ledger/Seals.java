package io.vertebra.ledger;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertebra.kernel.chains.ChainStore.Position;
import io.vertebra.kernel.chains.Unsealed;
import io.vertebra.kernel.db.Work;
import io.vertebra.ledger.SealStore.Content;
import io.vertx.core.Future;
import java.util.List;

/** Ledger transactions on their way into the chains of their books. */
final class Seals implements Unsealed<Content> {
    private final Counter sealed;

    Seals(MeterRegistry meters) {
        this.sealed = Counter.builder("ledger.transactions.sealed")
                .description("Ledger transactions that were sealed")
                .register(meters);
    }

    @Override
    public Future<List<Content>> open(Work work, Position position, int limit) {
        return SealStore.open(work, position, limit);
    }

    @Override
    public void sealed(Work work, List<Content> transactions) {
        sealed.increment(transactions.size());
    }
}
