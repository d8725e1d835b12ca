package io.vertebra.billing.invoice;

import io.vertebra.bus.Money;
import io.vertebra.contract.BillingInvoices.CalculationStep;
import io.vertebra.contract.BillingInvoices.Explanation;
import io.vertebra.contract.BillingInvoices.Line;
import io.vertebra.contract.BillingInvoices.Profile;
import io.vertebra.contract.BillingInvoices.TaxAmount;
import io.vertebra.contract.BillingInvoices.TaxExempt;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * Tax on the lines of an invoice. It is rounded once, on the whole invoice, half to even; each line gets its part
 * rounded down, and what is missing goes to the lines that lost most, so that the lines add up to the whole. What an
 * agreed price contains is taken out of the line, so that line and tax are the price; who is exempt or accounts for the
 * tax in reverse pays the price without it.
 */
public final class Tax {
    /** How tax is rounded, in words. */
    public static final String ROUNDING = "half to even, once for the invoice; lines add up to it";

    private static final String CARRIED = "as it was on the invoice before";
    private static final BigDecimal WHOLE = BigDecimal.valueOf(100);
    private static final int SCALE = 12;

    private Tax() {}

    /** The lines with their taxes. Lines that have theirs already keep them. */
    public static List<Line> on(Profile profile, List<Line> lines) {
        var open = lines.stream().filter(line -> line.taxes() == null).toList();
        var exact = open.stream().map(line -> exact(profile, line)).toList();
        var parts = spread(exact).iterator();
        var exacts = exact.iterator();
        return lines.stream()
                .map(line -> line.taxes() == null ? taxed(profile, line, exacts.next(), parts.next()) : line)
                .toList();
    }

    /** The tax of all lines together. */
    public static Money sum(List<Line> lines, String currency) {
        return lines.stream()
                .flatMap(line -> Objects.requireNonNullElse(line.taxes(), List.<TaxAmount>of()).stream())
                .map(TaxAmount::amount)
                .reduce(Money.zero(currency), Money::plus);
    }

    /** The taxes of a line that carries so much amount and tax from one invoice to another. */
    public static List<TaxAmount> carried(Profile profile, Money amount, Money tax) {
        return tax.nothing()
                ? List.of()
                : List.of(new TaxAmount(
                        profile.taxPercent(), TaxExempt.NONE, amount, tax, BigDecimal.valueOf(tax.amount()), CARRIED));
    }

    private static boolean included(Line line) {
        return Boolean.TRUE.equals(line.taxIncluded());
    }

    /** The tax of a line before it is rounded: on it, or in it. */
    private static BigDecimal exact(Profile profile, Line line) {
        var base = included(line) ? WHOLE.add(profile.taxPercent()) : WHOLE;
        return BigDecimal.valueOf(line.amount().amount())
                .multiply(profile.taxPercent())
                .divide(base, SCALE, RoundingMode.HALF_EVEN);
    }

    /** Whole units that add up to the rounded sum: each rounded down, and one more for those that lost most. */
    private static List<Long> spread(List<BigDecimal> exact) {
        var parts = new ArrayList<Long>();
        var lost = new ArrayList<BigDecimal>();
        for (var one : exact) {
            var down = one.setScale(0, RoundingMode.FLOOR);
            parts.add(down.longValueExact());
            lost.add(one.subtract(down));
        }
        long whole = exact.stream()
                .reduce(BigDecimal.ZERO, BigDecimal::add)
                .setScale(0, RoundingMode.HALF_EVEN)
                .longValueExact();
        IntStream.range(0, parts.size())
                .boxed()
                .sorted(Comparator.<Integer, BigDecimal>comparing(lost::get).reversed())
                .limit(whole - parts.stream().mapToLong(Long::longValue).sum())
                .forEach(i -> parts.set(i, parts.get(i) + 1));
        return parts;
    }

    private static Line taxed(Profile profile, Line line, BigDecimal exact, long part) {
        var currency = line.amount().currency();
        boolean owed = profile.taxExempt() == TaxExempt.NONE;
        var tax = Money.of(part, currency);
        var amount = included(line) ? line.amount().minus(tax) : line.amount();
        var none = owed && profile.taxPercent().signum() == 0;
        return new Line(
                line.kind(),
                line.description(),
                line.from(),
                line.until(),
                line.quantity(),
                amount,
                line.taxIncluded(),
                none
                        ? List.of()
                        : List.of(new TaxAmount(
                                profile.taxPercent(),
                                profile.taxExempt(),
                                amount,
                                owed ? tax : Money.zero(currency),
                                owed ? Rating.plain(exact) : BigDecimal.ZERO,
                                ROUNDING)),
                included(line) && !tax.nothing() ? without(line.explanation(), profile, part) : line.explanation());
    }

    /** The same calculation, less the tax that the price contains. */
    private static Explanation without(Explanation why, Profile profile, long part) {
        var tax = BigDecimal.valueOf(-part);
        var steps = new ArrayList<>(why.steps());
        var text = "tax in the price, " + profile.taxPercent().toPlainString() + " %";
        steps.add(new CalculationStep(text, BigDecimal.ONE, tax, tax));
        return new Explanation(
                why.plan(),
                why.planVersion(),
                why.price(),
                why.model(),
                why.meter(),
                why.usageEvents(),
                steps,
                why.exact().add(tax),
                why.rounding());
    }
}
