package io.vertebra.billing.invoice;

import io.vertebra.billing.invoice.Rating.Rated;
import io.vertebra.bus.Money;
import io.vertebra.contract.BillingCatalogue.Plan;
import io.vertebra.contract.BillingCatalogue.Price;
import io.vertebra.contract.BillingInvoices.CalculationStep;
import io.vertebra.contract.BillingInvoices.Explanation;
import io.vertebra.contract.BillingInvoices.Line;
import io.vertebra.contract.BillingInvoices.LineKind;
import io.vertebra.contract.BillingInvoices.TaxAmount;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Lines of invoices, each with what made it. */
public final class Lines {
    private Lines() {}

    /** The lines that are charged before a period: all prices that no meter counts. */
    public static List<Line> advance(Plan plan, String currency, int quantity, Instant from, Instant until) {
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

    /** The part of a line from a time on: charged, or given back as unused. */
    public static Line part(Line whole, Instant start, Instant end, Instant at, boolean back) {
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

    /** The whole calculation, less what was charged before; what was voided is neither charged nor given back. */
    public static Explanation corrected(
            Explanation why, BigDecimal quantity, long before, long forgiven, Money amount) {
        var charged = BigDecimal.valueOf(-before);
        var steps = new ArrayList<>(why.steps());
        steps.add(new CalculationStep(
                "charged before, for " + Rating.plain(quantity).toPlainString(), BigDecimal.ONE, charged, charged));
        var exact = why.exact().add(charged);
        if (forgiven != 0) {
            var voided = BigDecimal.valueOf(amount.amount()).subtract(exact);
            steps.add(new CalculationStep("voided before", BigDecimal.ONE, voided, voided));
            exact = exact.add(voided);
        }
        return new Explanation(
                why.plan(),
                why.planVersion(),
                why.price(),
                why.model(),
                why.meter(),
                why.usageEvents(),
                steps,
                exact,
                why.rounding());
    }

    /** The prices in a currency, with a meter or without. */
    public static Stream<Price> prices(Plan plan, String currency, boolean metered) {
        return plan.prices().stream()
                .filter(price -> price.currency().equals(currency) && (price.meter() != null) == metered);
    }

    /** How a price came to its amount. */
    public static Explanation explained(Plan plan, Price price, @Nullable Long events, Rated rated) {
        return new Explanation(
                plan.code(),
                plan.version(),
                price.code(),
                price.model(),
                price.meter(),
                events,
                rated.steps(),
                Rating.plain(rated.exact()),
                Rating.ROUNDING);
    }

    /** A line; its taxes follow when it stands on an invoice. */
    public static Line line(
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

    /** A line of an amount that was agreed or follows from others. */
    public static Line plain(
            LineKind kind,
            String description,
            String why,
            Money amount,
            @Nullable Boolean taxIncluded,
            @Nullable List<TaxAmount> taxes) {
        var exact = BigDecimal.valueOf(amount.amount());
        var step = new CalculationStep(why, BigDecimal.ONE, exact, exact);
        var explanation = new Explanation(null, null, null, null, null, null, List.of(step), exact, "none");
        return new Line(kind, description, null, null, null, amount, taxIncluded, taxes, explanation);
    }

    /** Usage that costs the same is counted on to the end of the period, so that tiers and maxima are of all of it. */
    public static boolean sameUsage(Plan before, Plan after, String currency) {
        return prices(before, currency, true)
                .toList()
                .equals(prices(after, currency, true).toList());
    }

    /** Whether a plan so many times costs more before a period, or allows more, than another one. */
    public static boolean exceeds(Plan after, int quantity, Plan before, int times, String currency) {
        return cost(after, quantity, currency).compareTo(cost(before, times, currency)) > 0
                || after.entitlements().entrySet().stream()
                        .anyMatch(one -> one.getValue() > before.entitlements().getOrDefault(one.getKey(), 0L));
    }

    private static BigDecimal cost(Plan plan, int quantity, String currency) {
        return prices(plan, currency, false)
                .map(price -> Rating.rate(price, BigDecimal.valueOf(quantity)).exact())
                .reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    /** Whether a plan is sold in a currency. */
    public static boolean hasPrice(Plan plan, String currency) {
        return plan.prices().stream().anyMatch(price -> price.currency().equals(currency));
    }
}
