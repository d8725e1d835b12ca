package io.vertebra.bus;

import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Currency;
import java.util.List;
import java.util.stream.IntStream;

/**
 * An amount of money in whole minor units: {@code {"amount": 1999, "currency": "EUR"}} is 19.99 euros, and
 * {@code {"amount": 1999, "currency": "JPY"}} is 1999 yen.
 *
 * @param amount minor units of the currency; negative for what is given back
 * @param currency the code of the currency (ISO 4217)
 */
public record Money(
        long amount, @NotNull @Pattern(regexp = "[A-Z]{3}") String currency) {

    /** An amount in this currency. */
    public static Money of(long amount, String currency) {
        return new Money(amount, currency);
    }

    /** Nothing, in this currency. */
    public static Money zero(String currency) {
        return new Money(0, currency);
    }

    /** How many digits the currency has after the point; fails for a code that stands for no currency. */
    public static int digits(String currency) {
        int digits = Currency.getInstance(currency).getDefaultFractionDigits();
        if (digits < 0) {
            throw new IllegalArgumentException(currency + " is no currency of trade");
        }
        return digits;
    }

    /** Whether the code stands for a currency that money can be counted in. */
    public static boolean known(String currency) {
        try {
            return digits(currency) >= 0;
        } catch (IllegalArgumentException unknown) {
            return false;
        }
    }

    /** The sum with another amount of the same currency. */
    public Money plus(Money other) {
        return new Money(Math.addExact(amount, same(other).amount), currency);
    }

    /** The difference to another amount of the same currency. */
    public Money minus(Money other) {
        return new Money(Math.subtractExact(amount, same(other).amount), currency);
    }

    /** The same amount the other way round. */
    public Money negated() {
        return new Money(Math.negateExact(amount), currency);
    }

    /** Whether it is nothing. */
    public boolean nothing() {
        return amount == 0;
    }

    /** Whether it is more than nothing. */
    public boolean positive() {
        return amount > 0;
    }

    /** The smaller of the two. */
    public Money min(Money other) {
        return amount <= same(other).amount ? this : other;
    }

    /** In major units: 19.99. */
    public BigDecimal decimal() {
        return BigDecimal.valueOf(amount, digits(currency));
    }

    /**
     * Splits the amount by these weights. The parts are whole minor units and add up to the whole: what rounding down
     * leaves goes to the parts that lost most, and of equals to the first.
     */
    public List<Money> allocate(List<BigDecimal> weights) {
        var sum = weights.stream().reduce(BigDecimal.ZERO, BigDecimal::add);
        if (weights.stream().anyMatch(weight -> weight.signum() < 0) || sum.signum() <= 0) {
            throw new IllegalArgumentException("Weights must not be negative, and one must be positive.");
        }
        var whole = BigDecimal.valueOf(amount).abs();
        var parts = new long[weights.size()];
        var lost = new ArrayList<BigDecimal>(weights.size());
        long given = 0;
        for (int i = 0; i < parts.length; i++) {
            var shared = whole.multiply(weights.get(i)).divideAndRemainder(sum);
            parts[i] = shared[0].longValueExact();
            lost.add(shared[1]);
            given += parts[i];
        }
        var first = IntStream.range(0, parts.length)
                .boxed()
                .sorted(Comparator.<Integer, BigDecimal>comparing(lost::get).reversed())
                .limit(Math.abs(amount) - given)
                .toList();
        first.forEach(i -> parts[i]++);
        int sign = amount < 0 ? -1 : 1;
        return IntStream.range(0, parts.length)
                .mapToObj(i -> new Money(sign * parts[i], currency))
                .toList();
    }

    private Money same(Money other) {
        if (!currency.equals(other.currency)) {
            throw new IllegalArgumentException(currency + " and " + other.currency + " do not add up");
        }
        return other;
    }

    @Override
    public String toString() {
        return known(currency) ? decimal().toPlainString() + " " + currency : amount + " " + currency;
    }
}
