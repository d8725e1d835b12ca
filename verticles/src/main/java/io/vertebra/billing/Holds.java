package io.vertebra.billing;

import io.vertebra.billing.CreditStore.Grant;
import io.vertebra.billing.CreditStore.Left;
import io.vertebra.billing.CreditStore.Paid;
import io.vertebra.billing.CreditStore.StoredHold;
import io.vertebra.billing.Postings.Moved;
import io.vertebra.billing.invoice.Source.Part;
import io.vertebra.bus.Money;
import io.vertebra.bus.Problem;
import io.vertebra.bus.Problems;
import io.vertebra.contract.Billing.RefundUncovered;
import io.vertebra.contract.Billing.Refusal;
import io.vertebra.contract.BillingCredits.FindRefundable;
import io.vertebra.contract.BillingCredits.Hold;
import io.vertebra.contract.BillingCredits.HoldCredits;
import io.vertebra.contract.BillingCredits.HoldForRefund;
import io.vertebra.contract.BillingCredits.HoldStatus;
import io.vertebra.contract.BillingCredits.Refundable;
import io.vertebra.contract.BillingCredits.ReleaseHold;
import io.vertebra.contract.BillingCredits.SettleHold;
import io.vertebra.contract.BillingCredits.WalletState;
import io.vertebra.contract.BillingInvoices.CreditNote;
import io.vertebra.contract.LedgerRefusal;
import io.vertebra.contract.Payments.RefundCredited;
import io.vertebra.contract.Payments.RefundFailed;
import io.vertebra.contract.Payments.RefundSucceeded;
import io.vertebra.kernel.db.Read;
import io.vertebra.kernel.db.Work;
import io.vertebra.kernel.events.Fact;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reservations: of credits for what runs, and of what a refund will take. */
final class Holds {
    private final Credits credits;

    Holds(Credits credits) {
        this.credits = credits;
    }

    Future<Hold> hold(Work work, HoldCredits request) {
        var hold = new Hold(request.holdId(), HoldStatus.HELD, request.amount(), request.resource());
        return known(work, request.orgId(), hold)
                .compose(found -> found != null
                        ? Future.succeededFuture(found.hold())
                        : running(work, request)
                                .compose(runs -> parts(work, request.orgId(), request.amount()))
                                .compose(parts ->
                                        reserve(work, request.orgId(), hold, parts, false, request.expiresAt())));
    }

    /** Once everything was released nothing new begins before the balance has recovered: it would not be warned of. */
    private static Future<Void> running(Work work, HoldCredits request) {
        return CreditStore.findWallet(work, request.orgId(), request.amount().currency())
                .compose(wallet -> wallet.isPresent() && wallet.get().state() == WalletState.RELEASED
                        ? Future.failedFuture(
                                Problem.of(Refusal.NOT_IN_THIS_STATE, "The credits ran out and have not recovered."))
                        : Future.succeededFuture());
    }

    /** Credits that a payment bought come from their grant; what paid an invoice is paid back as a cost. */
    Future<Hold> holdForRefund(Work work, HoldForRefund request) {
        var orgId = request.orgId();
        var hold = new Hold(request.refundId(), HoldStatus.HELD, request.amount(), "payment:" + request.paymentId());
        return known(work, orgId, hold)
                .compose(found -> found != null
                        ? Future.succeededFuture(found.hold())
                        : locked(work, orgId, request.paymentId())
                                .compose(paid -> refundParts(work, request, hold, paid))
                                .compose(parts -> reserve(work, orgId, hold, parts, true, null)));
    }

    /** All of it, from what there is. */
    private static Future<List<Part>> refundParts(Work work, HoldForRefund request, Hold hold, List<Paid> paid) {
        boolean asCredit = Boolean.TRUE.equals(request.asCredit());
        return covered(work, request.orgId(), hold, paid, asCredit).map(parts -> {
            if (sum(parts) < request.amount().amount()) {
                throw asCredit
                        ? Problem.of(Refusal.TOO_MUCH, "What bought credits, or was given back, is credit already.")
                        : LedgerRefusal.LEDGER_INSUFFICIENT.problem();
            }
            return parts;
        });
    }

    /** From what is left of the credits first, then from what paid an invoice and was not given back before. */
    private static Future<List<Part>> covered(Work work, UUID orgId, Hold hold, List<Paid> paid, boolean asCredit) {
        return refundable(work, orgId, hold.resource(), asCredit ? invoiced(paid) : paid, hold.amount())
                .map(there -> {
                    var parts = new ArrayList<Part>();
                    var rest = take(parts, there.bought(), hold.amount());
                    take(parts, Postings.REFUNDS, there.invoiced(), rest);
                    return parts;
                });
    }

    /** What can be given back of a payment. */
    private record There(List<Left> bought, Money invoiced) {}

    private static Future<There> refundable(Read read, UUID orgId, String resource, List<Paid> paid, Money any) {
        if (paid.isEmpty()) {
            return Future.failedFuture(Problem.notFound("payment"));
        }
        var invoiced = invoiced(paid).stream().map(Paid::amount).reduce(Money.zero(any.currency()), Money::plus);
        return CreditStore.refunded(read, orgId, resource, any.currency())
                .compose(before -> charged(read, orgId, paid, invoiced.minus(before)))
                .compose(left -> bought(read, orgId, paid).map(grants -> new There(grants, left)));
    }

    /** As far as no credit note and no change gave it back in another way. */
    private static Future<Money> charged(Read read, UUID orgId, List<Paid> paid, Money most) {
        return invoice(paid)
                .map(id -> Collection.left(read, orgId, id).map(most::min))
                .orElseGet(() -> Future.succeededFuture(most));
    }

    /** The invoice that a payment paid a part of. */
    private static Optional<UUID> invoice(List<Paid> paid) {
        return paid.stream().flatMap(one -> Stream.ofNullable(one.invoiceId())).findFirst();
    }

    /** A payment, with the invoice that it paid: nothing else gives the same back meanwhile. */
    private static Future<List<Paid>> locked(Work work, UUID orgId, UUID paymentId) {
        return CreditStore.lockPayment(work, orgId, paymentId).compose(paid -> invoice(paid)
                .map(id -> InvoiceStore.lock(work, orgId, id).map(paid))
                .orElseGet(() -> Future.succeededFuture(paid)));
    }

    private static List<Paid> invoiced(List<Paid> paid) {
        return paid.stream().filter(one -> one.invoiceId() != null).toList();
    }

    private static long sum(List<Part> parts) {
        return parts.stream().mapToLong(Part::amount).sum();
    }

    Future<Refundable> findRefundable(Read read, FindRefundable request) {
        var none = Money.zero(request.currency());
        return CreditStore.findPayment(read, request.orgId(), request.paymentId())
                .compose(paid -> refundable(read, request.orgId(), "payment:" + request.paymentId(), paid, none))
                .map(there -> new Refundable(
                        there.bought().stream().map(Left::available).reduce(none, Money::plus), there.invoiced()));
    }

    static Money take(List<Part> parts, List<Left> grants, Money amount) {
        var rest = amount;
        for (var one : grants) {
            rest = take(parts, Postings.grant(one.grant().id()), one.available(), rest);
        }
        return rest;
    }

    private static Money take(List<Part> parts, String account, Money available, Money rest) {
        var part = available.min(rest);
        if (!part.positive()) {
            return rest;
        }
        parts.add(new Part(account, part.amount()));
        return rest.minus(part);
    }

    /** The credits that a payment bought, with what is left of them. */
    static Future<List<Left>> bought(Read read, UUID orgId, List<Paid> paid) {
        var ids = paid.stream().flatMap(one -> Stream.ofNullable(one.grantId())).toList();
        return grants(read, orgId, ids);
    }

    private static Future<List<Left>> grants(Read read, UUID orgId, List<UUID> ids) {
        Future<List<Grant>> grants = Future.succeededFuture(List.of());
        for (var id : ids) {
            grants = grants.compose(before -> CreditStore.findGrant(read, orgId, id)
                    .map(found -> Stream.concat(before.stream(), found.stream()).toList()));
        }
        return grants.compose(all -> Credits.withLeft(read, orgId, all));
    }

    /** A hold of this id that is there already; an id that stands for another amount is a problem. */
    private static Future<@Nullable StoredHold> known(Work work, UUID orgId, Hold asked) {
        return CreditStore.lockHold(work, orgId, asked.id()).map(found -> {
            if (found.isPresent()
                    && found.get().hold().status() == HoldStatus.HELD
                    && !found.get().hold().amount().equals(asked.amount())) {
                throw LedgerRefusal.LEDGER_ID_REUSED.problem();
            }
            return found.orElse(null);
        });
    }

    /** Takes the amount from the grants in their order. */
    private static Future<List<Part>> parts(Work work, UUID orgId, Money amount) {
        return Credits.left(work, orgId, amount.currency()).map(all -> {
            var parts = new ArrayList<Part>();
            if (take(parts, all, amount).positive()) {
                throw LedgerRefusal.LEDGER_INSUFFICIENT.problem();
            }
            return parts;
        });
    }

    static Future<Hold> reserve(
            Work work, UUID orgId, Hold hold, List<Part> parts, boolean refund, @Nullable Instant expiresAt) {
        var currency = hold.amount().currency();
        return Postings.open(work, orgId, currency)
                .compose(book -> book.hold(
                        Postings.of(
                                orgId,
                                refund ? "refund.held" : "credits.held",
                                hold.resource(),
                                "hold:" + hold.id(),
                                legs(parts, hold.amount(), refund)),
                        expiresAt))
                .compose(held -> CreditStore.insertHold(work, orgId, hold, refund, parts))
                .compose(noted -> Credits.review(work, orgId, currency))
                .map(hold);
    }

    private static List<Moved> legs(List<Part> parts, Money amount, boolean refund) {
        var legs = new ArrayList<Moved>();
        parts.forEach(part -> legs.add(Moved.debit(part.account(), Money.of(part.amount(), amount.currency()))));
        legs.add(Moved.credit(refund ? Postings.PAYMENTS : Postings.REVENUE, amount));
        return legs;
    }

    Future<Hold> settle(Work work, SettleHold request) {
        return held(work, request.orgId(), request.holdId()).compose(hold -> {
            if (hold.hold().status() != HoldStatus.HELD) {
                return hold.hold().status() == HoldStatus.SETTLED
                                && hold.hold().amount().equals(request.amount())
                        ? Future.succeededFuture(hold.hold())
                        : Future.failedFuture(Problem.of(Refusal.NOT_IN_THIS_STATE, "The hold has ended."));
            }
            if (request.amount().amount() > hold.hold().amount().amount()) {
                return Future.failedFuture(
                        Problem.of(Refusal.TOO_MUCH, "Only " + hold.hold().amount() + " is held."));
            }
            return end(work, request.orgId(), hold, request.amount());
        });
    }

    Future<Hold> release(Work work, ReleaseHold request) {
        return held(work, request.orgId(), request.holdId())
                .compose(hold -> hold.hold().status() == HoldStatus.HELD
                        ? end(
                                work,
                                request.orgId(),
                                hold,
                                Money.zero(hold.hold().amount().currency()))
                        : Future.succeededFuture(hold.hold()));
    }

    private static Future<StoredHold> held(Work work, UUID orgId, UUID id) {
        return CreditStore.lockHold(work, orgId, id).map(found -> found.orElseThrow(() -> Problem.notFound("hold")));
    }

    /** Posts this much of what is held and releases the rest. */
    static Future<Hold> end(Work work, UUID orgId, StoredHold stored, Money amount) {
        var hold = stored.hold();
        var code = stored.refund() ? "refund.held" : "credits.held";
        var pending = Postings.id(orgId, code, "hold:" + hold.id());
        var id = Postings.id(orgId, code, "end:" + hold.id());
        var after = new Hold(
                hold.id(), amount.nothing() ? HoldStatus.RELEASED : HoldStatus.SETTLED, amount, hold.resource());
        return Postings.open(work, orgId, amount.currency())
                .compose(book -> (amount.nothing()
                                ? book.release(id, pending)
                                : book.settle(
                                        id,
                                        pending,
                                        legs(some(stored.parts(), amount.amount()), amount, stored.refund()).stream()
                                                .map(leg -> leg.leg(orgId))
                                                .toList()))
                        .compose(posted -> Credits.lapse(
                                work,
                                book,
                                orgId,
                                Postings.grants(stored.parts().stream()
                                        .map(Part::account)
                                        .toList()))))
                .compose(posted -> CreditStore.endHold(work, orgId, after))
                .compose(noted -> Credits.review(work, orgId, amount.currency()))
                .map(after);
    }

    private static List<Part> some(List<Part> parts, long amount) {
        var taken = new ArrayList<Part>();
        long rest = amount;
        for (var part : parts) {
            long some = Math.min(rest, part.amount());
            if (some > 0) {
                taken.add(new Part(part.account(), some));
                rest -= some;
            }
        }
        return taken;
    }

    /** The refund reached the customer: what was held for it is posted. */
    Future<Void> onRefundSucceeded(Work work, Fact<RefundSucceeded> fact) {
        var event = fact.event();
        return CreditStore.lockHold(work, event.orgId(), event.refundId()).compose(found -> {
            if (found.isEmpty()) {
                return unheld(work, event);
            }
            return found.get().hold().status() == HoldStatus.HELD
                    ? end(
                                    work,
                                    event.orgId(),
                                    found.get(),
                                    event.amount().min(found.get().hold().amount()))
                            .mapEmpty()
                    : Future.succeededFuture();
        });
    }

    /** It was made at the provider: it takes what one of ours would; what is not there any more is a cost. */
    private static Future<Void> unheld(Work work, RefundSucceeded event) {
        var orgId = event.orgId();
        var resource = "payment:" + event.paymentId();
        var asked = new Hold(event.refundId(), HoldStatus.HELD, event.amount(), resource);
        return locked(work, orgId, event.paymentId())
                .compose(paid -> paid.isEmpty()
                        ? Future.failedFuture(Problem.of(Problems.UNAVAILABLE, "Its payment has not arrived yet."))
                        : covered(work, orgId, asked, paid, false)
                                .compose(parts -> taken(work, orgId, asked, paid, parts)))
                .compose(parts -> {
                    var part = Money.of(sum(parts), event.amount().currency());
                    var hold = new Hold(asked.id(), asked.status(), part, resource);
                    return (part.positive()
                                    ? reserve(work, orgId, hold, parts, true, null)
                                            .compose(held -> end(work, orgId, new StoredHold(hold, true, parts), part))
                                    : Future.succeededFuture(hold))
                            .compose(done ->
                                    uncovered(work, event, event.amount().minus(part)));
                });
    }

    /** What credit notes made credits of is taken back for the rest, as far as it is unused. */
    private static Future<List<Part>> taken(Work work, UUID orgId, Hold hold, List<Paid> paid, List<Part> parts) {
        var invoiceId = invoice(paid);
        var rest = hold.amount().minus(Money.of(sum(parts), hold.amount().currency()));
        return invoiceId.isEmpty() || !rest.positive()
                ? Future.succeededFuture(parts)
                : InvoiceStore.listNotes(work, orgId, invoiceId.get())
                        .map(notes -> notes.stream().map(CreditNote::id).toList())
                        .compose(ids -> grants(work, orgId, ids))
                        .map(there -> {
                            take(parts, there, rest);
                            return parts;
                        });
    }

    private static Future<Void> uncovered(Work work, RefundSucceeded event, Money rest) {
        if (!rest.positive()) {
            return Future.succeededFuture();
        }
        work.emit(new RefundUncovered(event.orgId(), event.paymentId(), event.refundId(), rest));
        return Postings.open(work, event.orgId(), rest.currency())
                .compose(book -> Postings.move(
                        book,
                        event.orgId(),
                        "refund.unheld",
                        "payment:" + event.paymentId(),
                        "refund:" + event.refundId(),
                        Postings.REFUNDS,
                        Postings.PAYMENTS,
                        rest))
                .mapEmpty();
    }

    /** The refund was given as credits, of what was held for it. Without a hold it is a cost. */
    Future<Void> onRefundCredited(Work work, Fact<RefundCredited> fact) {
        var event = fact.event();
        return CreditStore.lockHold(work, event.orgId(), event.refundId())
                .compose(found -> found.isPresent() && found.get().hold().status() == HoldStatus.HELD
                        ? end(work, event.orgId(), found.get(), event.amount())
                                .compose(ended -> credits.refunded(work, event, Postings.PAYMENTS))
                        : credits.refunded(work, event, Postings.REFUNDS));
    }

    Future<Void> onRefundFailed(Work work, Fact<RefundFailed> fact) {
        var event = fact.event();
        return CreditStore.lockHold(work, event.orgId(), event.refundId())
                .compose(found -> found.isPresent() && found.get().hold().status() == HoldStatus.HELD
                        ? end(
                                        work,
                                        event.orgId(),
                                        found.get(),
                                        Money.zero(event.amount().currency()))
                                .mapEmpty()
                        : Future.succeededFuture());
    }
}
