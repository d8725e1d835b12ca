package io.vertebra.billing;

import io.vertebra.billing.AgendaStore.What;
import io.vertebra.billing.InvoiceStore.Stored;
import io.vertebra.billing.Postings.Moved;
import io.vertebra.billing.invoice.Rating;
import io.vertebra.bus.Money;
import io.vertebra.bus.Nothing;
import io.vertebra.bus.Page;
import io.vertebra.bus.Problem;
import io.vertebra.contract.Billing.InvoiceIssued;
import io.vertebra.contract.Billing.InvoicePaid;
import io.vertebra.contract.Billing.PaymentNeeded;
import io.vertebra.contract.Billing.Refusal;
import io.vertebra.contract.BillingInvoices.CalculationStep;
import io.vertebra.contract.BillingInvoices.DraftInvoice;
import io.vertebra.contract.BillingInvoices.Due;
import io.vertebra.contract.BillingInvoices.Explanation;
import io.vertebra.contract.BillingInvoices.FinaliseInvoice;
import io.vertebra.contract.BillingInvoices.FindDue;
import io.vertebra.contract.BillingInvoices.GetInvoice;
import io.vertebra.contract.BillingInvoices.GetInvoicePage;
import io.vertebra.contract.BillingInvoices.GetProfile;
import io.vertebra.contract.BillingInvoices.Invoice;
import io.vertebra.contract.BillingInvoices.InvoiceStatus;
import io.vertebra.contract.BillingInvoices.Line;
import io.vertebra.contract.BillingInvoices.LineKind;
import io.vertebra.contract.BillingInvoices.ListInvoices;
import io.vertebra.contract.BillingInvoices.Profile;
import io.vertebra.contract.BillingInvoices.SetProfile;
import io.vertebra.contract.BillingInvoices.TaxExempt;
import io.vertebra.kernel.db.Cursor;
import io.vertebra.kernel.db.Read;
import io.vertebra.kernel.db.Work;
import io.vertx.core.Future;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Invoices from the draft until they are settled. */
final class Invoices {
    private static final Duration PAYABLE = Duration.ofDays(14);
    private static final Duration ANSWER_MAX = Duration.ofDays(1);
    private static final BigDecimal PERCENT = BigDecimal.valueOf(100);
    private static final Profile NOBODY = new Profile("", null, null, TaxExempt.NONE, BigDecimal.ZERO);
    private static final int NAME_LENGTH = 8;

    private final Credits credits;

    Invoices(Credits credits) {
        this.credits = credits;
    }

    Future<Page<Invoice>> list(Read read, ListInvoices request) {
        int limit = Page.limit(request.limit());
        var after = Cursor.parse(request.after(), Cursor.last());
        return InvoiceStore.list(read, request.orgId(), after, limit + 1, request.status())
                .map(all -> Page.of(
                        all.stream().map(one -> one.shown(List.of())).toList(), limit, one -> Cursor.of(one.id())
                                .text()));
    }

    Future<Invoice> get(Read read, GetInvoice request) {
        return InvoiceStore.find(read, request.orgId(), request.invoiceId())
                .map(found -> found.orElseThrow(() -> Problem.notFound("invoice")))
                .compose(invoice -> shown(read, invoice));
    }

    /** Whether there is such an invoice; the door writes its page. */
    Future<Nothing> getPage(Read read, GetInvoicePage request) {
        return get(read, new GetInvoice(request.orgId(), request.invoiceId())).map(Nothing.NOTHING);
    }

    Future<Due> findDue(Read read, FindDue request) {
        return InvoiceStore.find(read, request.orgId(), request.invoiceId())
                .map(found -> found.orElseThrow(() -> Problem.notFound("invoice")))
                .map(one -> new Due(one.id(), one.number(), one.status(), one.due()));
    }

    Future<Profile> getProfile(Read read, GetProfile request) {
        return InvoiceStore.findProfile(read, request.orgId()).map(found -> found.orElse(NOBODY));
    }

    Future<Profile> setProfile(Work work, SetProfile request) {
        var profile = new Profile(
                request.name(), request.address(), request.taxId(), request.taxExempt(), request.taxPercent());
        return work.platform()
                .compose(beyond -> InvoiceStore.setProfile(beyond, request.profileOrgId(), profile))
                .map(profile);
    }

    Future<Invoice> draft(Work work, DraftInvoice request) {
        if (!Money.known(request.currency())) {
            return Future.failedFuture(Problem.invalid("/currency", "must be a currency of ISO 4217"));
        }
        var lines = request.lines().stream()
                .map(line -> plain(
                        LineKind.MANUAL, line.description(), "as agreed", Money.of(line.amount(), request.currency())))
                .toList();
        return work.platform()
                .compose(beyond -> draft(beyond, request.invoiceOrgId(), null, request.currency(), lines))
                .map(stored -> {
                    work.target("invoiceId:" + stored.id());
                    return stored.shown(lines);
                });
    }

    Future<Invoice> finalise(Work work, FinaliseInvoice request) {
        return work.platform().compose(beyond -> locked(beyond, request.invoiceOrgId(), request.invoiceId())
                .compose(draft ->
                        draft.status() == InvoiceStatus.DRAFT && draft.total().amount() >= 0
                                ? finalise(beyond, draft)
                                : Future.failedFuture(refused("Only a draft of nothing or more is finalised.")))
                .compose(issued -> shown(beyond, issued)));
    }

    /** Charges these lines: drafts an invoice and finalises it. What is less than nothing is carried forward. */
    Future<Void> issue(Work work, UUID orgId, @Nullable UUID subscriptionId, String currency, List<Line> lines) {
        if (lines.isEmpty()) {
            return Future.succeededFuture();
        }
        var sum = sum(lines, currency);
        if (sum.amount() >= 0 || subscriptionId == null) {
            return draft(work, orgId, subscriptionId, currency, lines)
                    .compose(draft -> finalise(work, draft))
                    .mapEmpty();
        }
        var whole = new ArrayList<>(lines);
        whole.add(plain(LineKind.CARRIED, "Carried to the next invoice", "less than nothing", sum.negated()));
        var next = plain(LineKind.CARRIED, "Carried from the invoice before", "less than nothing", sum);
        return SubscriptionStore.insertWaiting(work, orgId, subscriptionId, next)
                .compose(waiting -> draft(work, orgId, subscriptionId, currency, whole))
                .compose(draft -> finalise(work, draft))
                .mapEmpty();
    }

    private static Future<Stored> draft(
            Work work, UUID orgId, @Nullable UUID subscriptionId, String currency, List<Line> lines) {
        var subtotal = sum(lines, currency);
        return InvoiceStore.findProfile(work, orgId)
                .compose(found -> Postings.open(work, orgId, currency).compose(book -> book.time()
                        .compose(now -> InvoiceStore.insert(
                                work,
                                drafted(work, orgId, subscriptionId, found.orElse(NOBODY), subtotal, now),
                                lines))));
    }

    private static Stored drafted(
            Work work, UUID orgId, @Nullable UUID subscriptionId, Profile profile, Money subtotal, Instant now) {
        var nothing = Money.zero(subtotal.currency());
        return new Stored(
                orgId,
                work.newId(),
                null,
                InvoiceStatus.DRAFT,
                subscriptionId,
                profile,
                subtotal,
                tax(profile, subtotal),
                nothing,
                nothing,
                nothing,
                now,
                null,
                null,
                null,
                List.of(),
                null);
    }

    /** Tax is rounded once, on the invoice. */
    static Money tax(Profile profile, Money subtotal) {
        if (profile.taxExempt() != TaxExempt.NONE || !subtotal.positive()) {
            return Money.zero(subtotal.currency());
        }
        var exact = BigDecimal.valueOf(subtotal.amount())
                .multiply(profile.taxPercent())
                .divide(PERCENT);
        return Rating.rounded(exact, subtotal.currency());
    }

    /** Gives a draft its number, posts it, lets credits pay, and has the rest collected. */
    private Future<Stored> finalise(Work work, Stored draft) {
        var orgId = draft.orgId();
        var currency = draft.subtotal().currency();
        return Postings.open(work, orgId, currency)
                .compose(book -> book.time().compose(now -> InvoiceStore.nextNumber(work, orgId, "INV")
                        .map(number -> number("INV", orgId, number))
                        .compose(number -> (draft.total().nothing()
                                        ? Future.succeededFuture()
                                        : book.post(Postings.of(
                                                orgId,
                                                "invoice.issued",
                                                draft.cause(),
                                                draft.cause(),
                                                List.of(
                                                        Moved.debit(Postings.RECEIVABLE, draft.total()),
                                                        Moved.credit(Postings.REVENUE, draft.subtotal()),
                                                        Moved.credit(Postings.TAX, draft.tax())))))
                                .compose(posted -> credits.apply(work, book, orgId, draft.total(), draft.cause()))
                                .map(credited -> draft.issued(number, now, now.plus(PAYABLE), credited)))
                        .compose(issued -> {
                            work.emit(new InvoiceIssued(
                                    orgId,
                                    issued.id(),
                                    String.valueOf(issued.number()),
                                    issued.total(),
                                    issued.due(),
                                    now.plus(PAYABLE)));
                            return issued.due().nothing() ? settled(work, issued, now) : collect(work, issued, 1, now);
                        })));
    }

    /** Asks payments to collect what is due; when no answer comes within a day, that counts as a failure. */
    Future<Stored> collect(Work work, Stored invoice, int attempt, Instant now) {
        work.emit(new PaymentNeeded(invoice.orgId(), invoice.id(), invoice.due(), attempt));
        return InvoiceStore.update(work, invoice)
                .compose(stored -> InvoiceStore.ask(work, stored, now))
                .compose(asked ->
                        AgendaStore.put(work, invoice.orgId(), What.DUNNING, invoice.id(), now.plus(ANSWER_MAX)))
                .map(invoice);
    }

    /** Writes an invoice on which nothing is due any more as paid. */
    Future<Stored> settled(Work work, Stored invoice, Instant now) {
        work.emit(new InvoicePaid(invoice.orgId(), invoice.id(), String.valueOf(invoice.number()), invoice.total()));
        return InvoiceStore.update(work, invoice.with(InvoiceStatus.PAID, now))
                .compose(paid -> AgendaStore.drop(work, invoice.orgId(), What.DUNNING, invoice.id())
                        .map(paid));
    }

    static Future<Stored> locked(Work work, UUID orgId, UUID id) {
        return InvoiceStore.lock(work, orgId, id).map(found -> found.orElseThrow(() -> Problem.notFound("invoice")));
    }

    static Future<Invoice> shown(Read read, Stored invoice) {
        return InvoiceStore.lines(read, invoice.orgId(), invoice.id()).map(invoice::shown);
    }

    static Problem refused(String detail) {
        return Problem.of(Refusal.NOT_IN_THIS_STATE, detail);
    }

    /** {@code INV-3F9A2C17-000042}: the series, the org, and a number without gaps. */
    static String number(String series, UUID orgId, long number) {
        var org = orgId.toString().replace("-", "");
        return "%s-%s-%06d"
                .formatted(series, org.substring(org.length() - NAME_LENGTH).toUpperCase(Locale.ROOT), number);
    }

    static Money sum(List<Line> lines, String currency) {
        return lines.stream().map(Line::amount).reduce(Money.zero(currency), Money::plus);
    }

    private static Line plain(LineKind kind, String description, String why, Money amount) {
        var exact = BigDecimal.valueOf(amount.amount());
        var step = new CalculationStep(why, BigDecimal.ONE, exact, exact);
        var explanation = new Explanation(null, null, null, null, null, null, List.of(step), exact, "none");
        return new Line(kind, description, null, null, null, amount, explanation);
    }
}
