package io.vertebra.billing;

import io.vertebra.billing.SubscriptionStore.ChargedFor;
import io.vertebra.billing.SubscriptionStore.Stored;
import io.vertebra.billing.UsageStore.Usage;
import io.vertebra.billing.invoice.Rating;
import io.vertebra.billing.invoice.Rating.Rated;
import io.vertebra.bus.Money;
import io.vertebra.bus.Problem;
import io.vertebra.contract.Billing.Refusal;
import io.vertebra.contract.BillingCatalogue.Meter;
import io.vertebra.contract.BillingCatalogue.Plan;
import io.vertebra.contract.BillingCatalogue.Price;
import io.vertebra.contract.BillingInvoices.CalculationStep;
import io.vertebra.contract.BillingInvoices.Explanation;
import io.vertebra.contract.BillingInvoices.Line;
import io.vertebra.contract.BillingInvoices.LineKind;
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
import org.jspecify.annotations.Nullable;

/** What a period of a subscription is charged: prices before it, usage after it, and what came late. */
final class Closing {
    /** How long after its time usage is taken. */
    static final Duration LATE_MAX = Duration.ofDays(60);

    /** A line, and what is to be noted as charged when it stands on an invoice. */
    record Charged(Line line, UsageStore.@Nullable Rated rated) {}

    /** The lines that are charged before a period: all prices that no meter counts. */
    static List<Line> advance(Plan plan, String currency, int quantity, Instant from, Instant until) {
        return prices(plan, currency, false)
                .map(price -> {
                    var rated = Rating.rate(price, BigDecimal.valueOf(quantity));
                    return line(
                            LineKind.RECURRING,
                            price.name(),
                            from,
                            until,
                            BigDecimal.valueOf(quantity),
                            rated.amount(),
                            price.taxIncluded(),
                            explained(plan, price, null, rated));
                })
                .toList();
    }

    /** From now on the period is for this: gives back the rest of what it was charged for and charges the new. */
    static Future<List<Line>> prorated(Read read, Stored one, Plan after, int quantity, Instant at) {
        var charged = one.chargedFor();
        if (charged == null) {
            return Future.succeededFuture(prorated(one, List.of(), after, quantity, at));
        }
        return charged.equals(new ChargedFor(after.code(), after.version(), quantity))
                ? Future.succeededFuture(List.of())
                : Catalogue.plan(read, charged.plan(), charged.version())
                        .map(before -> advance(
                                before,
                                one.shown().currency(),
                                charged.quantity(),
                                at,
                                one.shown().periodEnd()))
                        .map(before -> prorated(one, before, after, quantity, at));
    }

    private static List<Line> prorated(Stored one, List<Line> before, Plan after, int quantity, Instant at) {
        var shown = one.shown();
        var lines = new ArrayList<Line>();
        for (var line : before) {
            lines.add(part(line, shown.periodStart(), shown.periodEnd(), at, true));
        }
        for (var line : advance(after, shown.currency(), quantity, at, shown.periodEnd())) {
            lines.add(part(line, shown.periodStart(), shown.periodEnd(), at, false));
        }
        return lines.stream().filter(line -> !line.amount().nothing()).toList();
    }

    private static Line part(Line whole, Instant start, Instant end, Instant at, boolean back) {
        var rest = Rating.remaining(whole.amount(), start, end, at);
        var amount = back ? rest.negated() : rest;
        var steps = new ArrayList<>(whole.explanation().steps());
        steps.add(Rating.proration(start, end, at, back ? whole.amount().negated() : whole.amount(), amount));
        var why = whole.explanation();
        return line(
                LineKind.PRORATION,
                (back ? "Unused: " : "From now on: ") + whole.description(),
                at,
                end,
                whole.quantity(),
                amount,
                whole.taxIncluded(),
                new Explanation(
                        why.plan(),
                        why.planVersion(),
                        why.price(),
                        why.model(),
                        null,
                        null,
                        steps,
                        BigDecimal.valueOf(amount.amount()),
                        "to the smallest unit, used and unused part add up to the whole"));
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
            return usage(read, before, plan, now)
                    .compose(charged -> prorates(before, proration)
                            ? prorated(read, before, after, quantity, now).map(lines -> {
                                var all = new ArrayList<>(charged);
                                lines.forEach(line -> all.add(new Charged(line, null)));
                                return all;
                            })
                            : Future.succeededFuture(charged));
        });
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
        if (plan.prices().stream().noneMatch(price -> price.currency().equals(currency))) {
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
        for (var price : prices(plan, subscription.shown().currency(), true).toList()) {
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
            var line = line(
                    LineKind.USAGE,
                    price.name(),
                    from,
                    until,
                    counted.quantity(),
                    rated.amount(),
                    price.taxIncluded(),
                    explained(plan, price, counted.usage(), rated));
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
                            counted.usage().events()));
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
        var price = prices(plan, currency, true)
                .filter(one -> one.code().equals(before.price()))
                .findFirst()
                .orElseThrow();
        var whole = Rating.rate(price, counted.quantity());
        var charged = Money.of(before.amount(), currency);
        var amount = whole.amount().minus(charged);
        var line = line(
                LineKind.LATE_USAGE,
                price.name() + " (corrected)",
                before.from(),
                before.until(),
                counted.quantity().subtract(before.quantity()),
                amount,
                price.taxIncluded(),
                corrected(explained(plan, price, counted.usage(), whole), before));
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
                        counted.usage().events()));
    }

    /** The whole calculation, less what was charged before. */
    private static Explanation corrected(Explanation why, UsageStore.Rated before) {
        var charged = BigDecimal.valueOf(-before.amount());
        var steps = new ArrayList<>(why.steps());
        steps.add(new CalculationStep(
                "charged before, for " + Rating.plain(before.quantity()).toPlainString(),
                BigDecimal.ONE,
                charged,
                charged));
        return new Explanation(
                why.plan(),
                why.planVersion(),
                why.price(),
                why.model(),
                why.meter(),
                why.usageEvents(),
                steps,
                why.exact().add(charged),
                why.rounding());
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

    private static java.util.stream.Stream<Price> prices(Plan plan, String currency, boolean metered) {
        return plan.prices().stream()
                .filter(price -> price.currency().equals(currency) && (price.meter() != null) == metered);
    }

    private static Explanation explained(Plan plan, Price price, @Nullable Usage usage, Rated rated) {
        return new Explanation(
                plan.code(),
                plan.version(),
                price.code(),
                price.model(),
                price.meter(),
                usage == null ? null : usage.events(),
                rated.steps(),
                Rating.plain(rated.exact()),
                Rating.ROUNDING);
    }

    private static Line line(
            LineKind kind,
            String description,
            Instant from,
            Instant until,
            @Nullable BigDecimal quantity,
            Money amount,
            @Nullable Boolean taxIncluded,
            Explanation explanation) {
        var shown = quantity == null ? null : Rating.plain(quantity);
        return new Line(kind, description, from, until, shown, amount, taxIncluded, null, explanation);
    }

    private Closing() {}
}
