package io.vertebra.payments;

import io.vertebra.bus.Problem;
import io.vertebra.bus.Problems;
import io.vertebra.contract.BillingCredits.HoldForRefund;
import io.vertebra.contract.Payments.RefundCredited;
import io.vertebra.contract.PaymentsRefunds.Refund;
import io.vertebra.contract.PaymentsRefunds.RefundDestination;
import io.vertebra.contract.PaymentsRefunds.RefundStatus;
import io.vertebra.contract.PaymentsRefunds.RefundStep;
import io.vertebra.kernel.bus.Bus;
import io.vertebra.kernel.db.Cursor;
import io.vertebra.kernel.db.Work;
import io.vertebra.kernel.jobs.Backoff;
import io.vertebra.kernel.jobs.Run;
import io.vertebra.payments.RefundStore.Stored;
import io.vertebra.payments.Seen.Refunded;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BiFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Refunds on their way: reserved in the ledger first, then sent to the provider, then settled or voided. Each step is
 * written before the next begins. A refund that was sent and not answered is looked for at the provider before anything
 * is sent again, and is only looked for once it may have been made by hand.
 */
final class Returns {
    private static final Logger LOG = LoggerFactory.getLogger(Returns.class);
    private static final Backoff SOON = new Backoff(Duration.ofSeconds(1), Duration.ofMinutes(30));
    private static final Backoff SELDOM = new Backoff(Duration.ofMinutes(1), Duration.ofHours(6));
    private static final int AT_ONCE = 8;
    private static final int ROUNDS_MAX = 200;
    /** Billing learns of a payment by an event, perhaps a moment later. */
    private static final int UNKNOWN_MAX = 8;
    /** How long a provider takes a second request of the same id for the first. */
    private static final Duration KNOWN_AGAIN = Duration.ofHours(24);

    private static final int REFUNDS_MAX = 1_000;

    private final Providers providers;
    private final Bus bus;

    Returns(Providers providers, Bus bus) {
        this.providers = providers;
        this.bus = bus;
    }

    /** Everything that is due; a job. */
    Future<Void> run(Run run) {
        return run(run, ROUNDS_MAX);
    }

    private Future<Void> run(Run run, int rounds) {
        return run.inWork(work -> RefundStore.due(work, work.now(), AT_ONCE)).compose(due -> Future.join(
                        due.stream().map(one -> step(run, one)).toList())
                .compose(done -> due.isEmpty() || rounds == 0 ? Future.succeededFuture() : run(run, rounds - 1)));
    }

    private Future<Void> step(Run run, Stored stored) {
        return (switch (stored.refund().status()) {
                    case REQUESTED ->
                        stored.refund().destination() == RefundDestination.PLATFORM_CREDIT
                                ? credit(run, stored)
                                : reserve(run, stored);
                    case RESERVED -> send(run, stored);
                    case SENT -> ask(run, stored);
                    default -> change(run, stored, (work, one) -> RefundStore.step(work, one, null, null));
                })
                .recover(failure -> later(run, stored, failure))
                .mapEmpty();
    }

    private Future<Stored> credit(Run run, Stored stored) {
        return hold(run, stored, (work, one) -> {
            var refund = one.refund();
            long amount = refund.amount().amount();
            work.emit(new RefundCredited(refund.orgId(), refund.paymentId(), refund.id(), refund.amount()));
            return PaymentStore.move(work, refund.orgId(), refund.paymentId(), amount, -amount, 0)
                    .compose(moved -> RefundStore.step(work, one.in(RefundStatus.SUCCEEDED), "given as credit", null));
        });
    }

    private Future<Stored> reserve(Run run, Stored stored) {
        return hold(
                run, stored, (work, one) -> RefundStore.step(work, one.in(RefundStatus.RESERVED), null, work.now()));
    }

    /** Billing holds what the refund takes, or refuses it. */
    private Future<Stored> hold(Run run, Stored stored, BiFunction<Work, Stored, Future<Stored>> then) {
        var refund = stored.refund();
        boolean asCredit = refund.destination() == RefundDestination.PLATFORM_CREDIT;
        var asked = new HoldForRefund(refund.orgId(), refund.id(), refund.paymentId(), refund.amount(), asCredit);
        return bus.ask(run.call(), asked)
                .compose(held -> change(run, stored, then))
                .recover(failure -> failure instanceof Problem problem && refused(problem, stored.failures())
                        ? change(run, stored, (work, one) -> Settlement.refundFailed(work, one, problem.code(), null))
                        : Future.failedFuture(failure));
    }

    private static boolean refused(Problem problem, int failures) {
        boolean unknown = problem.is(Problems.NOT_FOUND);
        return problem.status() < 500
                && !problem.is(Problems.REQUEST_IN_PROGRESS)
                && (!unknown || failures >= UNKNOWN_MAX);
    }

    /** From here on the provider may have it. */
    private Future<Stored> send(Run run, Stored stored) {
        return change(run, stored, (work, one) -> RefundStore.step(work, one.in(RefundStatus.SENT), null, work.now()))
                .compose(sent -> request(run, sent));
    }

    private Future<Stored> ask(Run run, Stored stored) {
        var ref = stored.ref();
        var provider = provider(stored);
        return ref != null
                ? provider.compose(one -> one.refund(run.call(), ref)).compose(seen -> apply(run, stored, seen))
                : intent(run, stored)
                        .compose(intent -> provider.compose(one -> one.refunds(run.call(), intent)))
                        .map(all -> all.stream()
                                .filter(seen -> stored.refund().id().equals(seen.refundId()))
                                .findFirst())
                        .compose(found -> found.isPresent() ? apply(run, stored, found.get()) : again(run, stored));
    }

    /** Someone may have made by hand what was given up on; the provider knows a request again only for a day. */
    private Future<Stored> again(Run run, Stored stored) {
        return stored.failures() < RefundStore.FAILURES_MAX
                ? request(run, stored)
                : run.inWork(work -> perhapsMade(work, stored))
                        .compose(made -> made
                                ? Future.failedFuture(new IllegalStateException(
                                        "It is not sent again: look whether it was made at the provider."))
                                : request(run, stored));
    }

    private static Future<Boolean> perhapsMade(Work work, Stored stored) {
        var refund = stored.refund();
        var sent = refund.steps().stream()
                .filter(step -> step.status() == RefundStatus.SENT)
                .map(RefundStep::at)
                .findFirst()
                .orElse(refund.createdAt());
        return work.now().isAfter(sent.plus(KNOWN_AGAIN))
                ? Future.succeededFuture(true)
                : RefundStore.list(work, refund.orgId(), Cursor.last(), REFUNDS_MAX, refund.paymentId())
                        .map(all -> all.stream()
                                .anyMatch(one -> foreign(one.refund())
                                        && one.refund().createdAt().isAfter(sent)));
    }

    /** One of ours is asked for before it is sent. */
    private static boolean foreign(Refund refund) {
        return refund.steps().getFirst().status() == RefundStatus.SENT;
    }

    private Future<Stored> request(Run run, Stored stored) {
        var refund = stored.refund();
        return intent(run, stored)
                .compose(intent -> provider(stored)
                        .compose(one -> one.refund(run.call(), refund.orgId(), refund.id(), intent, refund.amount())))
                .compose(seen -> apply(run, stored, seen))
                .recover(failure -> failure instanceof Wire.Failure refused && !refused.unknown()
                        ? change(run, stored, (work, one) -> Settlement.refundFailed(work, one, refused.code(), null))
                        : Future.failedFuture(failure));
    }

    private Future<Provider> provider(Stored stored) {
        return providers
                .named(stored.provider())
                .map(Future::succeededFuture)
                .orElseGet(() -> Future.failedFuture(
                        new IllegalStateException("The provider " + stored.provider() + " is not set up.")));
    }

    private static Future<String> intent(Run run, Stored stored) {
        var refund = stored.refund();
        return run.inWork(work -> PaymentStore.find(work, refund.orgId(), refund.paymentId()))
                .map(Optional::orElseThrow)
                .map(payment -> Objects.requireNonNull(payment.intent()));
    }

    /** What the provider shows; while it still works on it, it is asked again later. */
    private static Future<Stored> apply(Run run, Stored stored, Refunded seen) {
        var refund = stored.refund();
        return run.inWork(work -> PaymentStore.lock(work, refund.orgId(), refund.paymentId())
                .map(Optional::orElseThrow)
                .compose(payment -> Settlement.refund(work, payment, seen))
                .compose(after -> after.over() ? Future.succeededFuture(after) : pending(work, after, seen)));
    }

    private static Future<Stored> pending(Work work, Stored stored, Refunded seen) {
        var next = work.now().plus(SELDOM.after(stored.failures() + 1));
        var refund = stored.refund();
        return stored.ref() == null
                ? RefundStore.step(
                        work,
                        stored.in(RefundStatus.SENT, refund.destination(), null, seen.ref()),
                        "the provider works on it",
                        next)
                : RefundStore.later(work, stored, next).map(stored);
    }

    /** Changes a refund that is still as it was seen, under the lock of its payment. */
    private static Future<Stored> change(Run run, Stored seen, BiFunction<Work, Stored, Future<Stored>> body) {
        Refund refund = seen.refund();
        return run.inWork(work -> PaymentStore.lock(work, refund.orgId(), refund.paymentId())
                .compose(payment -> RefundStore.lock(work, refund.orgId(), refund.id()))
                .map(Optional::orElseThrow)
                .compose(now -> now.refund().status() == refund.status()
                        ? body.apply(work, now)
                        : Future.succeededFuture(now)));
    }

    private static Future<Stored> later(Run run, Stored stored, Throwable failure) {
        int failures = stored.failures() + 1;
        LOG.warn("Refund {} waits, failure {}: {}", stored.refund().id(), failures, failure.getMessage());
        return run.inWork(work -> RefundStore.later(
                        work,
                        stored,
                        work.now().plus((failures < RefundStore.FAILURES_MAX ? SOON : SELDOM).after(failures))))
                .map(stored);
    }
}
