package io.vertebra.kernel.chains;

import io.vertebra.kernel.db.Work;
import io.vertx.core.Future;
import java.util.List;

/** The rows of a domain that wait for their seals. */
public interface Unsealed<T extends Link> {
    /** What follows the position, in the order of writing, up to the horizon. */
    Future<List<T>> open(Work work, ChainStore.Position position, int limit);

    /** Told after the seals of these rows were written. */
    void sealed(Work work, List<T> rows);
}
