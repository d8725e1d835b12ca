package io.vertebra.kernel.jobs;

import io.vertebra.bus.Problem;
import io.vertebra.kernel.db.Read;
import io.vertebra.kernel.db.Work;
import io.vertx.core.Future;
import java.time.ZoneOffset;
import java.util.List;

/** What operators see of jobs and do about them, in the reads and transactions of the admin domain, whose role may. */
public final class JobsAdmin {
    private static final String STANDING = Jobs.STANDING + " WHERE name > $1 ORDER BY name LIMIT $2";
    private static final String FIND = Jobs.STANDING + " WHERE name = $1";
    private static final String RUN_NOW = "SELECT jobs.run_now($1, $2)";

    /** How the jobs after this name stand, by name. */
    public Future<List<Jobs.Standing>> jobs(Read read, String after, int limit) {
        return read.list(STANDING, Jobs::standing, after, limit);
    }

    /** Lets a job run as soon as a node can, one that gave up too. */
    public Future<Jobs.Standing> runNow(Work work, String name) {
        work.run(RUN_NOW, name, work.now().atOffset(ZoneOffset.UTC));
        return work.one(FIND, Jobs::standing, name).map(found -> found.orElseThrow(() -> Problem.notFound("job")));
    }
}
