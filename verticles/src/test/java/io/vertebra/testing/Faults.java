package io.vertebra.testing;

import io.vertebra.bus.Call;
import io.vertebra.kernel.db.Transactions;
import io.vertebra.kernel.db.Work;
import io.vertx.core.Future;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/**
 * Transactions on the real PostgreSQL of which the next one goes wrong where a test says: its connection dies between
 * two statements, or its COMMIT succeeds and nobody learns of it.
 */
public final class Faults implements Transactions {
    private static final Set<String> STATEMENTS = Set.of("one", "list", "run", "change");
    private static final String KILL = "SELECT pg_terminate_backend(pg_backend_pid())";

    private final Transactions real;
    private int killBefore;
    private boolean loseAnswer;

    /** Transactions that go well until something else is said. */
    public Faults(Transactions real) {
        this.real = real;
    }

    /** The connection of the next transaction dies before its statement of this number, from 1. */
    public void killBefore(int statement) {
        killBefore = statement;
    }

    /** The next transaction commits, and whoever opened it hears of a failure. */
    public void loseAnswer() {
        loseAnswer = true;
    }

    @Override
    public <T> Future<T> open(Call call, Function<Work, Future<T>> body) {
        int kill = killBefore;
        boolean lose = loseAnswer;
        killBefore = 0;
        loseAnswer = false;
        var opened = real.open(call, work -> body.apply(kill == 0 ? work : mortal(work, kill)));
        return lose ? opened.compose(done -> Future.failedFuture(new IOException("The answer was lost."))) : opened;
    }

    private static Work mortal(Work work, int kill) {
        var statements = new AtomicInteger();
        return (Work) Proxy.newProxyInstance(
                Work.class.getClassLoader(), new Class<?>[] {Work.class}, (proxy, method, arguments) -> {
                    if (STATEMENTS.contains(method.getName()) && statements.incrementAndGet() == kill) {
                        work.run(KILL);
                    }
                    try {
                        return method.invoke(work, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }
}
