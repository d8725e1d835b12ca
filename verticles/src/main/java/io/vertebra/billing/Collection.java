package io.vertebra.billing;

import io.vertebra.billing.AgendaStore.What;
import io.vertebra.billing.CreditStore.Paid;
import io.vertebra.billing.CreditStore.StoredHold;
import io.vertebra.billing.InvoiceStore.Stored;
import io.vertebra.billing.Postings.Moved;
import io.vertebra.billing.invoice.Dunning;
import io.vertebra.billing.invoice.Source.Part;
import io.vertebra.bus.Money;
import io.vertebra.bus.Page;
import io.vertebra.bus.Problem;
import io.vertebra.contract.Billing.CreditNoteIssued;
import io.vertebra.contract.Billing.DunningAdvanced;
import io.vertebra.contract.Billing.InvoiceUncollectible;
import io.vertebra.contract.Billing.InvoiceVoided;
import io.vertebra.contract.Billing.Refusal;
import io.vertebra.contract.BillingCredits.CreditKind;
import io.vertebra.contract.BillingCredits.Hold;
import io.vertebra.contract.BillingCredits.HoldStatus;
import io.vertebra.contract.BillingInvoices.CreditNote;
import io.vertebra.contract.BillingInvoices.GiveUpInvoice;
import io.vertebra.contract.BillingInvoices.Invoice;
import io.vertebra.contract.BillingInvoices.InvoiceStatus;
import io.vertebra.contract.BillingInvoices.IssueCreditNote;
import io.vertebra.contract.BillingInvoices.ListCreditNotes;
import io.vertebra.contract.BillingInvoices.VoidInvoice;
import io.vertebra.contract.Payments.DisputeClosed;
import io.vertebra.contract.Payments.DisputeOpened;
import io.vertebra.contract.Payments.PaymentFailed;
import io.vertebra.contract.Payments.PaymentSucceeded;
import io.vertebra.kernel.db.Read;
import io.vertebra.kernel.db.Work;
import io.vertebra.kernel.events.Fact;
import io.vertebra.kernel.ledger.Posting;
import io.vertx.core.Future;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;

/** What becomes of an issued invoice: payments and their disputes, dunning, credit notes, voiding, giving up. */
final class Collection {
    private final Invoices invoices;
    private final Credits credits;
    private final Subscriptions subscriptions;

    Collection(Invoices invoices, Credits credits, Subscriptions subscriptions) {
        this.invoices = invoices;
        this.credits = credits;
        this.subscriptions = subscriptions;
    }

    /** Brings a payment to its invoice; what is more than due, or for no invoice, becomes credits. */
    Future<Void> onPaymentSucceeded(Work work, Fact<PaymentSucceeded> fact) {
        var event = fact.event();
        var invoiceId = event.invoiceId();
        if (invoiceId == null) {
            return credits.bought(work, event.orgId(), event.paymentId(), event.amount());
        }
        return InvoiceStore.lock(work, event.orgId(), invoiceId)
                .compose(found -> found.isEmpty() || !found.get().due().positive()
                        ? credits.bought(work, event.orgId(), event.paymentId(), event.amount())
                        : pay(work, event, found.get()));
    }

    private Future<Void> pay(Work work, PaymentSucceeded event, Stored invoice) {
        var orgId = event.orgId();
        var part = event.amount().min(invoice.due());
        var rest = event.amount().minus(part);
        var paid = new Paid(event.paymentId(), part, invoice.id(), null);
        return Postings.open(work, orgId, part.currency())
                .compose(book -> book.time().compose(now -> CreditStore.insertPayment(work, orgId, paid, now)
                        .compose(noted -> Postings.move(
                                book,
                                orgId,
                                "payment.applied",
                                invoice.cause(),
                                "payment:" + event.paymentId(),
                                Postings.PAYMENTS,
                                Postings.RECEIVABLE,
                                part))
                        .compose(posted -> {
                            var after = invoice.paying(part);
                            return after.due().nothing()
                                    ? invoices.settled(work, after, now)
                                            .compose(settled -> subscriptions.revive(work, settled))
                                    : InvoiceStore.update(work, after).mapEmpty();
                        })
                        .compose(done -> rest.positive()
                                ? credits.bought(work, orgId, event.paymentId(), rest)
                                : Future.succeededFuture())));
    }

    Future<Void> onPaymentFailed(Work work, Fact<PaymentFailed> fact) {
        var event = fact.event();
        if (event.invoiceId() == null) {
            return Future.succeededFuture();
        }
        return InvoiceStore.lock(work, event.orgId(), event.invoiceId())
                .compose(found -> found.isEmpty() ? Future.succeededFuture() : failed(work, found.get(), event));
    }

    /** A failure counts when it answers the attempt that is waited for. */
    private Future<Void> failed(Work work, Stored invoice, PaymentFailed event) {
        int asked = invoice.failures().size() + 1;
        boolean awaited = invoice.askedAt() != null
                && invoice.status() == InvoiceStatus.OPEN
                && Objects.requireNonNullElse(event.attempt(), asked) == asked;
        return awaited
                ? Postings.open(work, invoice.orgId(), invoice.subtotal().currency())
                        .compose(book -> book.time())
                        .compose(now -> advance(work, invoice.failed(now), now))
                : Future.succeededFuture();
    }

    /** Something about this invoice is due: an attempt, an answer that did not come, or the end of patience. */
    Future<Void> dunningDue(Work work, UUID orgId, UUID invoiceId, Instant now) {
        return AgendaStore.drop(work, orgId, What.DUNNING, invoiceId)
                .compose(dropped -> InvoiceStore.lock(work, orgId, invoiceId))
                .compose(found -> {
                    if (found.isEmpty() || found.get().status() != InvoiceStatus.OPEN) {
                        return Future.succeededFuture();
                    }
                    var invoice = found.get();
                    return advance(work, invoice.askedAt() == null ? invoice : invoice.failed(now), now);
                });
    }

    private Future<Void> advance(Work work, Stored invoice, Instant now) {
        var issued = Objects.requireNonNull(invoice.issuedAt());
        var step = Dunning.step(Dunning.STANDARD, issued, invoice.failures(), now);
        if (step.due(now)) {
            return invoices.collect(work, invoice, step.attempt(), now).mapEmpty();
        }
        work.emit(new DunningAdvanced(
                invoice.orgId(),
                invoice.id(),
                CatalogueStore.label(step.state()),
                invoice.failures().size()));
        return InvoiceStore.update(work, invoice)
                .compose(stored -> switch (step.state()) {
                    case LOST -> lose(work, stored, now).compose(lost -> subscriptions.end(work, lost, now));
                    case SUSPENDED -> subscriptions.suspend(work, stored);
                    default -> Future.<Void>succeededFuture();
                })
                .compose(done -> step.nextAt() == null
                        ? Future.succeededFuture()
                        : AgendaStore.put(work, invoice.orgId(), What.DUNNING, invoice.id(), step.nextAt())
                                .mapEmpty());
    }

    Future<Invoice> giveUp(Work work, GiveUpInvoice request) {
        return work.platform().compose(beyond -> open(beyond, request.invoiceOrgId(), request.invoiceId())
                .compose(invoice -> Postings.open(
                                beyond, invoice.orgId(), invoice.subtotal().currency())
                        .compose(book -> book.time())
                        .compose(now -> lose(beyond, invoice, now).compose(lost -> subscriptions
                                .endSuspended(beyond, lost, now)
                                .map(lost))))
                .compose(lost -> Invoices.shown(beyond, lost)));
    }

    private Future<Stored> lose(Work work, Stored invoice, Instant now) {
        var lost = invoice.due();
        work.emit(new InvoiceUncollectible(invoice.orgId(), invoice.id(), String.valueOf(invoice.number()), lost));
        return Postings.open(work, invoice.orgId(), lost.currency())
                .compose(book -> Postings.move(
                        book,
                        invoice.orgId(),
                        "invoice.lost",
                        invoice.cause(),
                        invoice.cause(),
                        Postings.LOSSES,
                        Postings.RECEIVABLE,
                        lost))
                .compose(posted -> close(work, invoice.with(InvoiceStatus.UNCOLLECTIBLE, now)));
    }

    Future<Invoice> voidInvoice(Work work, VoidInvoice request) {
        return work.platform().compose(beyond -> Invoices.locked(beyond, request.invoiceOrgId(), request.invoiceId())
                .compose(invoice -> annul(beyond, invoice))
                .compose(done -> Invoices.shown(beyond, done)));
    }

    private Future<Stored> annul(Work work, Stored invoice) {
        boolean untouched = invoice.paid().nothing()
                && invoice.credited().nothing()
                && invoice.lowered().nothing();
        if (invoice.status() == InvoiceStatus.DRAFT) {
            return InvoiceStore.update(work, invoice.with(InvoiceStatus.VOID, work.now()));
        }
        if (invoice.status() != InvoiceStatus.OPEN || !untouched) {
            return Future.failedFuture(
                    Invoices.refused("Only an open invoice on which nothing was paid is voided; use a credit note."));
        }
        return UsageStore.claim(work, invoice.orgId(), invoice.id())
                .compose(claim -> claim.givenBack() > 0
                        ? Future.failedFuture(Invoices.refused("A later change gave back "
                                + Money.of(claim.givenBack(), invoice.total().currency())
                                + " of it: void that one, or use a credit note."))
                        : annulIssued(work, invoice));
    }

    private Future<Stored> annulIssued(Work work, Stored invoice) {
        work.emit(new InvoiceVoided(invoice.orgId(), invoice.id(), String.valueOf(invoice.number())));
        var posted = Postings.id(invoice.orgId(), "invoice.issued", invoice.cause());
        var undone = Postings.id(invoice.orgId(), "invoice.voided", invoice.cause());
        return Postings.open(work, invoice.orgId(), invoice.subtotal().currency())
                .compose(book ->
                        book.reverse(undone, posted, "invoice.voided", null).compose(done -> book.time()))
                .compose(now -> close(work, invoice.with(InvoiceStatus.VOID, now)))
                .compose(annulled -> Closing.letGo(work, annulled)
                        .compose(released -> subscriptions.revive(work, annulled))
                        .map(annulled));
    }

    private static Future<Stored> close(Work work, Stored closed) {
        return InvoiceStore.update(work, closed)
                .compose(done -> AgendaStore.drop(work, closed.orgId(), What.DUNNING, closed.id()))
                .map(closed);
    }

    /** Lowers an open invoice; what was paid already is granted as credits instead. */
    Future<CreditNote> creditNote(Work work, IssueCreditNote request) {
        return work.platform().compose(beyond -> Invoices.locked(beyond, request.invoiceOrgId(), request.invoiceId())
                .compose(invoice -> UsageStore.claim(beyond, invoice.orgId(), invoice.id())
                        .compose(claim -> InvoiceStore.listNotes(beyond, invoice.orgId(), invoice.id())
                                .compose(notes ->
                                        noted(beyond, invoice, notes, creditable(invoice, notes, claim), request)))));
    }

    private static Money creditable(Stored invoice, List<CreditNote> notes, UsageStore.Claimed claim) {
        var left = left(invoice, notes, claim);
        return invoice.status() == InvoiceStatus.OPEN ? left.min(invoice.due()) : left;
    }

    /** What is left of an invoice: no note took it off, no change gave it back, and it was not refunded. */
    private static Money left(Stored invoice, List<CreditNote> notes, UsageStore.Claimed claim) {
        long noted = notes.stream().mapToLong(note -> note.amount().amount()).sum();
        long lowered = invoice.lowered().amount() - (noted - claim.granted());
        long left = invoice.total().amount() - noted - Math.max(claim.givenBack(), lowered) - claim.refunded();
        return Money.of(Math.max(0, left), invoice.total().currency());
    }

    /** The same of one that may be refunded. */
    static Future<Money> left(Read read, UUID orgId, UUID invoiceId) {
        return InvoiceStore.find(read, orgId, invoiceId)
                .map(found -> found.orElseThrow(() -> Problem.notFound("invoice")))
                .compose(invoice -> InvoiceStore.listNotes(read, orgId, invoiceId)
                        .compose(notes ->
                                UsageStore.claim(read, orgId, invoiceId).map(claim -> left(invoice, notes, claim))));
    }

    private Future<CreditNote> noted(
            Work work, Stored invoice, List<CreditNote> notes, Money most, IssueCreditNote request) {
        var currency = invoice.subtotal().currency();
        var amount = Money.of(request.amount(), currency);
        boolean open = invoice.status() == InvoiceStatus.OPEN;
        if (!open && invoice.status() != InvoiceStatus.PAID) {
            return Future.failedFuture(Invoices.refused("Only an open or a paid invoice is credited."));
        }
        if (amount.amount() > most.amount()) {
            return Future.failedFuture(Problem.of(
                    Refusal.TOO_MUCH, (most.positive() ? "At most " + most : "Nothing") + " can be credited."));
        }
        var before = notes.stream().map(CreditNote::amount).reduce(Money.zero(currency), Money::plus);
        var tax = taxOf(invoice, before.plus(amount)).minus(taxOf(invoice, before));
        var id = work.newId();
        return Postings.open(work, invoice.orgId(), currency).compose(book -> book.time()
                .compose(now -> InvoiceStore.nextNumber(work, invoice.orgId(), "CN")
                        .map(number -> new CreditNote(
                                id,
                                invoice.id(),
                                Invoices.number("CN", invoice.orgId(), number),
                                amount,
                                tax,
                                request.reason(),
                                now)))
                .compose(note -> InvoiceStore.insertNote(work, invoice.orgId(), note))
                .compose(note -> (open ? lower(work, invoice, note) : giveBack(work, invoice, note)).map(done -> {
                    work.emit(new CreditNoteIssued(invoice.orgId(), invoice.id(), id, note.number(), amount));
                    return note;
                })));
    }

    private Future<Void> lower(Work work, Stored invoice, CreditNote note) {
        var after = invoice.lowering(note.amount());
        return Postings.open(work, invoice.orgId(), note.amount().currency())
                .compose(book ->
                        book.post(posting(invoice, note, List.of(Moved.credit(Postings.RECEIVABLE, note.amount())))))
                .compose(posted -> after.due().nothing()
                        ? invoices.settled(work, after, note.issuedAt())
                                .compose(settled -> subscriptions.revive(work, settled))
                        : InvoiceStore.update(work, after).mapEmpty());
    }

    private Future<Void> giveBack(Work work, Stored invoice, CreditNote note) {
        var grant = new CreditStore.Grant(
                note.id(), note.number(), CreditKind.GOODWILL, note.amount(), 0, null, null, note.issuedAt());
        return CreditStore.sources(work, invoice.orgId(), invoice.id(), null)
                .compose(sources ->
                        credits.giveBack(work, invoice.orgId(), sources, grant, to -> posting(invoice, note, to)))
                .compose(given -> CreditStore.noteGranted(work, invoice.orgId(), invoice.id(), note.amount()))
                .mapEmpty();
    }

    private static Posting posting(Stored invoice, CreditNote note, List<Moved> credited) {
        var legs = new ArrayList<>(List.of(
                Moved.debit(Postings.REVENUE, note.amount().minus(note.tax())), Moved.debit(Postings.TAX, note.tax())));
        legs.addAll(credited);
        return Postings.of(invoice.orgId(), "credit-note.issued", invoice.cause(), "credit-note:" + note.id(), legs);
    }

    /** The tax in the first part of an invoice: that of all of it is the invoice's. */
    private static Money taxOf(Stored invoice, Money part) {
        if (invoice.tax().nothing()) {
            return Money.zero(part.currency());
        }
        return part.allocate(List.of(
                        BigDecimal.valueOf(invoice.tax().amount()),
                        BigDecimal.valueOf(invoice.subtotal().amount())))
                .getFirst();
    }

    Future<Page<CreditNote>> listNotes(Read read, ListCreditNotes request) {
        return InvoiceStore.listNotes(read, request.orgId(), request.invoiceId())
                .map(notes -> new Page<>(notes, null));
    }

    private static Future<Stored> open(Work work, UUID orgId, UUID id) {
        return Invoices.locked(work, orgId, id)
                .compose(invoice -> invoice.status() == InvoiceStatus.OPEN
                        ? Future.succeededFuture(invoice)
                        : Future.failedFuture(Invoices.refused("The invoice is not open.")));
    }

    /** What is left of the credits that a disputed payment bought is held until it is known how the dispute ends. */
    Future<Void> onDisputeOpened(Work work, Fact<DisputeOpened> fact) {
        var event = fact.event();
        return dispute(work, event.orgId(), event.paymentId(), event.disputeId(), event.amount())
                .mapEmpty();
    }

    private static Future<Optional<StoredHold>> dispute(Work work, UUID orgId, UUID paymentId, UUID id, Money amount) {
        return CreditStore.lockHold(work, orgId, id)
                .compose(found -> found.isPresent()
                        ? Future.succeededFuture(found)
                        : CreditStore.lockPayment(work, orgId, paymentId)
                                .compose(paid -> Holds.bought(work, orgId, paid))
                                .compose(grants -> {
                                    var parts = new ArrayList<Part>();
                                    var held = amount.minus(Holds.take(parts, grants, amount));
                                    var hold = new Hold(id, HoldStatus.HELD, held, "payment:" + paymentId);
                                    return parts.isEmpty()
                                            ? Future.succeededFuture(Optional.empty())
                                            : Holds.reserve(work, orgId, hold, parts, true, null)
                                                    .map(Optional.of(new StoredHold(hold, true, parts)));
                                }));
    }

    /** Won, they are free again; lost, they are taken and the loss is so much less. */
    Future<Void> onDisputeClosed(Work work, Fact<DisputeClosed> fact) {
        var event = fact.event();
        var orgId = event.orgId();
        return dispute(work, orgId, event.paymentId(), event.disputeId(), event.amount())
                .compose(found -> {
                    if (found.isEmpty() || found.get().hold().status() != HoldStatus.HELD) {
                        return Future.succeededFuture();
                    }
                    var hold = found.get().hold();
                    var taken = event.won() ? Money.zero(hold.amount().currency()) : hold.amount();
                    return Holds.end(work, orgId, found.get(), taken)
                            .compose(ended -> Postings.taken(work, orgId, hold.resource(), event.disputeId(), taken));
                });
    }
}
