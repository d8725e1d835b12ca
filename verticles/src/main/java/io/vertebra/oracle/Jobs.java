package io.vertebra.oracle;

import io.vertebra.bus.Page;
import io.vertebra.contract.Oracle.Job;
import io.vertebra.contract.Oracle.JobRequested;
import io.vertebra.contract.Oracle.ListJobs;
import io.vertebra.contract.Oracle.RunJob;
import io.vertebra.kernel.db.Read;
import io.vertebra.kernel.db.Work;
import io.vertebra.kernel.jobs.Jobs.Standing;
import io.vertebra.kernel.jobs.JobsAdmin;
import io.vertx.core.Future;

/** Work by the clock. */
final class Jobs {
    private final JobsAdmin jobs = new JobsAdmin();

    Future<Page<Job>> list(Read read, ListJobs request) {
        int limit = Page.limit(request.limit());
        return jobs.jobs(read, Names.after(request.after()), limit + 1)
                .map(found -> Page.of(found.stream().map(Jobs::job).toList(), limit, Names.cursor(Job::name)));
    }

    Future<Job> run(Work work, RunJob request) {
        work.emit(new JobRequested(request.name()));
        return jobs.runNow(work, request.name()).map(Jobs::job);
    }

    private static Job job(Standing standing) {
        return new Job(
                standing.name(),
                standing.schedule(),
                standing.nextRunAt(),
                standing.runningOn(),
                standing.attempts(),
                standing.runs(),
                standing.failures(),
                standing.lastStartAt(),
                standing.lastEndAt(),
                standing.lastError(),
                standing.lastErrorAt());
    }
}
