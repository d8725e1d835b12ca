package io.vertebra.kernel.jobs;

import io.micrometer.core.instrument.MeterRegistry;
import io.vertebra.bus.Caller;
import io.vertebra.bus.Grant;
import io.vertebra.kernel.config.JobsSettings;
import io.vertebra.kernel.db.Transactions;
import io.vertebra.kernel.errors.ErrorBus;
import io.vertebra.kernel.health.Health;
import io.vertebra.kernel.health.Part;
import io.vertebra.kernel.telemetry.Meters;
import io.vertebra.kernel.telemetry.Trail;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The jobs that this node can run. Due ones are claimed in PostgreSQL with a lease and a fencing token, so that of all
 * nodes one runs a job at a time, and a node that was paused past its lease cannot write any more.
 */
public final class Jobs {
    private static final Logger LOG = LoggerFactory.getLogger(Jobs.class);
    private static final String REGISTER = "SELECT jobs.register($1, $2, $3)";
    static final String CLAIM =
            "SELECT name, handler, arguments, schedule, token, attempts FROM jobs.claim($1, $2, $3, $4)";
    static final String RENEW = "SELECT jobs.renew($1, $2, $3)";
    static final String FINISH = "SELECT jobs.finish($1, $2, $3, $4, $5)";
    static final String STANDING = "SELECT name, schedule, next_run_at, running_on, attempts, runs, failures,"
            + " last_start_at, last_end_at, last_error, last_error_at FROM jobs.standing()";
    private static final String ONCE = "once";
    /** How many signs of life fit into a lease. */
    private static final int BEATS = 3;

    private static final long STANDING_MS = 5_000;
    /** A job that failed more often than this in a row shows in the node's health. */
    private static final int FAILURES_MAX = 2;

    private static final String PART = "jobs";

    private final Vertx vertx;
    private final Context context;
    private final SqlClient kernel;
    private final JobsSettings settings;
    private final RetrySchedule retries;
    private final String node;
    private final Clock clock;
    private final MeterRegistry meters;
    private final Part part;
    private final ErrorBus errors;
    private final Map<String, Bound> bound = new ConcurrentHashMap<>();

    private int running;
    private boolean claiming;
    private long timer = -1;
    private long standingTimer = -1;
    private @Nullable Promise<Void> stopping;

    /**
     * What jobs work with.
     *
     * @param kernel the pool of the kernel's own role
     * @param node the name of this node, for whoever looks
     * @param health where they say how they stand
     * @param errors where failures of runs are reported
     */
    public record Surroundings(
            Vertx vertx,
            SqlClient kernel,
            JobsSettings settings,
            String node,
            MeterRegistry meters,
            Health health,
            ErrorBus errors,
            Clock clock) {}

    /** The jobs of one node, none yet. */
    public Jobs(Surroundings on) {
        this.vertx = on.vertx();
        this.context = vertx.getOrCreateContext();
        this.kernel = on.kernel();
        this.settings = on.settings();
        this.retries =
                new RetrySchedule(new Backoff(settings.retryDelay(), settings.retryDelayMax()), settings.attemptsMax());
        this.node = on.node();
        this.clock = on.clock();
        this.meters = on.meters();
        this.part = on.health().part(PART);
        this.errors = on.errors();
    }

    /** A job as it was added: on whose context and in whose transactions it runs. */
    private record Bound(
            String name,
            Caller service,
            Schedule schedule,
            Transactions transactions,
            Function<Run, Future<?>> handler,
            Context context) {}

    /** A claimed run. */
    private record Claimed(String name, String handler, String arguments, String schedule, long token, int attempts) {}

    /**
     * How a job stands.
     *
     * @param nextRunAt null while it runs, and for a one-off that gave up
     * @param runningOn the node that runs it; null when none does
     * @param attempts failures in a row
     */
    public record Standing(
            String name,
            String schedule,
            @Nullable Instant nextRunAt,
            @Nullable String runningOn,
            int attempts,
            long runs,
            long failures,
            @Nullable Instant lastStartAt,
            @Nullable Instant lastEndAt,
            @Nullable String lastError,
            @Nullable Instant lastErrorAt) {}

    /**
     * Adds a job; to be called on the context that it shall run on, before {@link #start}.
     *
     * @param domain whose transactions it works in
     * @param job unique within the domain, for ever
     */
    public void add(
            String domain, String job, Schedule schedule, Transactions transactions, Function<Run, Future<?>> handler) {
        var name = domain + "." + job;
        var added =
                new Bound(name, Caller.service(domain), schedule, transactions, handler, vertx.getOrCreateContext());
        if (bound.putIfAbsent(name, added) != null) {
            throw new IllegalArgumentException("There are two jobs " + name);
        }
    }

    /** Registers the jobs and begins to look for due ones. */
    public Future<?> start() {
        var now = clock.instant();
        Future<?> registered = Future.succeededFuture();
        for (var job : bound.values()) {
            var first = job.schedule().first(now);
            if (first.isPresent()) {
                registered = registered.compose(done -> kernel.preparedQuery(REGISTER)
                        .execute(Tuple.of(job.name(), job.schedule().toString(), utc(first.get()))));
            }
        }
        return registered
                .compose(done -> standing())
                .onSuccess(done -> context.runOnContext(on -> {
                    standingTimer = vertx.setPeriodic(STANDING_MS, poll -> standing());
                    timer = vertx.setPeriodic(settings.pollInterval().toMillis(), poll -> look());
                    look();
                }));
    }

    /** Claims no more jobs; answers when those that run have ended. */
    public Future<Void> stop() {
        var stopped = Promise.<Void>promise();
        context.runOnContext(on -> {
            stopping = stopped;
            vertx.cancelTimer(timer);
            vertx.cancelTimer(standingTimer);
            endIfIdle();
        });
        return stopped.future();
    }

    /** How each job of the platform stands, by name. */
    public Future<List<Standing>> standing() {
        return kernel.preparedQuery(STANDING)
                .execute()
                .map(rows -> StreamSupport.stream(rows.spliterator(), false)
                        .map(Jobs::standing)
                        .toList())
                .onSuccess(this::tell);
    }

    private void tell(List<Standing> all) {
        var failing = all.stream()
                .filter(job -> job.attempts() > FAILURES_MAX)
                .map(job -> job.name() + " failed " + job.attempts() + " times in a row")
                .toList();
        if (failing.isEmpty()) {
            part.healthy("run");
        } else {
            part.degraded(String.join("; ", failing));
        }
    }

    private void look() {
        if (stopping != null || claiming || running >= settings.concurrency() || bound.isEmpty()) {
            return;
        }
        claiming = true;
        var handlers = bound.keySet().toArray(String[]::new);
        kernel.preparedQuery(CLAIM)
                .execute(Tuple.of(handlers, node, settings.lease().toMillis(), utc(clock.instant())))
                .onComplete(rows -> context.runOnContext(on -> {
                    claiming = false;
                    if (rows.failed()) {
                        LOG.debug(
                                "Jobs could not look for due ones: {}",
                                rows.cause().getMessage());
                    } else if (rows.result().size() > 0) {
                        run(claimed(rows.result().iterator().next()));
                        look();
                    }
                    endIfIdle();
                }));
    }

    private void run(Claimed claimed) {
        var job = bound.get(claimed.handler());
        if (job == null) {
            throw new IllegalStateException("Claimed a job that nobody added: " + claimed.handler());
        }
        running++;
        long started = System.nanoTime();
        var caller = job.service().with(new Grant(null, null, job.name(), "service"));
        var one = new JobRun(
                claimed.name(),
                claimed.arguments(),
                claimed.token(),
                caller,
                job.transactions(),
                settings.lease(),
                clock);
        long beat = vertx.setPeriodic(settings.lease().toMillis() / BEATS, due -> renew(claimed, one));
        ((ContextInternal) job.context()).duplicate().runOnContext(on -> handle(job, one)
                .onComplete(done -> context.runOnContext(back -> {
                    vertx.cancelTimer(beat);
                    var failure = done.failed() ? done.cause() : null;
                    var status = failure == null ? "done" : "failed";
                    meters.timer(Meters.JOB_RUN, "job", claimed.handler(), "status", status)
                            .record(System.nanoTime() - started, TimeUnit.NANOSECONDS);
                    finish(job, claimed, failure);
                })));
    }

    private static Future<?> handle(Bound job, JobRun run) {
        Trail.put(run.call(), job.name());
        try {
            return job.handler().apply(run);
        } catch (RuntimeException e) {
            return Future.failedFuture(e);
        }
    }

    private void renew(Claimed claimed, JobRun run) {
        kernel.preparedQuery(RENEW)
                .execute(Tuple.of(
                        claimed.name(), claimed.token(), settings.lease().toMillis()))
                .onSuccess(renewed -> {
                    if (!renewed.iterator().next().getBoolean(0)) {
                        run.lose();
                    }
                })
                .onFailure(away ->
                        LOG.warn("The lease of job {} could not be renewed: {}", claimed.name(), away.getMessage()));
    }

    private void finish(Bound job, Claimed claimed, @Nullable Throwable failure) {
        var now = clock.instant();
        var parameters = Tuple.tuple()
                .addString(claimed.name())
                .addLong(claimed.token())
                .addOffsetDateTime(utc(now))
                .addOffsetDateTime(next(job, claimed, failure, now))
                .addString(failure == null ? null : describe(failure));
        if (failure != null) {
            LOG.error("Job {} failed, {} in a row", claimed.name(), claimed.attempts() + 1, failure);
            errors.report(claimed.handler(), null, failure);
        }
        kernel.preparedQuery(FINISH)
                .execute(parameters)
                .onComplete(done -> context.runOnContext(on -> {
                    running--;
                    if (done.failed()) {
                        LOG.warn(
                                "The end of job {} could not be noted: {}",
                                claimed.name(),
                                done.cause().getMessage());
                    } else if (!done.result().iterator().next().getBoolean(0)) {
                        LOG.warn("Job {} was taken over while it ran here", claimed.name());
                    }
                    look();
                    endIfIdle();
                }));
    }

    private @Nullable OffsetDateTime next(Bound job, Claimed claimed, @Nullable Throwable failure, Instant now) {
        var scheduled = claimed.schedule().equals(ONCE)
                ? Optional.<Instant>empty()
                : job.schedule().next(now);
        var due = failure == null ? scheduled : retries.due(claimed.attempts() + 1, now, scheduled);
        return due.map(Jobs::utc).orElse(null);
    }

    private void endIfIdle() {
        if (stopping != null && running == 0 && !claiming) {
            stopping.tryComplete();
        }
    }

    private static String describe(Throwable failure) {
        return failure.getClass().getSimpleName() + ": " + failure.getMessage();
    }

    private static Claimed claimed(Row row) {
        return new Claimed(
                row.getString(0),
                row.getString(1),
                row.getString(2),
                row.getString(3),
                row.getLong(4),
                row.getInteger(5));
    }

    /** From a row of {@link #STANDING}. */
    static Standing standing(Row row) {
        return new Standing(
                row.getString(0),
                row.getString(1),
                instant(row, 2),
                row.getString(3),
                row.getInteger(4),
                row.getLong(5),
                row.getLong(6),
                instant(row, 7),
                instant(row, 8),
                row.getString(9),
                instant(row, 10));
    }

    private static @Nullable Instant instant(Row row, int column) {
        var time = row.getOffsetDateTime(column);
        return time == null ? null : time.toInstant();
    }

    private static OffsetDateTime utc(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }
}
