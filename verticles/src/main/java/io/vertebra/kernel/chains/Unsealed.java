package io.vertebra.kernel.chains;

import io.vertebra.kernel.db.Work;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** The rows of a domain that wait for their seals. */
public interface Unsealed<T extends Link> {
    /** Locks the sealer's position and reads what follows it, in the order of writing, up to the horizon. */
    Future<List<T>> open(Work work, int limit);

    /** The ends of these chains; none for a chain without seals. */
    Future<Map<UUID, Head>> heads(Work work, Set<UUID> chains);

    /** Writes the seals and the new heads, and moves the position to the last seal. */
    Future<?> seal(Work work, List<Seal> seals, Map<UUID, Head> heads);

    /** Told after the seals of these rows were written. */
    void sealed(Work work, List<T> rows);
}
