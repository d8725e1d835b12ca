package io.vertebra.kernel.jobs;

import io.vertebra.bus.Call;
import io.vertebra.kernel.db.Work;
import io.vertx.core.Future;
import java.util.function.Function;

/** One run of a job. */
public interface Run {
    /**
     * The circumstances, for asking neighbours; its caller is {@code service:<domain>}. Each has a deadline of its own:
     * a lease from now.
     */
    Call call();

    /** What a one-off run was submitted with; empty for a repeated one. */
    String arguments();

    /**
     * A short transaction beyond tenants, which fails when another node has taken the job over since (fencing). Leaves
     * no audit record of its own.
     */
    <T> Future<T> inWork(Function<Work, Future<T>> body);

    /**
     * Repeats a step that changes at most {@code batch} rows, each time in a transaction of its own, until one changes
     * fewer. Answers how many rows that were.
     */
    default Future<Integer> drain(int batch, Function<Work, Future<Integer>> step) {
        return inWork(step)
                .compose(rows -> rows < batch
                        ? Future.succeededFuture(rows)
                        : drain(batch, step).map(more -> rows + more));
    }
}
