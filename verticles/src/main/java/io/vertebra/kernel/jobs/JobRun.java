package io.vertebra.kernel.jobs;

import io.vertebra.bus.Call;
import io.vertebra.kernel.db.Transactions;
import io.vertebra.kernel.db.Work;
import io.vertx.core.Future;
import java.util.function.Function;

/** One run of a job by the node that claimed it with this token. */
record JobRun(Call call, String name, String arguments, long token, Transactions transactions) implements Run {
    private static final String GUARD = "SELECT jobs.guard($1, $2)";

    @Override
    public <T> Future<T> inWork(Function<Work, Future<T>> body) {
        return transactions.open(call, work -> work.run(GUARD, name, token).compose(guarded -> body.apply(work)));
    }
}
