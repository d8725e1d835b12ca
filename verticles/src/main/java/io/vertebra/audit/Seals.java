package io.vertebra.audit;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.vertebra.audit.SealStore.Open;
import io.vertebra.kernel.chains.ChainStore.Position;
import io.vertebra.kernel.chains.Unsealed;
import io.vertebra.kernel.db.Work;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;

/** Audit records on their way into the chains. */
final class Seals implements Unsealed<Open> {
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

    @Override
    public Future<List<Open>> open(Work work, Position position, int limit) {
        return SealStore.records(work, position, limit);
    }

    @Override
    public void sealed(Work work, List<Open> records) {
        sealed.increment(records.size());
        waited.record(Duration.between(records.getFirst().at(), work.now()));
    }
}
