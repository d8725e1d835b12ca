package io.vertebra.billing;

import io.vertebra.billing.SubscriptionStore.ChargedFor;
import io.vertebra.billing.SubscriptionStore.Stored;
import io.vertebra.billing.UsageStore.Usage;
import io.vertebra.billing.invoice.Claim;
import io.vertebra.billing.invoice.Lines;
import io.vertebra.billing.invoice.Rating;
import io.vertebra.billing.invoice.Tax;
import io.vertebra.bus.Money;
import io.vertebra.bus.Problem;
import io.vertebra.contract.Billing.Refusal;
import io.vertebra.contract.BillingCatalogue.Meter;
import io.vertebra.contract.BillingCatalogue.Plan;
import io.vertebra.contract.BillingCatalogue.Price;
import io.vertebra.contract.BillingInvoices.CreditNote;
import io.vertebra.contract.BillingInvoices.InvoiceStatus;
import io.vertebra.contract.BillingInvoices.Line;
import io.vertebra.contract.BillingInvoices.LineKind;
import io.vertebra.contract.BillingInvoices.Profile;
import io.vertebra.contract.BillingSubscriptions.Proration;
import io.vertebra.contract.BillingSubscriptions.Status;
import io.vertebra.kernel.db.Read;
import io.vertebra.kernel.db.Work;
import io.vertx.core.Future;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a period of a subscription is charged: prices before it, usage after it, and what came late. What its invoices
 * charge no more is not given back.
 */
final class Closing {
    /** How long after its time usage is taken. */
    static final Duration LATE_MAX = Duration.ofDays(60);

    /** A line, and what is to be noted as charged when it stands on an invoice. */
    record Charged(Line line, UsageStore.@Nullable Rated rated) {}

    /** From now on the period is for this: gives back the rest of what it was charged for and charges the new. */
    static Future<List<Line>> prorated(Read read, Stored one, Plan after, int quantity, Instant at) {
        var charged = one.chargedFor();
        if (charged != null && charged.is(after, quantity)) {
            return Future.succeededFuture(List.of());
        }
        var back = charged == null
                ? Future.succeededFuture(List.<Line>of())
                : Catalogue.plan(read, charged.plan(), charged.version())
                        .map(before -> rest(one, before, charged.quantity(), at, true))
                        .compose(unused -> limited(read, one, unused));
        return back.map(unused -> Stream.concat(unused.stream(), rest(one, after, quantity, at, false).stream())
                .filter(line -> !line.amount().nothing())
                .toList());
    }

    private static List<Line> rest(Stored one, Plan plan, int quantity, Instant at, boolean back) {
        var shown = one.shown();
        return Lines.advance(plan, shown.currency(), quantity, at, shown.periodEnd()).stream()
                .map(line -> Lines.part(line, shown.periodStart(), shown.periodEnd(), at, back))
                .toList();
    }

    /** The plan that a subscription moves to; its interval must be the running one's unless the period ends first. */
    static Future<Plan> target(Read read, Stored before, @Nullable String code) {
        var shown = before.shown();
        return Catalogue.plan(read, Objects.requireNonNullElse(code, shown.plan()), null)
                .map(plan -> priced(plan, shown.currency()));
    }

    /** The usage so far by the old prices, and what the proration gives back and charges. */
    static Future<List<Charged>> change(
            Read read, Stored before, Plan after, int quantity, Proration proration, Instant now) {
        var shown = before.shown();
        if (shown.status() == Status.TRIALING) {
            return Future.succeededFuture(List.of());
        }
        return Catalogue.plan(read, shown.plan(), shown.planVersion()).compose(plan -> {
            if (plan.interval() != after.interval()) {
                return Future.failedFuture(Problem.invalid(
                        "/proration", "must be at_period_end when the plan is charged at another interval"));
            }
            var covered = proration == Proration.NONE
                    ? Allowances.covered(read, before, after, quantity)
                    : Future.<Void>succeededFuture();
            return covered.compose(allowed -> Lines.sameUsage(plan, after, shown.currency())
                            ? Future.succeededFuture(List.<Charged>of())
                            : usage(read, before, plan, now))
                    .compose(charged -> prorates(before, proration)
                            ? prorated(read, before, after, quantity, now).map(lines -> {
                                var all = new ArrayList<>(charged);
                                lines.forEach(line -> all.add(new Charged(line, null)));
                                return all;
                            })
                            : Future.succeededFuture(charged));
        });
    }

    /** From when on usage is not charged yet, after a change. */
    static Future<Instant> usageFrom(Read read, Stored before, Plan after, Instant now) {
        var shown = before.shown();
        return Catalogue.plan(read, shown.plan(), shown.planVersion())
                .map(plan -> Lines.sameUsage(plan, after, shown.currency()) ? before.usageCountsFrom() : now);
    }

    /** Whether a change charges the rest of the period anew. What is paused is charged when it goes on. */
    static boolean prorates(Stored before, Proration proration) {
        return proration != Proration.NONE && before.shown().status() == Status.ACTIVE;
    }

    /** What a period is charged for after it: usage, and what came late for earlier ones. A trial's is free. */
    static Future<List<Charged>> arrears(Read read, Stored one, Plan plan, Instant until) {
        if (one.shown().status() == Status.TRIALING) {
            return Future.succeededFuture(List.of());
        }
        return late(read, one).compose(late -> usage(read, one, plan, until).map(usage -> {
            var all = new ArrayList<>(usage);
            all.addAll(late);
            return all;
        }));
    }

    static Plan priced(Plan plan, String currency) {
        if (!Lines.hasPrice(plan, currency)) {
            throw Problem.of(Refusal.NO_PRICE_IN_CURRENCY, "The plan has no prices in " + currency + ".")
                    .at("/currency", "is none of the plan");
        }
        return plan;
    }

    /** The usage since it was charged last, price by price. */
    static Future<List<Charged>> usage(Read read, Stored subscription, Plan plan, Instant until) {
        Future<List<Charged>> all = Future.succeededFuture(new ArrayList<>());
        if (!subscription.usageCountsFrom().isBefore(until)) {
            return all;
        }
        for (var price :
                Lines.prices(plan, subscription.shown().currency(), true).toList()) {
            all = all.compose(
                    lines -> usage(read, subscription, plan, price, until).map(charged -> {
                        lines.add(charged);
                        return lines;
                    }));
        }
        return all;
    }

    private static Future<Charged> usage(Read read, Stored subscription, Plan plan, Price price, Instant until) {
        var from = subscription.usageCountsFrom();
        var meter = Objects.requireNonNull(price.meter());
        return counted(read, subscription, meter, from, until).map(counted -> {
            var rated = Rating.rate(price, counted.quantity());
            var line = Lines.line(
                    LineKind.USAGE,
                    price.name(),
                    from,
                    until,
                    counted.quantity(),
                    rated.amount(),
                    price.taxIncluded(),
                    Lines.explained(plan, price, counted.usage().events(), rated));
            return new Charged(
                    line,
                    new UsageStore.Rated(
                            price.code(),
                            meter,
                            plan.code(),
                            plan.version(),
                            from,
                            until,
                            1,
                            counted.quantity(),
                            rated.amount().amount(),
                            counted.usage().events(),
                            0));
        });
    }

    /**
     * What arrived since the running period began for those that were charged already: their whole usage, less what was
     * charged.
     */
    static Future<List<Charged>> late(Read read, Stored subscription) {
        var taken = subscription.shown().periodStart().minus(LATE_MAX);
        return UsageStore.rated(read, subscription.orgId(), subscription.id(), taken)
                .compose(before -> {
                    Future<List<Charged>> all = Future.succeededFuture(new ArrayList<>());
                    for (var one : before) {
                        all = all.compose(lines -> late(read, subscription, one).map(charged -> {
                            if (charged != null) {
                                lines.add(charged);
                            }
                            return lines;
                        }));
                    }
                    return all;
                });
    }

    private static Future<@Nullable Charged> late(Read read, Stored subscription, UsageStore.Rated before) {
        return counted(read, subscription, before.meter(), before.from(), before.until())
                .compose(counted -> counted.quantity().compareTo(before.quantity()) == 0
                        ? Future.succeededFuture(null)
                        : Catalogue.plan(read, before.plan(), before.planVersion())
                                .map(plan -> late(subscription, plan, before, counted)));
    }

    private static Charged late(Stored subscription, Plan plan, UsageStore.Rated before, Counted counted) {
        var currency = subscription.shown().currency();
        var price = Lines.prices(plan, currency, true)
                .filter(one -> one.code().equals(before.price()))
                .findFirst()
                .orElseThrow();
        var whole = Rating.rate(price, counted.quantity());
        var amount = Money.of(
                Math.max(whole.amount().amount() - before.amount() - before.forgiven(), -before.amount()), currency);
        var line = Lines.line(
                LineKind.LATE_USAGE,
                price.name() + " (corrected)",
                before.from(),
                before.until(),
                counted.quantity().subtract(before.quantity()),
                amount,
                price.taxIncluded(),
                Lines.corrected(
                        Lines.explained(plan, price, counted.usage().events(), whole),
                        before.quantity(),
                        before.amount(),
                        before.forgiven(),
                        amount));
        return new Charged(
                line,
                new UsageStore.Rated(
                        before.price(),
                        before.meter(),
                        before.plan(),
                        before.planVersion(),
                        before.from(),
                        before.until(),
                        before.part() + 1,
                        counted.quantity(),
                        amount.amount(),
                        counted.usage().events(),
                        0));
    }

    /** Notes what the lines charge, so that it is charged once. */
    static Future<List<Line>> note(Work work, Stored subscription, List<Charged> charged) {
        Future<Integer> noted = Future.succeededFuture(0);
        for (var one : charged) {
            var rated = one.rated();
            if (rated != null) {
                noted = noted.compose(
                        before -> UsageStore.insertRated(work, subscription.orgId(), subscription.id(), rated));
            }
        }
        return noted.map(done -> lines(charged));
    }

    /** The lines; usage that costs nothing because there was none is left out. */
    static List<Line> lines(List<Charged> charged) {
        var lines = new ArrayList<Line>();
        for (var one : charged) {
            var quantity = one.line().quantity();
            if (!one.line().amount().nothing() || quantity != null && quantity.signum() != 0) {
                lines.add(one.line());
            }
        }
        return lines;
    }

    private record Counted(BigDecimal quantity, Usage usage) {}

    private static Future<Counted> counted(Read read, Stored subscription, String meter, Instant from, Instant until) {
        return CatalogueStore.findMeters(read, List.of(meter)).compose(meters -> UsageStore.aggregate(
                        read, subscription.orgId(), subscription.id(), meter, from, until)
                .map(usage -> new Counted(quantity(meters, usage), usage)));
    }

    private static BigDecimal quantity(List<Meter> meters, Usage usage) {
        return meters.isEmpty() ? BigDecimal.ZERO : usage.by(meters.getFirst().aggregation());
    }

    /** What is unused, as far as the invoice that charged it still does. */
    private static Future<List<Line>> limited(Read read, Stored one, List<Line> unused) {
        var charged = one.chargedFor();
        var invoiceId = charged == null ? null : charged.invoiceId();
        if (invoiceId == null || unused.isEmpty()) {
            return Future.succeededFuture(unused);
        }
        return Invoices.profile(read, one.orgId()).compose(profile -> left(
                        read, one.orgId(), invoiceId, one.shown().periodEnd())
                .map(most -> Claim.limited(unused, gross(profile, unused), most)));
    }

    private static Future<Money> left(Read read, UUID orgId, UUID invoiceId, Instant periodEnd) {
        return InvoiceStore.find(read, orgId, invoiceId)
                .map(found -> found.orElseThrow(() -> Problem.notFound("invoice")))
                .compose(invoice -> InvoiceStore.lines(read, orgId, invoiceId)
                        .compose(lines -> InvoiceStore.listNotes(read, orgId, invoiceId)
                                .compose(notes -> UsageStore.claim(read, orgId, invoiceId)
                                        .map(claim -> Claim.left(
                                                invoice.total(),
                                                Claim.charged(lines, periodEnd, invoice.total()),
                                                off(invoice, notes)
                                                        .plus(Money.of(
                                                                claim.refunded(),
                                                                invoice.total().currency())),
                                                claim.givenBack())))));
    }

    /** What credit notes took off, and what was given up. */
    private static Money off(InvoiceStore.Stored invoice, List<CreditNote> notes) {
        var given = notes.stream()
                .map(CreditNote::amount)
                .reduce(Money.zero(invoice.total().currency()), Money::plus);
        return invoice.status() == InvoiceStatus.UNCOLLECTIBLE ? given.plus(invoice.missing()) : given;
    }

    /** What these lines give back, with tax. */
    private static Money gross(Profile profile, List<Line> lines) {
        var currency = lines.getFirst().amount().currency();
        var taxed = Tax.on(profile, lines);
        return Invoices.sum(taxed, currency).plus(Tax.sum(taxed, currency)).negated();
    }

    /**
     * The period is charged anew: notes of what was charged before how much was given back, and answers on which
     * invoice the charge stands.
     *
     * @param by the invoice of the lines; null when they wait for it
     */
    static Future<@Nullable UUID> replaced(Work work, Stored before, List<Line> lines, @Nullable UUID by) {
        var charged = before.chargedFor();
        var anew =
                lines.stream().filter(line -> line.kind() == LineKind.PRORATION).toList();
        if (anew.isEmpty()) {
            return Future.succeededFuture(charged == null ? null : charged.invoiceId());
        }
        var unused = anew.stream().filter(line -> line.amount().amount() < 0).toList();
        return Invoices.profile(work, before.orgId())
                .map(profile -> unused.isEmpty() ? Money.zero(before.shown().currency()) : gross(profile, unused))
                .compose(given -> giveBack(work, before.orgId(), charged, given.amount())
                        .compose(noted -> by == null
                                ? Future.succeededFuture(0)
                                : UsageStore.replaces(
                                        work, before.orgId(), by, new UsageStore.Replaced(charged, given.amount()))))
                .map(by);
    }

    private static Future<Integer> giveBack(Work work, UUID orgId, @Nullable ChargedFor charged, long amount) {
        return charged == null || charged.invoiceId() == null || amount == 0
                ? Future.succeededFuture(0)
                : UsageStore.giveBack(work, orgId, charged.invoiceId(), amount);
    }

    /** An invoice was voided: its usage is let go, and the period was charged for what it was before. */
    static Future<Void> letGo(Work work, InvoiceStore.Stored voided) {
        var id = voided.subscriptionId();
        if (id == null) {
            return Future.succeededFuture();
        }
        return UsageStore.forgive(work, voided.orgId(), id, voided.id())
                .compose(forgiven -> SubscriptionStore.lock(work, voided.orgId(), id))
                .compose(found -> found.isPresent() && stands(found.get(), voided.id())
                        ? letGo(work, found.get(), voided.id())
                        : Future.succeededFuture());
    }

    private static boolean stands(Stored subscription, UUID invoiceId) {
        var charged = subscription.chargedFor();
        return charged != null && Objects.equals(charged.invoiceId(), invoiceId);
    }

    private static Future<Void> letGo(Work work, Stored subscription, UUID invoiceId) {
        var orgId = subscription.orgId();
        return UsageStore.claim(work, orgId, invoiceId).compose(claim -> {
            var replaced = claim.replaces();
            var before = replaced == null ? null : replaced.charged();
            long given = replaced == null ? 0 : replaced.givenBack();
            return giveBack(work, orgId, before, -given)
                    .compose(taken ->
                            SubscriptionStore.update(work, subscription.charged(before, subscription.outstanding())))
                    .mapEmpty();
        });
    }

    private Closing() {}
}
