package io.vertebra.contract;

import io.vertebra.bus.Delete;
import io.vertebra.bus.Event;
import io.vertebra.bus.Get;
import io.vertebra.bus.Key;
import io.vertebra.bus.Needs;
import io.vertebra.bus.Nothing;
import io.vertebra.bus.Page;
import io.vertebra.bus.Post;
import io.vertebra.bus.Request;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The control plane of operators: what works by itself, what is stuck with which reason, and what a person may do. */
public sealed interface Oracle<R> extends Request<R> {

    /** How each reader of the event log stands, by name. */
    @Get("/v1/admin/readers")
    @Needs("platform.readers.read")
    record ListReaders(@Nullable Integer limit, @Nullable String after) implements Oracle<Page<Reader>> {}

    /**
     * Ends a reader that no node carries any more: its cursors hold no events back, its dead letters go. A node that
     * does carry it takes it up again, from its start, when that node starts next. Retiring twice is no error.
     */
    @Delete("/v1/admin/readers/{name}")
    @Needs("platform.readers.write")
    record RetireReader(String name) implements Oracle<Nothing> {}

    /** Events that a reader could not apply, with the reason, the longest parked first; of one reader or of all. */
    @Get("/v1/admin/dead-letters")
    @Needs("platform.dead-letters.read")
    record ListDeadLetters(
            @Nullable String reader,
            @Nullable Integer limit,
            @Nullable String after) implements Oracle<Page<DeadLetter>> {}

    /** One dead letter; 404 once it was applied or discarded. */
    @Get("/v1/admin/dead-letters/{deadLetterId}")
    @Needs("platform.dead-letters.read")
    record GetDeadLetter(UUID deadLetterId) implements Oracle<DeadLetter> {}

    /**
     * Asks for a dead letter to be applied again, with all others of its reader and key in their order. A node that
     * runs the reader does it at once: then the letters are gone, or the first that failed again says why.
     */
    @Post("/v1/admin/dead-letters/{deadLetterId}/retry")
    @Needs("platform.dead-letters.write")
    record RetryDeadLetter(UUID deadLetterId) implements Oracle<Nothing> {}

    /** Gives up on one dead letter: its reader will never apply the event. Others of its key stay. */
    @Delete("/v1/admin/dead-letters/{deadLetterId}")
    @Needs("platform.dead-letters.write")
    record DiscardDeadLetter(UUID deadLetterId) implements Oracle<Nothing> {}

    /** How each job stands, by name. */
    @Get("/v1/admin/jobs")
    @Needs("platform.jobs.read")
    record ListJobs(@Nullable Integer limit, @Nullable String after) implements Oracle<Page<Job>> {}

    /** Lets a job run as soon as a node can, also one that gave up; one that runs already runs once more. */
    @Post("/v1/admin/jobs/{name}/run")
    @Needs("platform.jobs.write")
    record RunJob(String name) implements Oracle<Job> {}

    /** Failures that nobody expected, grouped by what failed where, the newest first; open ones, or resolved ones. */
    @Get("/v1/admin/errors")
    @Needs("platform.errors.read")
    record ListErrors(
            @Nullable Boolean resolved,
            @Nullable Integer limit,
            @Nullable String after) implements Oracle<Page<ErrorGroup>> {}

    /** One group of failures, with the stack of the newest. */
    @Get("/v1/admin/errors/{errorGroupId}")
    @Needs("platform.errors.read")
    record GetError(UUID errorGroupId) implements Oracle<ErrorGroup> {}

    /** Notes that a group of failures is mended; it opens again when it happens again. Resolving twice is no error. */
    @Post("/v1/admin/errors/{errorGroupId}/resolve")
    @Needs("platform.errors.write")
    record ResolveError(UUID errorGroupId) implements Oracle<ErrorGroup> {}

    /** How many failures of each node were too many to be kept, by the node's name. */
    @Get("/v1/admin/error-losses")
    @Needs("platform.errors.read")
    record ListErrorLosses(
            @Nullable Integer limit, @Nullable String after) implements Oracle<Page<ErrorLoss>> {}

    /**
     * A reader of the event log: a follower in a domain with a cursor in each lane.
     *
     * @param types the events that it follows
     * @param lanes how many lanes it reads, each in order by itself
     * @param cursor the place in the log of the newest event that it has passed
     * @param lagEvents how many events it has not passed; at most ten thousand are counted in a lane
     * @param lagSeconds the age of the oldest of these, in whole seconds; 0 when there is none
     * @param parked how many dead letters it has
     * @param failing the lanes that do not get on, with the reason
     */
    record Reader(
            String name,
            List<String> types,
            int lanes,
            long cursor,
            long lagEvents,
            long lagSeconds,
            long parked,
            List<FailingLane> failing) {}

    /**
     * A lane that does not get on.
     *
     * @param cursor the place in the log of the last event that it has passed; it fails at the next
     * @param attempts failures of that event; it is parked after {@code events.attempts-max}
     * @param retryAt when it is tried again; null when that is now
     * @param waitingSince since when the reason is not the event but something that is away; null when it is the event
     */
    record FailingLane(
            int lane,
            long cursor,
            int attempts,
            @Nullable Instant retryAt,
            @Nullable Instant waitingSince,
            @Nullable String error) {}

    /**
     * An event that a reader could not apply, or that came after such a one with the same key.
     *
     * @param eventId the event's id in the log
     * @param at when it happened
     * @param key what it is ordered by
     * @param reason why it was parked, or why the last retry failed
     * @param retries how often a person had it retried
     * @param retryAskedAt when that was asked for and has not ended yet
     */
    record DeadLetter(
            UUID id,
            String reader,
            UUID eventId,
            String type,
            Instant at,
            @Nullable UUID orgId,
            String key,
            String reason,
            Instant parkedAt,
            int retries,
            @Nullable Instant retryAskedAt) {}

    /**
     * Work by the clock, or a one-off.
     *
     * @param schedule as the code says it; {@code once} for a one-off
     * @param nextRunAt null while it runs, and for a one-off that gave up
     * @param runningOn the node that runs it; null when none does
     * @param attempts failures in a row
     * @param lastError what the last run that failed failed with, also when it succeeded since
     */
    record Job(
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
     * Failures of the same type at the same place of the code in the same operation. Secrets and personal data are
     * taken out of every text.
     *
     * @param type the class of the innermost cause
     * @param place the method of the platform that is nearest to it; empty when none is known
     * @param operation what failed: an operation, a reader, a job
     * @param message what the newest says
     * @param requestId the request of the newest; null when it happened outside of requests
     * @param node where the newest happened
     * @param release the version that ran there
     * @param resolvedAt when a person said that it is mended; null when nobody did, or when it happened since
     * @param stack of the newest; null in lists
     */
    record ErrorGroup(
            UUID id,
            String type,
            String place,
            String operation,
            String message,
            long count,
            Instant firstSeen,
            Instant lastSeen,
            @Nullable String requestId,
            String node,
            String release,
            @Nullable Instant resolvedAt,
            @Nullable String stack) {}

    /** Failures of a node that came faster than they could be kept. */
    record ErrorLoss(String node, long dropped, Instant lastAt) {}

    /** Somebody noted that a group of failures is mended. */
    @Needs("platform.errors.read")
    record ErrorResolved(@Key UUID errorGroupId, String operation) implements Event {}

    /** A reader was ended. */
    @Needs("platform.readers.read")
    record ReaderRetired(@Key String name) implements Event {}

    /** Somebody had a dead letter retried, and with it those of its reader and key. */
    @Needs("platform.dead-letters.read")
    record DeadLetterRetried(@Key UUID deadLetterId, String reader, UUID eventId) implements Event {}

    /** Somebody gave up on a dead letter. */
    @Needs("platform.dead-letters.read")
    record DeadLetterDiscarded(@Key UUID deadLetterId, String reader, UUID eventId, String type) implements Event {}

    /** Somebody let a job run. */
    @Needs("platform.jobs.read")
    record JobRequested(@Key String name) implements Event {}
}
