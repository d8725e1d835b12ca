package io.vertebra.payments;

import io.vertebra.bus.Money;
import io.vertebra.bus.Page;
import io.vertebra.bus.Problem;
import io.vertebra.bus.Problems;
import io.vertebra.contract.BillingCredits.FindRefundable;
import io.vertebra.contract.Payments.RefundDecided;
import io.vertebra.contract.Payments.RefundRequested;
import io.vertebra.contract.Payments.Refusal;
import io.vertebra.contract.PaymentsCharges.PaymentStatus;
import io.vertebra.contract.PaymentsRefunds.ApproveRefund;
import io.vertebra.contract.PaymentsRefunds.DeclineRefund;
import io.vertebra.contract.PaymentsRefunds.GetRefund;
import io.vertebra.contract.PaymentsRefunds.ListAllRefunds;
import io.vertebra.contract.PaymentsRefunds.ListRefunds;
import io.vertebra.contract.PaymentsRefunds.Refund;
import io.vertebra.contract.PaymentsRefunds.RefundDestination;
import io.vertebra.contract.PaymentsRefunds.RefundStatus;
import io.vertebra.contract.PaymentsRefunds.RefundStep;
import io.vertebra.contract.PaymentsRefunds.RequestRefund;
import io.vertebra.kernel.bus.Bus;
import io.vertebra.kernel.db.Cursor;
import io.vertebra.kernel.db.Read;
import io.vertebra.kernel.db.Work;
import io.vertebra.kernel.ledger.Book;
import io.vertebra.payments.PaymentStore.Stored;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;

/** What is asked for back, and who decides. {@link Returns} does the rest. */
final class Refunds {
    private final Duration window;
    private final Bus bus;

    Refunds(PaymentsSettings settings, Bus bus) {
        this.window = settings.refundWindow();
        this.bus = bus;
    }

    /** What of the payment can be given as credit; nothing for one that is not known to billing yet. */
    Future<Optional<Money>> find(Read read, RequestRefund request) {
        return PaymentStore.find(read, request.orgId(), request.paymentId())
                .compose(payment -> creditable(read, payment));
    }

    /** The same of a refund that waits for approval. */
    Future<Optional<Money>> find(Read read, ApproveRefund request) {
        return RefundStore.find(read, request.refundOrgId(), request.refundId())
                .compose(found -> found.isEmpty()
                        ? Future.succeededFuture(Optional.empty())
                        : PaymentStore.find(
                                        read,
                                        request.refundOrgId(),
                                        found.get().refund().paymentId())
                                .compose(payment -> creditable(read, payment)));
    }

    private Future<Optional<Money>> creditable(Read read, Optional<Stored> payment) {
        if (payment.isEmpty() || payment.get().invoiceId() == null) {
            return Future.succeededFuture(Optional.empty());
        }
        var one = payment.get();
        return bus.ask(
                        read.call(),
                        new FindRefundable(one.orgId(), one.id(), one.amount().currency()))
                .map(there -> Optional.of(there.invoiced()))
                .recover(failure -> failure instanceof Problem problem && problem.is(Problems.NOT_FOUND)
                        ? Future.succeededFuture(Optional.empty())
                        : Future.failedFuture(failure));
    }

    private static void check(RefundDestination destination, Money amount, Optional<Money> creditable) {
        if (destination == RefundDestination.PLATFORM_CREDIT
                && creditable.isPresent()
                && creditable.get().amount() < amount.amount()) {
            throw Problem.of(
                            Refusal.REFUND_TOO_MUCH,
                            "As credit at most " + creditable.get() + " is given: the rest is credit already.")
                    .at("/destination", "must be original_method for this amount");
        }
    }

    Future<Refund> request(Work work, RequestRefund request, Optional<Money> creditable) {
        return locked(work, request.orgId(), request.paymentId()).compose(payment -> {
            var id = request.id();
            return id == null
                    ? request(work, request, payment, work.newId(), creditable)
                    : RefundStore.lock(work, request.orgId(), id)
                            .compose(known -> known.isPresent()
                                    ? same(request, known.get().refund())
                                    : request(work, request, payment, id, creditable));
        });
    }

    private static Future<Refund> same(RequestRefund request, Refund known) {
        return known.paymentId().equals(request.paymentId()) && known.amount().amount() == request.amount()
                ? Future.succeededFuture(known)
                : Future.failedFuture(
                        Problem.of(Refusal.REFUND_ID_REUSED, "It stands for " + known.amount() + " of another ask."));
    }

    private Future<Refund> request(
            Work work, RequestRefund request, Stored payment, UUID id, Optional<Money> creditable) {
        if (payment.status() != PaymentStatus.SUCCEEDED) {
            return Future.failedFuture(Problem.of(
                    Refusal.PAYMENT_STATE, "It is " + payment.status().name().toLowerCase(Locale.ROOT) + "."));
        }
        var amount = Money.of(request.amount(), payment.amount().currency());
        if (amount.amount() > payment.left().amount()) {
            return Future.failedFuture(
                    Problem.of(Refusal.REFUND_TOO_MUCH, payment.left() + " is left of the payment."));
        }
        work.target("refundId:" + id);
        return Book.of(work, payment.orgId()).time().compose(now -> {
            var destination = destination(payment, now);
            check(destination, amount, creditable);
            return insert(work, request, payment, amount, id, now);
        });
    }

    private boolean inWindow(Stored payment, Instant orgTime) {
        return orgTime.isBefore(Objects.requireNonNull(payment.settledAt()).plus(window));
    }

    /** Where it goes unless an operator says otherwise. */
    private RefundDestination destination(Stored payment, Instant orgTime) {
        return inWindow(payment, orgTime) || payment.invoiceId() == null
                ? RefundDestination.ORIGINAL_METHOD
                : RefundDestination.PLATFORM_CREDIT;
    }

    private Future<Refund> insert(
            Work work, RequestRefund request, Stored payment, Money amount, UUID id, Instant orgTime) {
        boolean credits = payment.invoiceId() == null;
        boolean byItself = credits && inWindow(payment, orgTime);
        var now = work.now();
        var status = byItself ? RefundStatus.REQUESTED : RefundStatus.AWAITING_APPROVAL;
        var refund = new Refund(
                id,
                payment.orgId(),
                payment.id(),
                amount,
                status,
                destination(payment, orgTime),
                request.reason(),
                null,
                now,
                now,
                List.of(new RefundStep(status, now, null)));
        work.emit(new RefundRequested(payment.orgId(), payment.id(), id, amount, !byItself));
        return PaymentStore.move(work, payment.orgId(), payment.id(), 0, amount.amount(), 0)
                .compose(reserved -> RefundStore.insert(
                        work,
                        new RefundStore.Stored(refund, payment.provider(), null, 0, amount.amount()),
                        byItself ? now : null))
                .map(refund);
    }

    Future<Refund> approve(Work work, ApproveRefund request, Optional<Money> creditable) {
        return work.platform().compose(beyond -> waiting(beyond, request.refundOrgId(), request.refundId())
                .compose(stored -> PaymentStore.find(
                                beyond, request.refundOrgId(), stored.refund().paymentId())
                        .compose(payment -> {
                            var refund = stored.refund();
                            var destination = Objects.requireNonNullElse(request.destination(), refund.destination());
                            if (destination == RefundDestination.PLATFORM_CREDIT
                                    && payment.orElseThrow().invoiceId() == null) {
                                return Future.failedFuture(
                                        Problem.invalid("/destination", "what bought credits is credit already"));
                            }
                            check(destination, refund.amount(), creditable);
                            beyond.emit(new RefundDecided(refund.orgId(), refund.paymentId(), refund.id(), true));
                            return RefundStore.step(
                                    beyond,
                                    stored.in(RefundStatus.REQUESTED, destination, null, null),
                                    "approved",
                                    beyond.now());
                        }))
                .map(RefundStore.Stored::refund));
    }

    Future<Refund> decline(Work work, DeclineRefund request) {
        return work.platform().compose(beyond -> waiting(beyond, request.refundOrgId(), request.refundId())
                .compose(stored -> {
                    var refund = stored.refund();
                    beyond.emit(new RefundDecided(refund.orgId(), refund.paymentId(), refund.id(), false));
                    return PaymentStore.move(
                                    beyond,
                                    refund.orgId(),
                                    refund.paymentId(),
                                    0,
                                    -refund.amount().amount(),
                                    0)
                            .compose(freed -> RefundStore.step(
                                    beyond,
                                    stored.in(RefundStatus.DECLINED, refund.destination(), request.reason(), null),
                                    request.reason(),
                                    null));
                })
                .map(RefundStore.Stored::refund));
    }

    /** The payment is locked before its refund, everywhere. */
    private static Future<RefundStore.Stored> waiting(Work work, UUID orgId, UUID refundId) {
        return RefundStore.find(work, orgId, refundId)
                .map(found -> found.orElseThrow(() -> Problem.notFound("refund")))
                .compose(found -> locked(work, orgId, found.refund().paymentId()))
                .compose(payment -> RefundStore.lock(work, orgId, refundId))
                .map(found -> {
                    var stored = found.orElseThrow();
                    if (stored.refund().status() != RefundStatus.AWAITING_APPROVAL) {
                        throw Problem.of(Refusal.REFUND_STATE, "It was decided already.");
                    }
                    return stored;
                });
    }

    private static Future<Stored> locked(Work work, UUID orgId, UUID paymentId) {
        return PaymentStore.lock(work, orgId, paymentId)
                .map(found -> found.orElseThrow(() -> Problem.notFound("payment")));
    }

    Future<Page<Refund>> list(Read read, ListRefunds request) {
        int limit = Page.limit(request.limit());
        var after = Cursor.parse(request.after(), Cursor.last());
        return RefundStore.list(read, request.orgId(), after, limit + 1, request.paymentId())
                .map(all -> page(all, limit));
    }

    Future<Page<Refund>> listAll(Read read, ListAllRefunds request) {
        int limit = Page.limit(request.limit());
        var after = Cursor.parse(request.after(), Cursor.last());
        return RefundStore.listAll(read, after, limit + 1, request.status()).map(all -> page(all, limit));
    }

    private static Page<Refund> page(List<RefundStore.Stored> all, int limit) {
        return Page.of(all.stream().map(RefundStore.Stored::refund).toList(), limit, one -> Cursor.of(one.id())
                .text());
    }

    Future<Refund> get(Read read, GetRefund request) {
        return RefundStore.find(read, request.orgId(), request.refundId())
                .map(found ->
                        found.orElseThrow(() -> Problem.notFound("refund")).refund());
    }
}
