package io.vertebra.billing;

import io.vertebra.billing.AgendaStore.Clock;
import io.vertebra.billing.AgendaStore.Due;
import io.vertebra.bus.Problem;
import io.vertebra.contract.Billing.Refusal;
import io.vertebra.contract.BillingClocks.GetClock;
import io.vertebra.contract.BillingClocks.MoveClock;
import io.vertebra.contract.BillingClocks.TestClock;
import io.vertebra.contract.BillingSubscriptions.Status;
import io.vertebra.contract.Orgs.OrgDeleted;
import io.vertebra.kernel.db.Cursor;
import io.vertebra.kernel.db.Read;
import io.vertebra.kernel.db.Work;
import io.vertebra.kernel.events.Fact;
import io.vertebra.kernel.jobs.Run;
import io.vertebra.kernel.ledger.Book;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does what falls due, each thing in a transaction of its own that also writes what falls due next: a node that dies
 * between two steps leaves nothing undone and nothing done twice. Orgs on a test clock are walked to its time from one
 * due thing to the next.
 */
final class Agenda {
    private static final Logger LOG = LoggerFactory.getLogger(Agenda.class);
    private static final Duration PAUSE = Duration.ofMinutes(10);
    private static final int STEPS_MAX = 2_000;
    private static final long LOOK_MS = 25;
    private static final Duration ANSWER_MAX = Duration.ofSeconds(5);
    private static final int SUBSCRIPTIONS_MAX = 10_000;
    private static final Duration AHEAD_MAX = Duration.ofDays(5 * 366);

    private final Vertx vertx;
    private final java.time.Clock clock;
    private final Subscriptions subscriptions;
    private final Collection collection;
    private final Credits credits;

    Agenda(Vertx vertx, java.time.Clock clock, Subscriptions subscriptions, Collection collection, Credits credits) {
        this.vertx = vertx;
        this.clock = clock;
        this.subscriptions = subscriptions;
        this.collection = collection;
        this.credits = credits;
    }

    /** What a step of a walk came to. */
    private enum Step {
        DONE,
        WAITING,
        ARRIVED
    }

    /** Everything that is due by now. */
    Future<Void> run(Run run) {
        return due(run, STEPS_MAX)
                .compose(done -> run.inWork(AgendaStore::walking))
                .compose(walking -> walk(run, walking, STEPS_MAX));
    }

    private Future<Void> due(Run run, int steps) {
        return run.inWork(work -> AgendaStore.nextDue(work, work.now())).compose(found -> {
            if (found.isEmpty() || steps == 0) {
                return Future.succeededFuture();
            }
            var due = found.get();
            return run.inWork(work -> AgendaStore.lockDue(work, due)
                            .compose(still ->
                                    still.isEmpty() ? Future.<Void>succeededFuture() : handle(work, due, work.now())))
                    .recover(failure -> postpone(run, due, failure))
                    .compose(done -> due(run, steps - 1));
        });
    }

    /** What fails is tried again later, and does not hold up the rest. */
    private static Future<Void> postpone(Run run, Due due, Throwable failure) {
        LOG.error("{} {} of org {} failed and is tried again later", due.what(), due.subject(), due.orgId(), failure);
        return run.inWork(work -> AgendaStore.postpone(work, due, work.now().plus(PAUSE)))
                .mapEmpty();
    }

    private Future<Void> walk(Run run, List<Clock> clocks, int steps) {
        Future<Void> all = Future.succeededFuture();
        for (var one : clocks) {
            all = all.compose(before -> walk(run, one.orgId(), steps)).otherwise(failure -> {
                LOG.error("The clock of org {} stays where it is", one.orgId(), failure);
                return null;
            });
        }
        return all;
    }

    /** Steps from one due thing to the next. What payments was asked is waited for, as it would be in real time. */
    private Future<Void> walk(Run run, UUID orgId, int steps) {
        return run.inWork(work -> step(work, orgId)).compose(step -> {
            if (step == Step.ARRIVED || steps == 0) {
                return Future.succeededFuture();
            }
            return step == Step.DONE
                    ? walk(run, orgId, steps - 1)
                    : vertx.timer(LOOK_MS, TimeUnit.MILLISECONDS).compose(later -> walk(run, orgId, steps - 1));
        });
    }

    private Future<Step> step(Work work, UUID orgId) {
        return AgendaStore.lockClock(work, orgId).compose(found -> {
            if (found.isEmpty()) {
                return Future.succeededFuture(Step.ARRIVED);
            }
            var to = found.get().to();
            return AgendaStore.outstanding(work, orgId, work.now().minus(ANSWER_MAX))
                    .compose(asked -> asked
                            ? Future.succeededFuture(Step.WAITING)
                            : AgendaStore.nextOf(work, orgId, to)
                                    .compose(next ->
                                            next.isEmpty() ? arrive(work, orgId, to) : handle(work, next.get())));
        });
    }

    private Future<Step> handle(Work work, Due due) {
        var book = Book.of(work, due.orgId());
        return book.time().compose(now -> {
            var at = due.at().isBefore(now) ? now : due.at();
            return book.setTime(at).compose(moved -> handle(work, due, at)).map(Step.DONE);
        });
    }

    private static Future<Step> arrive(Work work, UUID orgId, Instant to) {
        return Book.of(work, orgId)
                .setTime(to)
                .compose(moved -> AgendaStore.arrived(work, orgId))
                .map(Step.ARRIVED);
    }

    private Future<Void> handle(Work work, Due due, Instant now) {
        return switch (due.what()) {
            case PERIOD -> subscriptions.periodDue(work, due.orgId(), due.id(), now);
            case DUNNING -> collection.dunningDue(work, due.orgId(), due.id(), now);
            case GRANT -> credits.expire(work, due.orgId(), due.id());
            case GRACE ->
                credits.graceDue(work, due.orgId(), due.subject(), now)
                        .compose(release -> release
                                ? subscriptions.endUnpaid(work, due.orgId(), due.subject(), now)
                                : Future.succeededFuture());
        };
    }

    /** Nobody is left to cancel: what the org subscribed to ends, with a last invoice. */
    Future<Void> onOrgDeleted(Work work, Fact<OrgDeleted> fact) {
        var orgId = fact.event().orgId();
        return Book.time(work, orgId, work.now())
                .compose(now -> SubscriptionStore.list(work, orgId, Cursor.last(), SUBSCRIPTIONS_MAX)
                        .compose(all -> {
                            Future<Void> done = Future.succeededFuture();
                            for (var one : all) {
                                done = done.compose(before -> SubscriptionStore.lock(work, orgId, one.id()))
                                        .compose(found -> found.isEmpty()
                                                        || found.get().shown().status() == Status.CANCELLED
                                                ? Future.succeededFuture()
                                                : subscriptions
                                                        .end(work, found.get(), now)
                                                        .mapEmpty());
                            }
                            return done;
                        }));
    }

    Future<TestClock> move(Work work, MoveClock request) {
        var orgId = request.clockOrgId();
        return work.platform()
                .compose(beyond -> Book.time(beyond, orgId, beyond.now()).compose(now -> {
                    if (request.to().isBefore(now) || request.to().isAfter(now.plus(AHEAD_MAX))) {
                        return Future.failedFuture(Problem.of(Refusal.CLOCK_BACKWARDS, "It is " + now + " there.")
                                .at("/to", "must be later, by five years at most"));
                    }
                    return Book.of(beyond, orgId)
                            .setTime(now)
                            .compose(set -> AgendaStore.setClock(beyond, orgId, request.to()))
                            .map(new TestClock(now, request.to(), true));
                }));
    }

    Future<TestClock> get(Read read, GetClock request) {
        return AgendaStore.findClock(read, request.clockOrgId())
                .map(found -> found.orElseThrow(() -> Problem.notFound("test clock")))
                .compose(one -> Book.time(read, request.clockOrgId(), clock.instant())
                        .map(now -> new TestClock(now, one.to(), !one.moved())));
    }
}
