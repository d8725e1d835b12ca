package io.vertebra.oracle;

import io.vertebra.contract.Oracle;
import io.vertebra.kernel.module.Domain;
import io.vertebra.kernel.module.Wiring;

/** The admin domain: readers, dead letters, jobs and errors as operators see them. */
public final class OracleVerticle extends Domain {
    @Override
    public Class<?> contract() {
        return Oracle.class;
    }

    @Override
    protected void open(Wiring on) {
        var readers = new LogReaders(on.clock());
        var letters = new DeadLetters();
        var jobs = new Jobs();
        var errors = new Errors();
        on.read(Oracle.ListReaders.class, readers::list)
                .ask(Oracle.RetireReader.class, readers::retire)
                .read(Oracle.ListDeadLetters.class, letters::list)
                .read(Oracle.GetDeadLetter.class, letters::get)
                .ask(Oracle.RetryDeadLetter.class, letters::retry)
                .ask(Oracle.DiscardDeadLetter.class, letters::discard)
                .read(Oracle.ListJobs.class, jobs::list)
                .ask(Oracle.RunJob.class, jobs::run)
                .read(Oracle.ListErrors.class, errors::list)
                .read(Oracle.GetError.class, errors::get)
                .ask(Oracle.ResolveError.class, errors::resolve)
                .read(Oracle.ListErrorLosses.class, errors::losses);
    }
}
