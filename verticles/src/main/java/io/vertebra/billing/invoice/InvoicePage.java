package io.vertebra.billing.invoice;

import io.vertebra.bus.Document;
import io.vertebra.bus.Html;
import io.vertebra.bus.Money;
import io.vertebra.contract.BillingInvoices.CalculationStep;
import io.vertebra.contract.BillingInvoices.Invoice;
import io.vertebra.contract.BillingInvoices.Line;
import io.vertebra.contract.BillingInvoices.LineKind;
import io.vertebra.contract.BillingInvoices.TaxAmount;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** An invoice as a page to be printed: no script, one table, each line with what made it, in words and money. */
public final class InvoicePage {
    private static final BigDecimal PERCENT = BigDecimal.valueOf(100);

    private InvoicePage() {}

    /** The page of this invoice. */
    public static Document of(Invoice invoice) {
        var body = new StringBuilder();
        head(body, invoice);
        body.append("<table><thead><tr><th>What</th><th>When</th><th>Tax</th><th>Amount</th></tr></thead><tbody>");
        invoice.lines().forEach(line -> row(body, line));
        body.append("</tbody><tfoot>");
        sum(body, "Subtotal", invoice.subtotal());
        sum(body, taxed(invoice), invoice.tax());
        sum(body, "Total", invoice.total());
        sum(body, "Paid by credits", invoice.credited());
        sum(body, "Paid", invoice.paid());
        sum(body, "Due", invoice.due());
        body.append("</tfoot></table>");
        foot(body, invoice);
        var title = invoice.number() == null ? "Draft" : "Invoice " + invoice.number();
        return Document.page(Html.page(title, body.toString()));
    }

    private static void head(StringBuilder body, Invoice invoice) {
        body.append("<p>").append(lines(invoice.profile().name())).append("<br>");
        if (invoice.profile().address() != null) {
            body.append(lines(invoice.profile().address())).append("<br>");
        }
        if (invoice.profile().taxId() != null) {
            body.append(Html.text(invoice.profile().taxId()));
        }
        body.append("</p><p>Issued ")
                .append(day(invoice.issuedAt()))
                .append(", due ")
                .append(day(invoice.dueAt()))
                .append("</p>");
    }

    private static void foot(StringBuilder body, Invoice invoice) {
        switch (invoice.profile().taxExempt()) {
            case REVERSE -> body.append("<p>Reverse charge: the recipient accounts for the tax.</p>");
            case EXEMPT -> body.append("<p>Exempt from tax.</p>");
            case NONE ->
                body.append(
                        invoice.tax().nothing() ? "" : "<p><small>Tax is rounded " + Tax.ROUNDING + ".</small></p>");
        }
    }

    private static String taxed(Invoice invoice) {
        return switch (invoice.profile().taxExempt()) {
            case REVERSE -> "Tax, reverse charge";
            case EXEMPT -> "Tax, exempt";
            case NONE -> "Tax, " + invoice.profile().taxPercent().toPlainString() + " %";
        };
    }

    private static void row(StringBuilder body, Line line) {
        var why = line.explanation();
        var currency = line.amount().currency();
        body.append("<tr><td>").append(Html.text(line.description()));
        for (int i = 0; i < why.steps().size(); i++) {
            boolean part = line.kind() == LineKind.PRORATION
                    && why.steps().get(i).text().contains(" of ");
            body.append("<br><small>")
                    .append(Html.text(worded(why.steps().get(i), currency, part)))
                    .append("</small>");
        }
        if (why.exact().compareTo(BigDecimal.valueOf(line.amount().amount())) != 0) {
            body.append("<br><small>rounded from ")
                    .append(exact(why.exact(), currency))
                    .append(", ")
                    .append(Html.text(why.rounding()))
                    .append("</small>");
        }
        body.append("</td><td>");
        if (line.from() != null && line.until() != null) {
            body.append(day(line.from())).append(" – ").append(day(line.until()));
        }
        body.append("</td><td>");
        Objects.requireNonNullElse(line.taxes(), List.<TaxAmount>of())
                .forEach(tax -> body.append(worded(tax)).append("<br>"));
        body.append("</td><td>").append(line.amount()).append("</td></tr>");
    }

    private static String worded(CalculationStep step, String currency, boolean part) {
        var amount = exact(step.amount(), currency);
        var unit = exact(step.unitAmount(), currency);
        if (part) {
            return step.text() + ": "
                    + percent(step.quantity().multiply(PERCENT).setScale(2, RoundingMode.HALF_EVEN)) + " of " + unit
                    + " = " + amount;
        }
        return step.quantity().compareTo(BigDecimal.ONE) == 0
                ? step.text() + ": " + amount
                : step.text() + ": " + step.quantity().toPlainString() + " × " + unit + " = " + amount;
    }

    private static String worded(TaxAmount tax) {
        return switch (tax.exempt()) {
            case NONE -> percent(tax.percent()) + " of " + tax.taxable() + ": " + tax.amount();
            case EXEMPT -> "exempt";
            case REVERSE -> "reverse charge";
        };
    }

    private static String percent(BigDecimal number) {
        return Rating.plain(number).toPlainString() + " %";
    }

    /** Minor units with decimals as people write money: 0.5 cents are 0.005 EUR. */
    private static String exact(BigDecimal minor, String currency) {
        int digits = Money.digits(currency);
        var major = Rating.plain(minor.movePointLeft(digits));
        return (major.scale() < digits ? major.setScale(digits) : major).toPlainString() + " " + currency;
    }

    private static void sum(StringBuilder body, String what, Money amount) {
        body.append("<tr><th colspan=\"3\">").append(Html.text(what)).append("</th><td>");
        body.append(amount).append("</td></tr>");
    }

    private static String lines(@Nullable String text) {
        return Html.text(Objects.requireNonNullElse(text, "")).replace("\n", "<br>");
    }

    private static String day(@Nullable Instant at) {
        return at == null ? "–" : at.atZone(ZoneOffset.UTC).toLocalDate().toString();
    }
}
