package io.vertebra.audit;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.vertebra.audit.SealStore.Open;
import io.vertebra.kernel.chains.Head;
import io.vertebra.kernel.chains.Seal;
import io.vertebra.kernel.chains.Unsealed;
import io.vertebra.kernel.db.Work;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

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
    public Future<List<Open>> open(Work work, int limit) {
        return SealStore.position(work).compose(position -> SealStore.records(work, position, limit));
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
    public void sealed(Work work, List<Open> records) {
        sealed.increment(records.size());
        waited.record(Duration.between(records.getFirst().at(), work.now()));
    }
}
