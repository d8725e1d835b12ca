package io.vertebra.billing;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** A year of a subscription on a test clock: usage, an upgrade, a late correction, a failed payment and dunning. */
class YearTest {
    private static final String BASIC = """
            {"code":"basic","name":"Basic","product":"api","interval":"month","prices":[
              {"code":"base","name":"Basic, a month","currency":"EUR","model":"flat","unitAmount":1000},
              {"code":"calls","name":"Calls","currency":"EUR","model":"graduated","meter":"calls","tiers":[
                {"upTo":1000,"unitAmount":0},{"upTo":5000,"unitAmount":0.5},{"unitAmount":0.25}]}],
             "entitlements":{"projects":3}}""";
    private static final String PRO = """
            {"code":"pro","name":"Pro","product":"api","interval":"month","prices":[
              {"code":"base","name":"Pro, a month","currency":"EUR","model":"flat","unitAmount":5000},
              {"code":"calls","name":"Calls","currency":"EUR","model":"volume","meter":"calls","tiers":[
                {"upTo":10000,"unitAmount":0.2},{"unitAmount":0.1111}]}],
             "entitlements":{"projects":50}}""";

    private Shop shop;
    private UUID subscription;

    @Test
    void twelve_invoices_add_up_to_the_ledger() throws Exception {
        try (var open = new Shop()) {
            shop = open;
            sell();
            try (var payer = shop.payer(YearTest::pays)) {
                live();
            }
            var invoices = invoices();
            assertThat(invoices).hasSize(12);
            check(invoices);
            explained(invoices);
        }
    }

    /** The card does not work for the first two attempts of the ninth invoice. */
    private static boolean pays(Shop.Asked asked) {
        return !asked.number().endsWith("000009") || asked.attempt() > 2;
    }

    private void sell() {
        shop.sell("/meters", "{\"code\":\"calls\",\"name\":\"Calls\",\"unit\":\"call\",\"aggregation\":\"sum\"}")
                .expect(200);
        shop.sell("/products", "{\"code\":\"api\",\"name\":\"API\"}").expect(200);
        shop.sell("/plans", BASIC).expect(200);
        shop.sell("/plans", PRO).expect(200);
        shop.set(
                        "/orgs/" + shop.org + "/billing-profile",
                        "{\"name\":\"Customer Ltd\",\"taxExempt\":\"none\",\"taxPercent\":19}")
                .expect(200);
    }

    private void live() {
        shop.travel(Instant.parse("2027-01-31T10:00:00Z"));
        subscription = UUID.fromString(shop.buy("/subscriptions", "{\"plan\":\"basic\",\"currency\":\"EUR\"}")
                .expect(201)
                .text("id"));
        for (int month = 2; month <= 12; month++) {
            shop.travel(Instant.parse("2027-%02d-15T12:00:00Z".formatted(month)));
            use(month, 700L * month);
            if (month == 5) {
                shop.travel(Instant.parse("2027-05-16T12:00:00Z"));
                upgrade();
            }
            if (month == 8) {
                correct();
            }
        }
        shop.travel(Instant.parse("2027-12-31T12:00:00Z"));
    }

    private void use(int month, long quantity) {
        var event = """
                {"subscriptionId":"%s","meter":"calls","eventId":"%d-%s","quantity":%d}""";
        var events = event.formatted(subscription, month, "a", quantity) + ","
                + event.formatted(subscription, month, "b", 17) + ","
                + event.formatted(subscription, month, "a", quantity);
        var receipt = shop.buy("/usage/batch", "{\"events\":[" + events + "]}").expect(200);
        assertThat(receipt.text("accepted")).isEqualTo("2");
        assertThat(receipt.text("known")).isEqualTo("1");
    }

    private void upgrade() {
        var preview = shop.see("/subscriptions/" + subscription + "/change-preview?plan=pro&proration=next_invoice");
        var changed = shop.buy(
                        "/subscriptions/" + subscription + "/change",
                        "{\"plan\":\"pro\",\"proration\":\"next_invoice\"}")
                .expect(200);
        assertThat(changed.text("plan")).isEqualTo("pro");
        var upcoming = shop.see("/subscriptions/" + subscription + "/upcoming");
        assertThat(upcoming.path("lines").toString()).contains("Unused: Basic, a month", "From now on: Pro, a month");
        assertThat(preview.path("lines")).hasSize(3);
        assertThat(shop.see("/entitlements").at("/values/projects").asLong()).isEqualTo(50);
    }

    /** Two hundred calls of July, which is charged already, were none. */
    private void correct() {
        var event = """
                {"subscriptionId":"%s","meter":"calls","eventId":"correction","quantity":-200,\
                "at":"2027-07-15T12:00:00Z"}""".formatted(subscription);
        shop.sell("/orgs/" + shop.org + "/usage", event).expect(200);
    }

    private List<JsonNode> invoices() {
        var all = new ArrayList<JsonNode>();
        for (var one : shop.see("/invoices?limit=200").path("items")) {
            all.addFirst(shop.see("/invoices/" + one.path("id").asText()));
        }
        return all;
    }

    private void check(List<JsonNode> invoices) {
        long subtotals = 0;
        long totals = 0;
        for (int i = 0; i < invoices.size(); i++) {
            var invoice = invoices.get(i);
            assertThat(invoice.path("status").asText()).as(invoice.toString()).isEqualTo("paid");
            assertThat(invoice.path("number").asText()).endsWith("-%06d".formatted(i + 1));
            long lines = 0;
            long taxes = 0;
            for (var line : invoice.path("lines")) {
                lines += line.at("/amount/amount").asLong();
                taxes += line.at("/taxes/0/amount/amount").asLong();
                assertThat(line.at("/taxes/0/percent").asInt()).isEqualTo(19);
                assertThat(line.at("/explanation/steps")).isNotEmpty();
            }
            assertThat(lines).isEqualTo(invoice.at("/subtotal/amount").asLong());
            assertThat(taxes).isEqualTo(invoice.at("/tax/amount").asLong());
            subtotals += lines;
            totals += invoice.at("/total/amount").asLong();
        }
        assertThat(shop.balance("revenue")).isEqualTo(subtotals);
        assertThat(shop.balance("tax")).isEqualTo(totals - subtotals).isPositive();
        assertThat(shop.balance("cash:test")).isEqualTo(totals);
        assertThat(shop.balance("receivable")).isZero();
        assertThat(shop.balance("payments")).isZero();
        assertThat(shop.see("/ledger/trial-balance").at("/sums/0/balanced").asBoolean())
                .isTrue();
        assertThat(shop.told("InvoiceIssued")).isEqualTo(12);
        assertThat(shop.told("InvoicePaid")).isEqualTo(12);
        assertThat(shop.told("PaymentNeeded")).isEqualTo(14);
        var verified = shop.see("/ledger/verification");
        assertThat(verified.path("intact").asBoolean()).as(verified.toString()).isTrue();
    }

    private void explained(List<JsonNode> invoices) {
        var march = invoices.get(2).path("lines");
        assertThat(march.toString()).contains("\"plan\":\"basic\"", "\"usageEvents\":2");
        assertThat(march.get(0).path("quantity").asLong()).isEqualTo(700 * 3 + 17);
        assertThat(march.get(0).at("/amount/amount").asLong()).isEqualTo(Math.round((2117 - 1000) * 0.5 - 0.5));
        assertThat(invoices.get(4).path("lines").toString()).contains("proration", "graduated");
        assertThat(invoices.get(5).path("lines").toString()).contains("\"volume\"");
        var august = invoices.get(7).path("lines").toString();
        assertThat(august).contains("late_usage", "charged before", "\"quantity\":-200");
        assertThat(invoices.get(8).path("settledAt").asText())
                .isGreaterThan(invoices.get(8).path("issuedAt").asText());
    }
}
