package io.vertebra.payments;

import io.vertebra.bus.Money;
import io.vertebra.contract.Payments.DisputeClosed;
import io.vertebra.contract.Payments.DisputeOpened;
import io.vertebra.contract.Payments.MethodAdded;
import io.vertebra.contract.Payments.PaymentCancelled;
import io.vertebra.contract.Payments.PaymentFailed;
import io.vertebra.contract.Payments.PaymentSucceeded;
import io.vertebra.contract.Payments.RefundFailed;
import io.vertebra.contract.Payments.RefundSucceeded;
import io.vertebra.contract.PaymentsCharges.PaymentStatus;
import io.vertebra.contract.PaymentsRefunds.Refund;
import io.vertebra.contract.PaymentsRefunds.RefundDestination;
import io.vertebra.contract.PaymentsRefunds.RefundStatus;
import io.vertebra.contract.PaymentsRefunds.RefundStep;
import io.vertebra.kernel.db.Work;
import io.vertebra.kernel.ledger.Book;
import io.vertebra.kernel.ledger.BookAccount;
import io.vertebra.kernel.ledger.BookAccount.Type;
import io.vertebra.kernel.ledger.Leg;
import io.vertebra.kernel.ledger.Posting;
import io.vertebra.payments.PaymentStore.Stored;
import io.vertebra.payments.RefundStore.Effect;
import io.vertebra.payments.Seen.Disputed;
import io.vertebra.payments.Seen.Refunded;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Brings what was seen at a provider into our books: the state goes on and never back, and each thing that happened is
 * posted once. Whoever calls holds the lock of the payment, so that it makes no difference who saw it first.
 */
final class Settlement {
    private static final Map<PaymentStatus, Integer> RANKS = Map.of(
            PaymentStatus.PENDING, 0,
            PaymentStatus.ACTION_NEEDED, 1,
            PaymentStatus.PROCESSING, 2,
            PaymentStatus.FAILED, 3,
            PaymentStatus.CANCELLED, 3,
            PaymentStatus.SUCCEEDED, 4);

    /** When a refund that was made at the provider is looked at, unless a webhook tells of it before. */
    private static final Duration LOOK = Duration.ofMinutes(10);

    private Settlement() {}

    /** The state that follows from what was seen; the present one when that would lead back. */
    static PaymentStatus next(PaymentStatus present, PaymentStatus seen) {
        return Objects.requireNonNull(RANKS.get(seen)) > Objects.requireNonNull(RANKS.get(present)) ? seen : present;
    }

    /** Notes how the provider shows a payment. */
    static Future<Stored> payment(Work work, Stored payment, Seen seen) {
        boolean failed = payment.attempt() != null && seen.declined();
        var next = next(payment.status(), failed ? PaymentStatus.FAILED : seen.status());
        if (next == payment.status()) {
            return payment.over()
                    ? Future.succeededFuture(payment)
                    : PaymentStore.note(work, payment, seen, next, null);
        }
        return switch (next) {
            case SUCCEEDED -> succeeded(work, payment, seen);
            case FAILED -> {
                work.emit(new PaymentFailed(
                        payment.orgId(),
                        payment.id(),
                        payment.amount(),
                        payment.invoiceId(),
                        payment.attempt(),
                        Objects.requireNonNullElse(seen.reason(), "failed")));
                yield PaymentStore.note(work, payment, seen, next, null);
            }
            case CANCELLED -> {
                work.emit(new PaymentCancelled(payment.orgId(), payment.id(), payment.invoiceId()));
                yield PaymentStore.note(work, payment, seen, next, null);
            }
            default -> PaymentStore.note(work, payment, seen, next, null);
        };
    }

    private static Future<Stored> succeeded(Work work, Stored payment, Seen seen) {
        var orgId = payment.orgId();
        var amount = seen.received();
        var object = Objects.requireNonNull(seen.charge() == null ? seen.intent() : seen.charge());
        var book = Book.of(work, orgId);
        return post(work, payment, object, "capture", amount, "payment.received", "payment:" + payment.id())
                .compose(posted -> book.time())
                .compose(at -> {
                    work.emit(new PaymentSucceeded(
                            orgId, payment.id(), amount, payment.invoiceId(), payment.provider(), at));
                    return keep(work, orgId, payment.provider(), seen.card())
                            .compose(kept -> PaymentStore.note(work, payment, seen, PaymentStatus.SUCCEEDED, at));
                });
    }

    /** Puts a card on file that its owner left there; answers its id when it was not on file before. */
    static Future<Optional<UUID>> keep(Work work, UUID orgId, String provider, Seen.@Nullable Card card) {
        if (card == null || !card.kept()) {
            return Future.succeededFuture(Optional.empty());
        }
        var id = work.newId();
        return PaymentStore.insertMethod(work, orgId, id, provider, card).map(rows -> {
            if (rows == 0) {
                return Optional.empty();
            }
            work.emit(new MethodAdded(orgId, id, card.label()));
            return Optional.of(id);
        });
    }

    /** Notes how the provider shows a refund; one that was not asked for here is noted all the same. */
    static Future<RefundStore.Stored> refund(Work work, Stored payment, Refunded seen) {
        var ours = seen.refundId();
        return RefundStore.lockRef(work, payment.provider(), seen.ref())
                .compose(known -> known.isPresent() || ours == null
                        ? Future.succeededFuture(known)
                        : RefundStore.lock(work, payment.orgId(), ours))
                .compose(
                        found -> found.isPresent() ? Future.succeededFuture(found.get()) : foreign(work, payment, seen))
                .compose(refund -> switch (seen.status()) {
                    case "succeeded" -> refunded(work, payment, refund, seen);
                    case "failed", "canceled" ->
                        refundFailed(work, refund, Objects.requireNonNullElse(seen.failure(), seen.status()), seen);
                    default -> Future.succeededFuture(refund);
                });
    }

    /** It takes what is left of the payment; billing says what of it was used already. */
    private static Future<RefundStore.Stored> foreign(Work work, Stored payment, Refunded seen) {
        var id = work.newId();
        var now = work.now();
        var step = new RefundStep(RefundStatus.SENT, now, "made at the provider");
        var refund = new Refund(
                id,
                payment.orgId(),
                payment.id(),
                seen.amount(),
                RefundStatus.SENT,
                RefundDestination.ORIGINAL_METHOD,
                "Made at the provider",
                null,
                now,
                now,
                List.of(step));
        long counted = seen.amount().min(payment.left()).amount();
        return PaymentStore.move(work, payment.orgId(), payment.id(), 0, counted, 0)
                .compose(reserved -> RefundStore.insert(
                        work,
                        new RefundStore.Stored(refund, payment.provider(), seen.ref(), 0, counted),
                        now.plus(LOOK)));
    }

    private static Future<RefundStore.Stored> refunded(
            Work work, Stored payment, RefundStore.Stored stored, Refunded seen) {
        if (stored.over()) {
            return Future.succeededFuture(stored);
        }
        var refund = stored.refund();
        long amount = stored.counted();
        work.emit(new RefundSucceeded(refund.orgId(), refund.paymentId(), refund.id(), refund.amount()));
        return post(
                        work,
                        payment,
                        seen.ref(),
                        "refund",
                        refund.amount().negated(),
                        "payment.refunded",
                        "refund:" + refund.id())
                .compose(posted -> PaymentStore.move(work, refund.orgId(), refund.paymentId(), amount, -amount, 0))
                .compose(moved -> RefundStore.step(
                        work, stored.in(RefundStatus.SUCCEEDED, refund.destination(), null, seen.ref()), null, null));
    }

    /** It will not reach the customer, or came back: what was reserved is free again, or the money is with us again. */
    static Future<RefundStore.Stored> refundFailed(
            Work work, RefundStore.Stored stored, String reason, @Nullable Refunded seen) {
        var refund = stored.refund();
        if (refund.status() == RefundStatus.FAILED || refund.status() == RefundStatus.DECLINED) {
            return Future.succeededFuture(stored);
        }
        long amount = stored.counted();
        boolean returned = refund.status() == RefundStatus.SUCCEEDED;
        var failed = stored.in(RefundStatus.FAILED, refund.destination(), reason, seen == null ? null : seen.ref());
        work.emit(new RefundFailed(refund.orgId(), refund.paymentId(), refund.id(), refund.amount(), reason));
        return (returned && seen != null
                        ? PaymentStore.lock(work, refund.orgId(), refund.paymentId())
                                .compose(payment -> post(
                                        work,
                                        payment.orElseThrow(),
                                        seen.ref(),
                                        "refund_returned",
                                        refund.amount(),
                                        "refund.returned",
                                        "refund:" + refund.id()))
                        : Future.<Void>succeededFuture())
                .compose(posted -> returned
                        ? PaymentStore.move(work, refund.orgId(), refund.paymentId(), -amount, 0, 0)
                        : PaymentStore.move(work, refund.orgId(), refund.paymentId(), 0, -amount, 0))
                .compose(moved -> RefundStore.step(work, failed, reason, null));
    }

    /** Notes how the provider shows a dispute. */
    static Future<Void> dispute(Work work, Stored payment, Disputed seen) {
        if (!seen.takesMoney()) {
            return Future.succeededFuture();
        }
        var id = BookAccount.derived("dispute:" + payment.provider() + ":" + seen.ref());
        return RefundStore.insertDispute(work, payment, id, seen, work.now())
                .compose(opened -> opened ? opened(work, payment, id, seen) : Future.succeededFuture())
                .compose(done -> seen.won() || seen.lost()
                        ? RefundStore.closeDispute(work, payment.orgId(), id, seen.won(), work.now())
                                .compose(closed ->
                                        closed ? closed(work, payment, id, seen) : Future.<Void>succeededFuture())
                        : Future.succeededFuture());
    }

    private static Future<Void> opened(Work work, Stored payment, UUID id, Disputed seen) {
        work.emit(new DisputeOpened(payment.orgId(), payment.id(), id, seen.amount(), seen.reason()));
        return post(
                        work,
                        payment,
                        seen.ref(),
                        "dispute",
                        seen.amount().negated(),
                        "payment.disputed",
                        "payment:" + payment.id())
                .compose(posted -> PaymentStore.move(
                        work, payment.orgId(), payment.id(), 0, 0, seen.amount().amount()))
                .mapEmpty();
    }

    private static Future<Void> closed(Work work, Stored payment, UUID id, Disputed seen) {
        work.emit(new DisputeClosed(payment.orgId(), payment.id(), id, seen.amount(), seen.won()));
        if (seen.won()) {
            return post(
                            work,
                            payment,
                            seen.ref(),
                            "dispute_won",
                            seen.amount(),
                            "dispute.won",
                            "payment:" + payment.id())
                    .compose(posted -> PaymentStore.move(
                            work,
                            payment.orgId(),
                            payment.id(),
                            0,
                            0,
                            -seen.amount().amount()))
                    .mapEmpty();
        }
        var currency = seen.amount().currency();
        var losses = new BookAccount("losses", "Given up", Type.EXPENSE, currency, false);
        var disputes = BookAccount.disputes(currency);
        var book = Book.of(work, payment.orgId());
        return book.open(List.of(losses, disputes))
                .compose(open -> book.post(Posting.of(
                        BookAccount.derived(payment.provider() + ":" + seen.ref() + ":dispute_lost"),
                        "dispute.lost",
                        "payment:" + payment.id(),
                        List.of(
                                Leg.debit(losses.id(payment.orgId()), seen.amount()),
                                Leg.credit(disputes.id(payment.orgId()), seen.amount())))))
                .mapEmpty();
    }

    /** Posts what happened to money at the provider, once; what came in is positive. */
    private static Future<Void> post(
            Work work, Stored payment, String object, String effect, Money amount, String code, String cause) {
        var orgId = payment.orgId();
        var currency = amount.currency();
        var cash = BookAccount.cash(payment.provider(), currency);
        var other = effect.startsWith("dispute") ? BookAccount.disputes(currency) : BookAccount.payments(currency);
        var id = BookAccount.derived(payment.provider() + ":" + object + ":" + effect);
        var book = Book.of(work, orgId);
        return RefundStore.insertEffect(
                        work, new Effect(orgId, payment.id(), payment.provider(), object, effect, amount, id))
                .compose(first -> first
                        ? book.open(List.of(cash, other))
                                .compose(open -> book.post(Posting.of(
                                        id,
                                        code,
                                        cause,
                                        List.of(
                                                new Leg(cash.id(orgId), amount.amount()),
                                                new Leg(other.id(orgId), -amount.amount())))))
                                .<Void>mapEmpty()
                        : Future.succeededFuture());
    }
}
