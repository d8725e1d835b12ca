package io.vertebra.billing.invoice;

import io.vertebra.bus.Money;
import io.vertebra.bus.Problem;
import io.vertebra.contract.BillingCatalogue.Interval;
import io.vertebra.contract.BillingCatalogue.Model;
import io.vertebra.contract.BillingCatalogue.Price;
import io.vertebra.contract.BillingCatalogue.Tier;
import io.vertebra.contract.BillingInvoices.CalculationStep;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/** What a price makes of a quantity. Amounts are minor units with decimals and are rounded once, at the end. */
public final class Rating {
    /** How a line is rounded, in words. */
    public static final String ROUNDING = "half to even, once for the line";

    /** What a line comes to at most, in minor units: sums of many stay amounts, and every reader of JSON is exact. */
    public static final long AMOUNT_MAX = 1_000_000_000_000_000L;

    private static final BigDecimal MOST = BigDecimal.valueOf(AMOUNT_MAX);
    private static final int SCALE = 12;

    private Rating() {}

    /**
     * A rated quantity.
     *
     * @param steps how it was worked out
     * @param exact the amount before rounding
     */
    public record Rated(List<CalculationStep> steps, BigDecimal exact, Money amount) {}

    /** Rates a quantity; below zero nothing is charged. */
    public static Rated rate(Price price, BigDecimal quantity) {
        var counted = quantity.max(BigDecimal.ZERO);
        var steps = new ArrayList<CalculationStep>();
        switch (price.model()) {
            case FLAT -> steps.add(step("flat", BigDecimal.ONE, unit(price)));
            case PER_UNIT -> steps.add(step("per unit", counted, unit(price)));
            case PACKAGE -> steps.add(step("per " + price.packageSize(), packages(price, counted), unit(price)));
            case GRADUATED -> graduated(price, counted, steps);
            case VOLUME -> volume(price, counted, steps);
        }
        var whole = steps.stream().map(CalculationStep::amount).reduce(BigDecimal.ZERO, BigDecimal::add);
        var exact = whole.min(MOST);
        if (whole.compareTo(MOST) > 0) {
            steps.add(step("above the most that a line can be", BigDecimal.ONE, exact.subtract(whole)));
        }
        return new Rated(steps, exact.stripTrailingZeros(), rounded(exact, price.currency()));
    }

    /** An exact amount as money. */
    public static Money rounded(BigDecimal exact, String currency) {
        return Money.of(exact.setScale(0, RoundingMode.HALF_EVEN).longValueExact(), currency);
    }

    private static BigDecimal packages(Price price, BigDecimal quantity) {
        return quantity.divide(
                BigDecimal.valueOf(Objects.requireNonNull(price.packageSize())), 0, RoundingMode.CEILING);
    }

    private static void graduated(Price price, BigDecimal quantity, List<CalculationStep> steps) {
        var from = BigDecimal.ZERO;
        for (var tier : tiers(price)) {
            if (quantity.compareTo(from) <= 0) {
                return;
            }
            var end = tier.upTo() == null ? quantity : quantity.min(tier.upTo());
            steps.add(step(range(from, tier), end.subtract(from), tier.unitAmount()));
            flat(tier, steps);
            from = end;
        }
    }

    private static void volume(Price price, BigDecimal quantity, List<CalculationStep> steps) {
        var from = BigDecimal.ZERO;
        for (var tier : tiers(price)) {
            if (quantity.signum() > 0 && (tier.upTo() == null || quantity.compareTo(tier.upTo()) <= 0)) {
                steps.add(step("all, " + range(from, tier), quantity, tier.unitAmount()));
                flat(tier, steps);
                return;
            }
            from = tier.upTo() == null ? from : tier.upTo();
        }
    }

    private static void flat(Tier tier, List<CalculationStep> steps) {
        if (tier.flatAmount() != null && tier.flatAmount().signum() > 0) {
            steps.add(step("for the tier", BigDecimal.ONE, tier.flatAmount()));
        }
    }

    private static String range(BigDecimal from, Tier tier) {
        return "above " + from.toPlainString()
                + (tier.upTo() == null ? "" : " up to " + tier.upTo().toPlainString());
    }

    private static CalculationStep step(String text, BigDecimal quantity, BigDecimal unit) {
        var amount = quantity.multiply(unit).setScale(SCALE, RoundingMode.HALF_EVEN);
        return new CalculationStep(text, plain(quantity), plain(unit), plain(amount));
    }

    /** Without zeros at the end, and never as a power of ten. */
    public static BigDecimal plain(BigDecimal number) {
        var stripped = number.stripTrailingZeros();
        return stripped.scale() < 0 ? stripped.setScale(0) : stripped;
    }

    private static BigDecimal unit(Price price) {
        return Objects.requireNonNull(price.unitAmount());
    }

    private static List<Tier> tiers(Price price) {
        return Objects.requireNonNull(price.tiers());
    }

    /** The part of an amount for a period that falls on the time from {@code at}; both parts add up to the whole. */
    public static Money remaining(Money whole, Instant start, Instant end, Instant at) {
        if (!at.isAfter(start)) {
            return whole;
        }
        if (!at.isBefore(end)) {
            return Money.zero(whole.currency());
        }
        return whole.allocate(List.of(millis(start, at), millis(at, end))).get(1);
    }

    /** When a period ends, counted from the anchor, so that the 31st comes back after February. */
    public static Instant periodEnd(Instant anchor, Interval interval, int period) {
        var start = anchor.atZone(ZoneOffset.UTC);
        return (interval == Interval.YEAR ? start.plusYears(period) : start.plusMonths(period)).toInstant();
    }

    /** How much of the whole is left of a period, as a step of the calculation. */
    public static CalculationStep proration(Instant start, Instant end, Instant at, Money whole, Money part) {
        var left = millis(at, end).divide(millis(start, end), SCALE, RoundingMode.HALF_EVEN);
        return new CalculationStep(
                worded(Duration.between(at, end)) + " of " + worded(Duration.between(start, end)),
                plain(left),
                BigDecimal.valueOf(whole.amount()),
                BigDecimal.valueOf(part.amount()));
    }

    /** A time as people say it: its two largest units. */
    static String worded(Duration time) {
        var units = new LinkedHashMap<String, Long>();
        units.put("day", time.toDays());
        units.put("hour", (long) time.toHoursPart());
        units.put("minute", (long) time.toMinutesPart());
        units.put("second", (long) time.toSecondsPart());
        var said = units.entrySet().stream()
                .filter(unit -> unit.getValue() > 0)
                .limit(2)
                .map(unit -> unit.getValue() + " " + unit.getKey() + (unit.getValue() == 1 ? "" : "s"))
                .collect(Collectors.joining(" "));
        return said.isEmpty() ? "no time" : said;
    }

    private static BigDecimal millis(Instant from, Instant until) {
        return BigDecimal.valueOf(Duration.between(from, until).toMillis());
    }

    /** Fails when the price does not say what its model needs. */
    public static void check(Price price, int position) {
        var at = "/prices/" + position;
        if (!Money.known(price.currency())) {
            throw Problem.invalid(at + "/currency", "must be a currency of ISO 4217");
        }
        boolean tiered = price.model() == Model.GRADUATED || price.model() == Model.VOLUME;
        if (tiered ? price.tiers() == null || price.tiers().isEmpty() : price.unitAmount() == null) {
            throw Problem.invalid(at + (tiered ? "/tiers" : "/unitAmount"), "must be given for this model");
        }
        if (price.model() == Model.PACKAGE && price.packageSize() == null) {
            throw Problem.invalid(at + "/packageSize", "must be given for this model");
        }
        if (price.model() == Model.FLAT && price.meter() != null) {
            throw Problem.invalid(at + "/meter", "does not go with a flat price");
        }
        if (tiered) {
            checkTiers(tiers(price), at);
        }
    }

    private static void checkTiers(List<Tier> tiers, String at) {
        var from = BigDecimal.ZERO;
        for (int i = 0; i < tiers.size(); i++) {
            var upTo = tiers.get(i).upTo();
            boolean last = i == tiers.size() - 1;
            if (last != (upTo == null) || upTo != null && upTo.compareTo(from) <= 0) {
                throw Problem.invalid(
                        at + "/tiers/" + i + "/upTo", "must grow from tier to tier and be left out in the last one");
            }
            from = upTo == null ? from : upTo;
        }
    }
}
