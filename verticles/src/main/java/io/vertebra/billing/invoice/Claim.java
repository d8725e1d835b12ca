package io.vertebra.billing.invoice;

import io.vertebra.bus.Money;
import io.vertebra.contract.BillingInvoices.CalculationStep;
import io.vertebra.contract.BillingInvoices.Explanation;
import io.vertebra.contract.BillingInvoices.Line;
import io.vertebra.contract.BillingInvoices.LineKind;
import io.vertebra.contract.BillingInvoices.TaxAmount;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** What an invoice still charges of the period that runs: what credit notes took off is not given back once more. */
public final class Claim {
    private Claim() {}

    /** What these lines of an invoice charge until the end of a period, with tax. */
    public static Money charged(List<Line> lines, Instant periodEnd, Money total) {
        return lines.stream()
                .filter(line -> line.kind() == LineKind.RECURRING || line.kind() == LineKind.PRORATION)
                .filter(line -> line.amount().positive() && periodEnd.equals(line.until()))
                .map(line -> Objects.requireNonNullElse(line.taxes(), List.<TaxAmount>of()).stream()
                        .map(TaxAmount::amount)
                        .reduce(line.amount(), Money::plus))
                .reduce(Money.zero(total.currency()), Money::plus);
    }

    /**
     * What is left of it. What was taken off the invoice is taken off its other lines first.
     *
     * @param off what credit notes took off, and what was given up
     * @param givenBack what changes gave back before
     */
    public static Money left(Money total, Money charged, Money off, long givenBack) {
        long others = Math.max(0, total.amount() - charged.amount());
        long most = charged.amount() - Math.max(0, off.amount() - others) - givenBack;
        return Money.of(Math.max(0, most), total.currency());
    }

    /** The lines that give back so much, with tax, or what is left when that is less. */
    public static List<Line> limited(List<Line> unused, Money gross, Money most) {
        return gross.amount() <= most.amount()
                ? unused
                : unused.stream().map(line -> limited(line, gross, most)).toList();
    }

    private static Line limited(Line line, Money gross, Money most) {
        var part = BigDecimal.valueOf(line.amount().amount())
                .multiply(BigDecimal.valueOf(most.amount()))
                .divide(BigDecimal.valueOf(gross.amount()), 0, RoundingMode.DOWN);
        var why = line.explanation();
        var less = part.subtract(BigDecimal.valueOf(line.amount().amount()));
        var steps = new ArrayList<>(why.steps());
        steps.add(new CalculationStep("was taken off the invoice before", BigDecimal.ONE, less, less));
        return new Line(
                line.kind(),
                line.description(),
                line.from(),
                line.until(),
                line.quantity(),
                Money.of(part.longValueExact(), line.amount().currency()),
                line.taxIncluded(),
                line.taxes(),
                new Explanation(
                        why.plan(),
                        why.planVersion(),
                        why.price(),
                        why.model(),
                        why.meter(),
                        why.usageEvents(),
                        steps,
                        part,
                        why.rounding()));
    }
}
