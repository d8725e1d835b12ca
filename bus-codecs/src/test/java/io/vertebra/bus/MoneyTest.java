package io.vertebra.bus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class MoneyTest {
    @Property
    void the_parts_are_the_whole_and_none_is_off_by_more_than_one(
            @ForAll @LongRange(min = -1_000_000_000_000L, max = 1_000_000_000_000L) long amount,
            @ForAll("currencies") String currency,
            @ForAll @Size(min = 1, max = 40) List<@LongRange(min = 0, max = 1_000_000) Long> weights) {
        var shares = weights.stream().map(BigDecimal::valueOf).toList();
        var sum = shares.stream().reduce(BigDecimal.ZERO, BigDecimal::add);
        if (sum.signum() == 0) {
            return;
        }

        var parts = Money.of(amount, currency).allocate(shares);

        assertThat(parts.stream().reduce(Money.zero(currency), Money::plus)).isEqualTo(Money.of(amount, currency));
        for (int i = 0; i < parts.size(); i++) {
            var exact = BigDecimal.valueOf(amount).multiply(shares.get(i)).divide(sum, 9, java.math.RoundingMode.DOWN);
            assertThat(BigDecimal.valueOf(parts.get(i).amount()).subtract(exact).abs())
                    .isLessThanOrEqualTo(BigDecimal.ONE);
        }
    }

    @Provide
    static Arbitrary<String> currencies() {
        return Arbitraries.of("JPY", "EUR", "KWD");
    }

    @Test
    void it_is_shown_with_the_digits_of_its_currency() {
        assertThat(Money.of(1999, "JPY")).hasToString("1999 JPY");
        assertThat(Money.of(1999, "EUR")).hasToString("19.99 EUR");
        assertThat(Money.of(1999, "KWD")).hasToString("1.999 KWD");
        assertThat(Money.known("ABC")).isFalse();
        assertThat(Money.known("XAU")).isFalse();
    }

    @Test
    void two_currencies_do_not_add_up() {
        assertThatThrownBy(() -> Money.of(1, "EUR").plus(Money.of(1, "USD")))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
