package io.vertebra.http;

import io.vertebra.bus.Call;
import io.vertebra.bus.Money;
import io.vertebra.bus.Request;
import io.vertebra.contract.BillingInvoices.GetInvoice;
import io.vertebra.contract.BillingInvoices.GetInvoicePage;
import io.vertebra.contract.BillingInvoices.Invoice;
import io.vertebra.contract.BillingInvoices.Line;
import io.vertebra.door.Gate;
import io.vertebra.reference.Html;
import io.vertx.core.Future;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** An invoice as a page to be printed: no script, one table, each line with what made it. */
final class InvoicePage {
    private final Gate gate;

    InvoicePage(Gate gate) {
        this.gate = gate;
    }

    Future<Void> print(Exchange exchange, Call call, Request<?> request) {
        var asked = (GetInvoicePage) request;
        return gate.ask(call, new GetInvoice(asked.orgId(), asked.invoiceId())).compose(invoice -> {
            var response = exchange.reply().stream("text/html; charset=utf-8");
            response.putHeader("content-security-policy", Html.POLICY);
            return response.write(page(invoice))
                    .compose(written -> exchange.reply().streamed());
        });
    }

    private static String page(Invoice invoice) {
        var body = new StringBuilder();
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
                .append("</p><table><thead><tr><th>What</th><th>When</th><th>Amount</th></tr></thead><tbody>");
        invoice.lines().forEach(line -> row(body, line));
        body.append("</tbody><tfoot>");
        sum(body, "Subtotal", invoice.subtotal());
        sum(body, "Tax, " + invoice.profile().taxPercent().toPlainString() + " %", invoice.tax());
        sum(body, "Total", invoice.total());
        sum(body, "Paid by credits", invoice.credited());
        sum(body, "Paid", invoice.paid());
        sum(body, "Due", invoice.due());
        body.append("</tfoot></table>");
        return Html.page(invoice.number() == null ? "Draft" : "Invoice " + invoice.number(), body.toString());
    }

    private static void row(StringBuilder body, Line line) {
        body.append("<tr><td>").append(Html.text(line.description())).append("<br><small>");
        line.explanation().steps().forEach(step -> body.append(Html.text(step.text()))
                .append(": ")
                .append(step.quantity().toPlainString())
                .append(" × ")
                .append(step.unitAmount().toPlainString())
                .append(" = ")
                .append(step.amount().toPlainString())
                .append("<br>"));
        body.append("rounded ").append(Html.text(line.explanation().rounding())).append("</small></td><td>");
        if (line.from() != null && line.until() != null) {
            body.append(day(line.from())).append(" – ").append(day(line.until()));
        }
        body.append("</td><td>").append(line.amount()).append("</td></tr>");
    }

    private static void sum(StringBuilder body, String what, Money amount) {
        body.append("<tr><th colspan=\"2\">").append(Html.text(what)).append("</th><td>");
        body.append(amount).append("</td></tr>");
    }

    private static String lines(@Nullable String text) {
        return Html.text(Objects.requireNonNullElse(text, "")).replace("\n", "<br>");
    }

    private static String day(@Nullable Instant at) {
        return at == null ? "–" : at.atZone(ZoneOffset.UTC).toLocalDate().toString();
    }
}
