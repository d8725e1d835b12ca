package io.vertebra.billing.invoice;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertebra.bus.Money;
import io.vertebra.contract.BillingInvoices.Explanation;
import io.vertebra.contract.BillingInvoices.Line;
import io.vertebra.contract.BillingInvoices.LineKind;
import io.vertebra.contract.BillingInvoices.Profile;
import io.vertebra.contract.BillingInvoices.TaxExempt;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Scale;
import org.junit.jupiter.api.Test;

class TaxTest {
    @Property
    void the_taxes_of_the_lines_are_the_tax_of_the_invoice_and_prices_with_tax_stay(
            @ForAll("lines") List<Line> priced, @ForAll @Scale(2) BigDecimal number) {
        var percent = number.abs().remainder(BigDecimal.valueOf(100));
        var profile = new Profile("C", null, null, TaxExempt.NONE, percent);
        var currency = priced.getFirst().amount().currency();

        var taxed = Tax.on(profile, priced);

        var exact = BigDecimal.ZERO;
        for (int i = 0; i < priced.size(); i++) {
            var line = taxed.get(i);
            var tax = Tax.sum(List.of(line), currency);
            var agreed = priced.get(i).amount();
            boolean included = Boolean.TRUE.equals(line.taxIncluded());
            assertThat(included ? line.amount().plus(tax) : line.amount()).isEqualTo(agreed);
            for (var one : line.taxes()) {
                exact = exact.add(one.exact());
                assertThat(one.taxable()).isEqualTo(line.amount());
                assertThat(one.exact()
                                .subtract(BigDecimal.valueOf(tax.amount()))
                                .abs())
                        .isLessThan(BigDecimal.ONE);
            }
        }
        assertThat(BigDecimal.valueOf(Tax.sum(taxed, currency).amount()))
                .isEqualByComparingTo(exact.setScale(0, RoundingMode.HALF_EVEN));
        assertThat(Tax.on(profile, taxed)).isEqualTo(taxed);
    }

    @Property
    void who_is_exempt_owes_no_tax_and_pays_no_price_with_it(
            @ForAll("lines") List<Line> priced, @ForAll TaxExempt exempt) {
        var percent = new BigDecimal("19");
        var profile = new Profile("C", null, null, exempt, percent);
        var currency = priced.getFirst().amount().currency();
        var paying = Tax.on(new Profile("C", null, null, TaxExempt.NONE, percent), priced);

        var taxed = Tax.on(profile, priced);

        assertThat(taxed.stream().map(Line::amount))
                .isEqualTo(paying.stream().map(Line::amount).toList());
        if (exempt != TaxExempt.NONE) {
            assertThat(Tax.sum(taxed, currency).nothing()).isTrue();
        }
    }

    @Test
    void what_is_carried_over_takes_its_tax_along() {
        var profile = new Profile("C", null, null, TaxExempt.NONE, new BigDecimal("19"));
        var lines = new ArrayList<>(Tax.on(profile, List.of(line(-33, "EUR", false), line(-34, "EUR", false))));
        var tax = Tax.sum(lines, "EUR");
        var taxes = Tax.carried(profile, Money.of(67, "EUR"), tax.negated());
        var why = new Explanation(null, null, null, null, null, null, List.of(), BigDecimal.ZERO, "none");

        lines.add(new Line(LineKind.CARRIED, "C", null, null, null, Money.of(67, "EUR"), null, taxes, why));

        assertThat(Tax.sum(Tax.on(profile, lines), "EUR").nothing()).isTrue();
    }

    @Provide
    Arbitrary<List<Line>> lines() {
        return Arbitraries.of("JPY", "EUR", "KWD").flatMap(currency -> Combinators.combine(
                        Arbitraries.longs().between(-5_000_000, 500_000_000), Arbitraries.of(true, false))
                .as((amount, included) -> line(amount, currency, included))
                .list()
                .ofMinSize(1)
                .ofMaxSize(40));
    }

    private static Line line(long amount, String currency, boolean included) {
        var why = new Explanation(
                null, null, null, null, null, null, List.of(), BigDecimal.valueOf(amount), Rating.ROUNDING);
        return new Line(
                LineKind.MANUAL, "L", null, null, null, Money.of(amount, currency), included ? true : null, null, why);
    }
}
