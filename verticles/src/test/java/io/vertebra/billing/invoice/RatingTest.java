package io.vertebra.billing.invoice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertebra.bus.Money;
import io.vertebra.bus.Problem;
import io.vertebra.contract.BillingCatalogue.Interval;
import io.vertebra.contract.BillingCatalogue.Model;
import io.vertebra.contract.BillingCatalogue.Price;
import io.vertebra.contract.BillingCatalogue.Tier;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RatingTest {
    private static final List<Tier> TIERS =
            List.of(tier("100", "2", null), tier("1000", "1.5", "10"), tier(null, "1", null));

    @ParameterizedTest
    @CsvSource({
        "FLAT, 7, 2",
        "PER_UNIT, 7, 14",
        "PER_UNIT, -7, 0",
        "PER_UNIT, 0.75, 2",
        "PACKAGE, 1, 2",
        "PACKAGE, 100, 2",
        "PACKAGE, 101, 4",
        "GRADUATED, 0, 0",
        "GRADUATED, 100, 200",
        "GRADUATED, 101, 212",
        "GRADUATED, 1001, 1561",
        "VOLUME, 0, 0",
        "VOLUME, 100, 200",
        "VOLUME, 101, 162",
        "VOLUME, 1001, 1001"
    })
    void each_model_makes_its_amount(Model model, BigDecimal quantity, long amount) {
        boolean tiered = model == Model.GRADUATED || model == Model.VOLUME;
        var unit = tiered ? null : BigDecimal.TWO;
        var price = new Price("p", "P", "EUR", model, null, unit, 100L, tiered ? TIERS : null, null);
        Rating.check(price, 0);

        var rated = Rating.rate(price, quantity);

        assertThat(rated.amount()).isEqualTo(Money.of(amount, "EUR"));
        assertThat(rated.steps().stream().map(step -> step.amount()).reduce(BigDecimal.ZERO, BigDecimal::add))
                .isEqualByComparingTo(rated.exact());
    }

    @ParameterizedTest
    @CsvSource({"0.0025, 1000, 2", "0.0035, 1000, 4", "0.0012, 1000000, 1200"})
    void an_amount_is_rounded_once_half_to_even(BigDecimal unit, BigDecimal quantity, long amount) {
        var price = new Price("p", "P", "KWD", Model.PER_UNIT, "m", unit, null, null, null);

        assertThat(Rating.rate(price, quantity).amount().amount()).isEqualTo(amount);
    }

    @Test
    void no_quantity_makes_more_than_a_line_can_be_and_the_steps_say_so() {
        var price = new Price("p", "P", "EUR", Model.PER_UNIT, "m", BigDecimal.TEN, null, null, null);

        var rated = Rating.rate(price, new BigDecimal("999999999999999000"));

        assertThat(rated.amount()).isEqualTo(Money.of(1_000_000_000_000_000L, "EUR"));
        assertThat(rated.steps().stream().map(step -> step.amount()).reduce(BigDecimal.ZERO, BigDecimal::add))
                .isEqualByComparingTo(rated.exact())
                .isEqualByComparingTo("1000000000000000");
    }

    @Property
    void what_is_left_of_a_period_never_grows_and_the_parts_are_the_whole(
            @ForAll @LongRange(min = 0, max = 100_000_000) long amount, @ForAll @IntRange(max = 2_678_400) int second) {
        var start = Instant.parse("2027-01-01T00:00:00Z");
        var end = Instant.parse("2027-02-01T00:00:00Z");
        var whole = Money.of(amount, "JPY");

        var rest = Rating.remaining(whole, start, end, start.plusSeconds(second));

        assertThat(rest.amount()).isBetween(0L, amount);
        assertThat(whole.minus(rest).plus(rest)).isEqualTo(whole);
        assertThat(Rating.remaining(whole, start, end, start)).isEqualTo(whole);
        assertThat(Rating.remaining(whole, start, end, end).amount()).isZero();
    }

    @Test
    void what_is_left_of_a_period_is_said_in_words() {
        var start = Instant.parse("2027-01-01T00:00:00Z");
        var end = Instant.parse("2027-02-01T00:00:00Z");
        var at = Instant.parse("2027-01-16T12:30:00Z");

        var step = Rating.proration(start, end, at, Money.of(5000, "EUR"), Money.of(2496, "EUR"));

        assertThat(step.text()).isEqualTo("15 days 11 hours of 31 days");
        assertThat(step.quantity().doubleValue()).isEqualTo(0.499328, org.assertj.core.data.Offset.offset(1e-6));
        assertThat(Rating.worded(java.time.Duration.ofSeconds(61))).isEqualTo("1 minute 1 second");
    }

    @Test
    void the_last_day_of_a_month_comes_back_after_a_short_one() {
        var anchor = Instant.parse("2027-01-31T08:00:00Z");

        assertThat(Rating.periodEnd(anchor, Interval.MONTH, 1)).isEqualTo("2027-02-28T08:00:00Z");
        assertThat(Rating.periodEnd(anchor, Interval.MONTH, 2)).isEqualTo("2027-03-31T08:00:00Z");
        assertThat(Rating.periodEnd(anchor, Interval.YEAR, 1)).isEqualTo("2028-01-31T08:00:00Z");
    }

    @Test
    void a_price_that_lacks_what_its_model_needs_is_refused() {
        refused(new Price("p", "P", "EUR", Model.PER_UNIT, null, null, null, null, null));
        refused(new Price("p", "P", "ABC", Model.FLAT, null, BigDecimal.ONE, null, null, null));
        refused(new Price("p", "P", "EUR", Model.PACKAGE, null, BigDecimal.ONE, null, null, null));
        refused(new Price("p", "P", "EUR", Model.VOLUME, null, null, null, List.of(tier("5", "1", null)), null));
        refused(new Price(
                "p",
                "P",
                "EUR",
                Model.VOLUME,
                null,
                null,
                null,
                List.of(tier(null, "1", null), tier("5", "1", null)),
                null));
    }

    private static void refused(Price price) {
        assertThatThrownBy(() -> Rating.check(price, 0)).isInstanceOf(Problem.class);
    }

    private static Tier tier(String upTo, String unit, String flat) {
        return new Tier(
                upTo == null ? null : new BigDecimal(upTo),
                new BigDecimal(unit),
                flat == null ? null : new BigDecimal(flat));
    }
}
