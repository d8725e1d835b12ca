package io.vertebra.billing;

import io.vertebra.billing.AgendaStore.What;
import io.vertebra.billing.CreditStore.Grant;
import io.vertebra.billing.InvoiceStore.Stored;
import io.vertebra.billing.Postings.Moved;
import io.vertebra.billing.invoice.InvoicePage;
import io.vertebra.billing.invoice.Lines;
import io.vertebra.billing.invoice.Tax;
import io.vertebra.bus.Document;
import io.vertebra.bus.Money;
import io.vertebra.bus.Page;
import io.vertebra.bus.Problem;
import io.vertebra.contract.Billing.InvoiceIssued;
import io.vertebra.contract.Billing.InvoicePaid;
import io.vertebra.contract.Billing.PaymentNeeded;
import io.vertebra.contract.Billing.Refusal;
import io.vertebra.contract.BillingCredits.CreditKind;
import io.vertebra.contract.BillingInvoices.DraftInvoice;
import io.vertebra.contract.BillingInvoices.Due;
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

    Future<Document> getPage(Read read, GetInvoicePage request) {
        return get(read, new GetInvoice(request.orgId(), request.invoiceId())).map(InvoicePage::of);
    }

    Future<Due> findDue(Read read, FindDue request) {
        return InvoiceStore.find(read, request.orgId(), request.invoiceId())
                .map(found -> found.orElseThrow(() -> Problem.notFound("invoice")))
                .map(one -> new Due(one.id(), one.number(), one.status(), one.due()));
    }

    Future<Profile> getProfile(Read read, GetProfile request) {
        return profile(read, request.orgId());
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
                .map(line -> Lines.plain(
                        LineKind.MANUAL,
                        line.description(),
                        "as agreed",
                        Money.of(line.amount(), request.currency()),
                        line.taxIncluded(),
                        null))
                .toList();
        var orgId = request.invoiceOrgId();
        return work.platform().compose(beyond -> profile(beyond, orgId).compose(profile -> {
            var taxed = Tax.on(profile, lines);
            return draft(beyond, orgId, null, profile, request.currency(), taxed)
                    .map(stored -> {
                        work.target("invoiceId:" + stored.id());
                        return stored.shown(taxed);
                    });
        }));
    }

    Future<Invoice> finalise(Work work, FinaliseInvoice request) {
        return work.platform().compose(beyond -> locked(beyond, request.invoiceOrgId(), request.invoiceId())
                .compose(draft ->
                        draft.status() == InvoiceStatus.DRAFT && draft.total().amount() >= 0
                                ? finalise(beyond, draft)
                                : Future.failedFuture(refused("Only a draft of nothing or more is finalised.")))
                .compose(issued -> shown(beyond, issued)));
    }

    /** Charges these lines on an invoice, and answers which. What is less than nothing is carried forward. */
    Future<@Nullable UUID> issue(
            Work work, UUID orgId, @Nullable UUID subscriptionId, String currency, List<Line> lines) {
        if (lines.isEmpty()) {
            return Future.succeededFuture();
        }
        return profile(work, orgId).compose(profile -> {
            var taxed = Tax.on(profile, lines);
            var sum = sum(taxed, currency);
            var tax = Tax.sum(taxed, currency);
            return sum.plus(tax).amount() >= 0 || subscriptionId == null
                    ? finalised(work, orgId, subscriptionId, profile, currency, taxed)
                            .map(Stored::id)
                    : InvoiceStore.lowerable(work, orgId, subscriptionId)
                            .map(owed -> Back.of(owed, sum.plus(tax).negated(), tax.negated()))
                            .compose(back -> carry(work, orgId, subscriptionId, profile, taxed, back));
        });
    }

    /** Lowers what is still owed first; only what was paid is carried. */
    private Future<@Nullable UUID> carry(
            Work work, UUID orgId, UUID subscriptionId, Profile profile, List<Line> lines, Back back) {
        var whole = new ArrayList<>(lines);
        var lowered = back.lowered();
        var rest = back.rest().minus(back.restTax());
        if (back.given().positive()) {
            whole.add(carried("Given back", profile, back.given().minus(lowered), lowered));
        }
        Future<Integer> waiting = Future.succeededFuture(0);
        if (back.rest().positive()) {
            var tax = back.restTax();
            whole.add(carried("Carried to the next invoice", profile, rest, tax));
            var line = carried("Carried from the invoice before", profile, rest.negated(), tax.negated());
            waiting = SubscriptionStore.insertWaiting(work, orgId, subscriptionId, line);
        }
        return waiting.compose(done -> finalised(work, orgId, subscriptionId, profile, rest.currency(), whole))
                .compose(issued -> lower(work, issued, back).map(issued.id()));
    }

    /** The last lines of what ends: nothing follows to carry to, so what is less than nothing is given back. */
    Future<Void> issueLast(Work work, UUID orgId, UUID subscriptionId, String currency, List<Line> lines) {
        return profile(work, orgId).compose(profile -> {
            var taxed = Tax.on(profile, lines);
            var sum = sum(taxed, currency);
            var tax = Tax.sum(taxed, currency);
            if (sum.plus(tax).amount() >= 0) {
                return issue(work, orgId, subscriptionId, currency, lines).mapEmpty();
            }
            var whole = new ArrayList<>(taxed);
            whole.add(carried("Given back", profile, sum.negated(), tax.negated()));
            return finalised(work, orgId, subscriptionId, profile, currency, whole)
                    .compose(last -> InvoiceStore.missing(work, orgId, subscriptionId)
                            .map(missing -> Back.of(missing, sum.plus(tax).negated(), tax.negated()))
                            .compose(back -> lower(work, last, back)
                                    .compose(done -> back.rest().positive()
                                            ? grant(work, last, back.rest(), back.restTax())
                                            : Future.succeededFuture())));
        });
    }

    /** What lowers an invoice: so much, with so much tax in it. */
    private record Lowering(Stored invoice, Money part, Money tax) {}

    /** How an amount is given back: it lowers what is missing, and the rest was paid. */
    private record Back(List<Lowering> parts, Money given, Money lowered, Money rest, Money restTax) {
        static Back of(List<Stored> missing, Money amount, Money tax) {
            var parts = new ArrayList<Lowering>();
            var rest = amount;
            var restTax = tax;
            for (var invoice : missing) {
                var part = invoice.missing().min(rest);
                if (part.positive()) {
                    rest = rest.minus(part);
                    var partTax =
                            restTax.allocate(List.of(exact(part), exact(rest))).getFirst();
                    restTax = restTax.minus(partTax);
                    parts.add(new Lowering(invoice, part, partTax));
                }
            }
            return new Back(parts, amount.minus(rest), tax.minus(restTax), rest, restTax);
        }
    }

    private Future<Void> lower(Work work, Stored last, Back back) {
        Future<Void> done = Future.succeededFuture();
        for (var one : back.parts()) {
            done = done.compose(before -> lower(work, last, one));
        }
        return done;
    }

    private static BigDecimal exact(Money amount) {
        return BigDecimal.valueOf(amount.amount());
    }

    private Future<Void> lower(Work work, Stored last, Lowering one) {
        var after = one.invoice().lowering(one.part());
        boolean open = after.status() == InvoiceStatus.OPEN;
        var from = open ? Postings.RECEIVABLE : Postings.LOSSES;
        return Postings.open(work, last.orgId(), one.part().currency())
                .compose(book -> book.post(Postings.givenBack(
                                last.orgId(),
                                last.cause(),
                                after.cause(),
                                List.of(Moved.credit(from, one.part())),
                                one.part(),
                                one.tax()))
                        .compose(posted -> book.time()))
                .compose(now ->
                        open && after.due().nothing() ? settled(work, after, now) : InvoiceStore.update(work, after))
                .mapEmpty();
    }

    private Future<Void> grant(Work work, Stored last, Money amount, Money tax) {
        var id = work.newId();
        var name = String.valueOf(last.number());
        var grant = new Grant(id, name, CreditKind.GOODWILL, amount, 0, null, null, work.now());
        return CreditStore.sources(work, last.orgId(), null, last.subscriptionId())
                .compose(sources -> credits.giveBack(
                        work,
                        last.orgId(),
                        sources,
                        grant,
                        to -> Postings.givenBack(last.orgId(), last.cause(), "grant:" + id, to, amount, tax)));
    }

    private static Line carried(String description, Profile profile, Money amount, Money tax) {
        return Lines.plain(
                LineKind.CARRIED, description, "less than nothing", amount, null, Tax.carried(profile, amount, tax));
    }

    private Future<Stored> finalised(
            Work work, UUID orgId, @Nullable UUID subscriptionId, Profile profile, String currency, List<Line> lines) {
        return draft(work, orgId, subscriptionId, profile, currency, lines).compose(draft -> finalise(work, draft));
    }

    /** Whom an org's invoices are made out to, and how it is taxed. */
    static Future<Profile> profile(Read read, UUID orgId) {
        return InvoiceStore.findProfile(read, orgId).map(found -> found.orElse(NOBODY));
    }

    private static Future<Stored> draft(
            Work work, UUID orgId, @Nullable UUID subscriptionId, Profile profile, String currency, List<Line> lines) {
        return Postings.open(work, orgId, currency).compose(book -> book.time()
                .compose(now -> InvoiceStore.insert(
                        work,
                        drafted(
                                work,
                                orgId,
                                subscriptionId,
                                profile,
                                sum(lines, currency),
                                Tax.sum(lines, currency),
                                now),
                        lines)));
    }

    private static Stored drafted(
            Work work,
            UUID orgId,
            @Nullable UUID subscriptionId,
            Profile profile,
            Money subtotal,
            Money tax,
            Instant now) {
        var nothing = Money.zero(subtotal.currency());
        return new Stored(
                orgId,
                work.newId(),
                null,
                InvoiceStatus.DRAFT,
                subscriptionId,
                profile,
                subtotal,
                tax,
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

    /** Gives a draft its number, posts it, lets credits pay, and has the rest collected. */
    private Future<Stored> finalise(Work work, Stored draft) {
        var orgId = draft.orgId();
        var currency = draft.subtotal().currency();
        return Postings.open(work, orgId, currency).compose(book -> book.time().compose(now -> InvoiceStore.nextNumber(
                        work, orgId, "INV")
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
                        .compose(posted -> credits.apply(work, book, orgId, draft.total(), draft.id(), draft.cause()))
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
}
