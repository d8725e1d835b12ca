package io.vertebra.payments;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class CheckoutTest {
    private static Till till;

    @BeforeAll
    static void start() {
        till = new Till();
    }

    @AfterAll
    static void stop() {
        till.close();
    }

    private static JsonNode forInvoice(UUID org, UUID invoice, boolean keep) {
        return till.checkout(
                org, "{\"invoiceId\":\"%s\",\"keepMethod\":%s,\"returnPath\":\"/billing\"}".formatted(invoice, keep));
    }

    private static String status(UUID org, UUID invoice) {
        return till.see(org, "/invoices/" + invoice).path("status").asText();
    }

    @Test
    void a_checkout_pays_its_invoice_by_way_of_a_signed_webhook() {
        var org = till.newOrg();
        var invoice = till.invoice(org, 1999);
        var payment = forInvoice(org, invoice, false);
        assertThat(payment.at("/amount/amount").asLong()).isEqualTo(1999);
        assertThat(forInvoice(org, invoice, false).path("id"))
                .as("the open one")
                .isEqualTo(payment.path("id"));

        var back = till.pay(payment, Till.GOOD);

        assertThat(back.statusCode()).isEqualTo(303);
        assertThat(back.headers().firstValue("location")).hasValueSatisfying(location -> assertThat(location)
                .endsWith("/billing?payment=" + payment.path("id").asText()));
        till.until(() -> status(org, invoice).equals("paid"));
        assertThat(till.balance(org, "cash:sandbox")).isEqualTo(1999);
        assertThat(till.balance(org, "payments")).isZero();
        assertThat(till.balance(org, "receivable")).isZero();
        assertThat(till.see(org, "/ledger/trial-balance").toString()).doesNotContain("\"balanced\":false");
        var settled = till.see(org, "/payments/" + payment.path("id").asText());
        assertThat(settled.path("status").asText()).isEqualTo("succeeded");
        assertThat(settled.path("method").asText()).isEqualTo("visa •••• 4242");
        assertThat(settled.has("checkoutUrl")).isFalse();
        var again = till.api()
                .post("/v1/orgs/" + org + "/payments", "{\"invoiceId\":\"" + invoice + "\"}")
                .as(till.owner.token())
                .send();
        assertThat(again.expect(409).text("code")).isEqualTo("nothing_due");
    }

    @Test
    void the_page_is_a_form_without_scripts_and_a_declined_card_may_be_followed_by_a_good_one() {
        var payment = till.checkout("{\"amount\":{\"amount\":500,\"currency\":\"EUR\"}}");
        var url = till.api().base()
                + URI.create(payment.path("checkoutUrl").asText()).getPath();
        var page = Till.send(HttpRequest.newBuilder(URI.create(url)).build());
        assertThat(page.body()).contains("5.00 EUR", "<form method=\"post\">").doesNotContain("<script");
        assertThat(page.headers().firstValue("content-security-policy"))
                .hasValueSatisfying(policy -> assertThat(policy).contains("default-src 'none'"));

        assertThat(till.pay(payment, Till.DECLINED).body()).contains("role=\"alert\"", "generic_decline");
        assertThat(till.pay(payment, "1234").body()).contains("no test card");
        till.until(() -> till.see("/payments/" + payment.path("id").asText())
                .path("reason")
                .asText()
                .equals("generic_decline"));

        assertThat(till.pay(payment, Till.GOOD).statusCode()).isEqualTo(303);
        assertThat(till.pay(payment, Till.GOOD).statusCode()).as("sent again").isEqualTo(303);
        till.settled(payment);
        assertThat(till.number("SELECT count(*) FROM payments.effects WHERE payment_id = '"
                        + payment.path("id").asText() + "'"))
                .isEqualTo(1);
    }

    @Test
    void a_card_may_ask_for_its_owner_and_whoever_comes_back_need_not_wait_for_webhooks() {
        var payment = till.checkout("{\"amount\":{\"amount\":700,\"currency\":\"EUR\"}}");
        assertThat(till.pay(payment, Till.NEEDS_ACTION).body()).contains("Approve");
        assertThat(till.submit(payment, Map.of("action", "refuse")).body()).contains("authentication_required");
        till.pay(payment, Till.NEEDS_ACTION);
        assertThat(till.submit(payment, Map.of("action", "approve")).statusCode())
                .isEqualTo(303);

        var seen = till.post("/payments/" + payment.path("id").asText() + "/refresh", null);

        assertThat(seen.expect(200).text("status")).isEqualTo("succeeded");
    }

    @Test
    void a_method_on_file_is_charged_for_what_falls_due() {
        var org = till.newOrg();
        var first = till.invoice(org, 1000);
        till.pay(forInvoice(org, first, true), Till.GOOD);
        till.until(() -> status(org, first).equals("paid"));
        var method = till.see(org, "/payment-methods").at("/items/0");
        assertThat(method.path("isDefault").asBoolean()).isTrue();

        var second = till.invoice(org, 1234);

        till.until(() -> status(org, second).equals("paid"));
        var charged = till.see(org, "/payments?invoiceId=" + second).at("/items/0");
        assertThat(charged.path("attempt").asInt()).isEqualTo(1);
        assertThat(till.balance(org, "cash:sandbox")).isEqualTo(2234);

        till.api()
                .delete("/v1/orgs/" + org + "/payment-methods/"
                        + method.path("id").asText())
                .as(till.owner.token())
                .send()
                .expect(204);
        assertThat(till.see(org, "/payment-methods").path("items")).isEmpty();
    }

    @Test
    void a_card_is_put_on_file_without_paying_and_charged_for_what_falls_due() {
        var org = till.newOrg();
        var setup = till.setUp(org);
        var path = "/payment-setups/" + setup.path("id").asText();
        assertThat(till.pay(setup, Till.DECLINED).body()).contains("role=\"alert\"", "generic_decline");

        var back = till.pay(setup, Till.GOOD);

        assertThat(back.headers().firstValue("location")).hasValueSatisfying(location -> assertThat(location)
                .endsWith("/billing?setup=" + setup.path("id").asText()));
        assertThat(till.pay(setup, Till.GOOD).statusCode()).as("sent again").isEqualTo(303);
        till.until(() -> till.see(org, path).path("status").asText().equals("succeeded"));
        var methods = till.see(org, "/payment-methods").path("items");
        assertThat(methods).hasSize(1);
        assertThat(methods.at("/0/isDefault").asBoolean()).isTrue();
        assertThat(till.see(org, path).path("methodId")).isEqualTo(methods.at("/0/id"));
        assertThat(till.balance(org, "cash:sandbox")).isZero();

        var invoice = till.invoice(org, 1300);

        till.until(() -> status(org, invoice).equals("paid"));
        assertThat(till.balance(org, "cash:sandbox")).isEqualTo(1300);
    }

    @Test
    void whoever_proves_to_own_the_card_need_not_wait_for_webhooks() {
        var org = till.newOrg();
        var setup = till.setUp(org);
        assertThat(till.pay(setup, Till.NEEDS_ACTION).body()).contains("Approve");
        assertThat(till.submit(setup, Map.of("action", "refuse")).body()).contains("authentication_required");
        till.pay(setup, Till.NEEDS_ACTION);
        assertThat(till.submit(setup, Map.of("action", "approve")).statusCode()).isEqualTo(303);
        var path = "/v1/orgs/" + org + "/payment-setups/" + setup.path("id").asText() + "/refresh";

        var seen = till.api().post(path, null).as(till.owner.token()).send().expect(200);

        assertThat(seen.text("status")).isEqualTo("succeeded");
        assertThat(seen.json().has("url")).isFalse();
        till.api().post(path, null).as(till.owner.token()).send().expect(200);
        assertThat(till.see(org, "/payment-methods").path("items")).hasSize(1);
    }

    @Test
    void a_charge_that_is_declined_without_its_owner_is_a_failed_attempt() {
        var org = till.newOrg();
        var first = till.invoice(org, 1000);
        till.pay(forInvoice(org, first, true), Till.FAILS_LATER);
        till.until(() -> status(org, first).equals("paid"));

        var second = till.invoice(org, 900);

        till.until(() -> till.see(org, "/payments?status=failed").path("items").size() == 1);
        var failed = till.see(org, "/payments?invoiceId=" + second).at("/items/0");
        assertThat(failed.path("reason").asText()).isEqualTo("generic_decline");
        assertThat(status(org, second)).isEqualTo("open");
        till.until(() ->
                till.number("SELECT cardinality(failures) FROM billing.invoices WHERE id = '" + second + "'") == 1);
    }

    @Test
    void what_is_not_payable_is_refused() {
        assertThat(till.post("/payments", "{}").expect(422).toString()).contains("/amount");
        assertThat(till.post("/payments", "{\"amount\":{\"amount\":1,\"currency\":\"EUR\"},\"returnPath\":\"//evil\"}")
                        .status())
                .isEqualTo(422);
        assertThat(till.post("/payments", "{\"invoiceId\":\"" + UUID.randomUUID() + "\"}")
                        .status())
                .isEqualTo(404);
    }

    @Test
    void an_abandoned_checkout_is_closed_when_its_time_is_over() {
        try (var own = new Till(Map.of("payments.checkout-lifetime", "30m"))) {
            var payment = own.checkout("{\"amount\":{\"amount\":100,\"currency\":\"EUR\"}}");
            var setup = own.setUp(own.org);
            own.clock.pass(Duration.ofMinutes(31));

            own.until(() -> !own.ask(
                            "SELECT 1 FROM payments.payments WHERE status = 'cancelled'", row -> row.getInteger(0))
                    .isEmpty());

            own.until(() -> own.number("SELECT count(*) FROM payments.setups WHERE status = 'cancelled'") == 1);

            assertThat(own.pay(payment, Till.GOOD).statusCode()).isEqualTo(303);
            assertThat(own.pay(setup, Till.GOOD).statusCode()).isEqualTo(303);
            assertThat(own.number("SELECT count(*) FROM payments.methods")).isZero();
            assertThat(own.number("SELECT count(*) FROM payments.effects")).isZero();
        }
    }
}
