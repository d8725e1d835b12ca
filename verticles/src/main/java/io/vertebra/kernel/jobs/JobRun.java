package io.vertebra.kernel.jobs;

import io.vertebra.bus.Call;
import io.vertebra.bus.Caller;
import io.vertebra.kernel.db.Transactions;
import io.vertebra.kernel.db.Work;
import io.vertx.core.Future;
import java.time.Clock;
import java.time.Duration;
import java.util.function.Function;

/**
 * One run of a job by the node that claimed it with this token. Each step has a deadline of its own, a lease from when
 * it begins: a run may outlive many leases as long as its node renews them, and every step checks the token.
 */
final class JobRun implements Run {
    private static final String GUARD = "SELECT jobs.guard($1, $2)";

    private final String name;
    private final String arguments;
    private final long token;
    private final Call first;
    private final Transactions transactions;
    private final Duration lease;
    private final Clock clock;
    private volatile boolean lost;

    JobRun(
            String name,
            String arguments,
            long token,
            Caller service,
            Transactions transactions,
            Duration lease,
            Clock clock) {
        this.name = name;
        this.arguments = arguments;
        this.token = token;
        this.transactions = transactions;
        this.lease = lease;
        this.clock = clock;
        this.first = Call.inside(service, clock.millis() + lease.toMillis());
    }

    @Override
    public Call call() {
        return new Call(
                first.caller(), first.requestId(), null, clock.millis() + lease.toMillis(), null, null, null, null);
    }

    @Override
    public String arguments() {
        return arguments;
    }

    @Override
    public <T> Future<T> inWork(Function<Work, Future<T>> body) {
        return lost
                ? Future.failedFuture(new IllegalStateException("job " + name + " belongs to another run by now"))
                : transactions.open(call(), work -> work.run(GUARD, name, token).compose(guarded -> body.apply(work)));
    }

    /** The job was taken over: this run writes nothing any more. */
    void lose() {
        lost = true;
    }
}
