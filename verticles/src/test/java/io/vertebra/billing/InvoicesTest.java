package io.vertebra.billing;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertebra.bus.Money;
import io.vertebra.contract.Payments.RefundSucceeded;
import io.vertebra.testing.Api;
import io.vertx.core.Future;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.TreeSet;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class InvoicesTest {
    private static final String YEARLY = """
            {"code":"y","name":"Y","product":"x","interval":"year","prices":[
              {"code":"b","name":"B","currency":"EUR","model":"flat","unitAmount":900}]}""";

    private static Shop shop;
    private static UUID org;
    private static String invoices;

    @BeforeAll
    static void start() {
        shop = new Shop();
        org = shop.org;
        invoices = "/orgs/" + org + "/invoices";
        shop.set("/orgs/" + org + "/billing-profile", "{\"name\":\"C\",\"taxExempt\":\"none\",\"taxPercent\":7.5}")
                .expect(200);
    }

    @AfterAll
    static void stop() {
        shop.close();
    }

    @BeforeEach
    void nothing_is_posted_to_a_foreign_book() {
        assertThat(shop.see("/ledger/trial-balance").toString()).doesNotContain("\"balanced\":false");
    }

    @Test
    void numbers_have_no_gap_whoever_finalises_at_the_same_time() {
        var drafts = new ArrayList<String>();
        for (int i = 0; i < 12; i++) {
            drafts.add(draft(100).text("id"));
        }
        shop.sell(invoices + "/" + drafts.getFirst() + "/void", null).expect(200);
        var asked = drafts.stream()
                .map(id -> shop.api
                        .post("/v1/admin" + invoices + "/" + id + "/finalise", null)
                        .as(shop.operator.token())
                        .sendAsync())
                .toList();

        var numbers = new TreeSet<Integer>();
        for (var answer : asked) {
            if (answer.join().status() == 200) {
                numbers.add(number(answer.join()));
            }
        }

        assertThat(numbers).hasSize(11);
        assertThat(numbers.last() - numbers.first()).isEqualTo(10);
    }

    @Test
    void a_draft_is_finalised_once_taxed_and_due() {
        var draft = draft(1999);
        assertThat(draft.text("status")).isEqualTo("draft");
        assertThat(draft.json().has("number")).isFalse();

        var issued = finalise(draft);

        assertThat(issued.text("status")).isEqualTo("open");
        assertThat(issued.text("/tax/amount")).isEqualTo("150");
        assertThat(issued.text("/due/amount")).isEqualTo("2149");
        shop.sell(invoices + "/" + draft.text("id") + "/finalise", null).expect(409);
        var page = shop.api
                .get("/v1/orgs/" + org + "/invoices/" + draft.text("id") + "/page")
                .as(shop.owner.token())
                .send()
                .expect(200);
        assertThat(page.header("content-type")).startsWith("text/html");
        assertThat(page.body())
                .contains("Invoice " + issued.text("number"), "as agreed: 19.99 EUR", "21.49 EUR")
                .contains("7.5 % of 19.99 EUR: 1.50 EUR", "Tax is rounded half to even, once for the invoice");
        var posted = shop.see("/ledger/transactions?cause=invoice:" + draft.text("id"));
        assertThat(posted.at("/items/0/code").asText()).isEqualTo("invoice.issued");
        assertThat(posted.at("/items/0/entries")).hasSize(3);
    }

    @Test
    void each_line_has_its_tax_and_a_price_with_tax_stays_what_it_is() {
        var draft =
                draft(org, "{\"amount\":10},{\"amount\":10},{\"amount\":10},{\"amount\":1075,\"taxIncluded\":true}");

        assertThat(draft.text("/subtotal/amount")).isEqualTo("1030");
        assertThat(draft.text("/tax/amount")).isEqualTo("77");
        assertThat(draft.text("/total/amount")).isEqualTo("1107");
        assertThat(draft.text("/lines/0/taxes/0/amount/amount")).isEqualTo("1");
        assertThat(draft.text("/lines/0/taxes/0/exact")).isEqualTo("0.75");
        assertThat(draft.text("/lines/2/taxes/0/amount/amount")).isEqualTo("0");
        assertThat(draft.text("/lines/3/taxes/0/taxable/amount")).isEqualTo("1000");
        assertThat(draft.text("/lines/3/explanation/steps/1/amount")).isEqualTo("-75");
    }

    @Test
    void who_accounts_for_the_tax_pays_the_price_without_it() {
        var other = shop.newOrg();
        shop.set("/orgs/" + other + "/billing-profile", "{\"name\":\"R\",\"taxExempt\":\"reverse\",\"taxPercent\":19}")
                .expect(200);

        var draft = draft(other, "{\"amount\":1190,\"taxIncluded\":true}");

        assertThat(draft.text("/total/amount")).isEqualTo("1000");
        assertThat(draft.text("/lines/0/taxes/0/exempt")).isEqualTo("reverse");
        var page = shop.api
                .get("/v1/orgs/" + other + "/invoices/" + draft.text("id") + "/page")
                .as(shop.owner.token())
                .send()
                .expect(200);
        assertThat(page.body()).contains("Reverse charge: the recipient accounts for the tax.");
    }

    @Test
    void an_open_invoice_is_voided_and_its_posting_taken_back() {
        long before = shop.balance("receivable");
        var issued = finalise(draft(500));
        assertThat(shop.balance("receivable")).isEqualTo(before + 538);

        var voided =
                shop.sell(invoices + "/" + issued.text("id") + "/void", null).expect(200);

        assertThat(voided.text("status")).isEqualTo("void");
        assertThat(voided.text("/due/amount")).isEqualTo("0");
        assertThat(shop.balance("receivable")).isEqualTo(before);
        shop.sell(invoices + "/" + issued.text("id") + "/void", null).expect(409);
    }

    @Test
    void a_credit_note_lowers_what_is_due_and_never_below_nothing() {
        var issued = finalise(draft(1000));
        var notes = invoices + "/" + issued.text("id") + "/credit-notes";
        shop.sell(notes, "{\"amount\":2000,\"reason\":\"too much\"}").expect(422);

        var note = shop.sell(notes, "{\"amount\":75,\"reason\":\"late\"}").expect(201);

        assertThat(note.text("number")).startsWith("CN-");
        assertThat(note.text("/tax/amount")).isEqualTo("5");
        assertThat(see(issued).at("/due/amount").asLong()).isEqualTo(1000);
        shop.sell(notes, "{\"amount\":1000,\"reason\":\"all of it\"}").expect(201);
        assertThat(see(issued).path("status").asText()).isEqualTo("paid");
        assertThat(shop.see("/invoices/" + issued.text("id") + "/credit-notes").path("items"))
                .hasSize(2);
    }

    @Test
    void the_tax_of_all_credit_notes_is_the_tax_of_the_invoice() {
        long tax = shop.balance("tax");
        var issued = finalise(draft(1000));
        var notes = invoices + "/" + issued.text("id") + "/credit-notes";
        for (var amount : new int[] {359, 357, 353, 6}) {
            shop.sell(notes, "{\"amount\":" + amount + ",\"reason\":\"less\"}").expect(201);
        }

        assertThat(shop.balance("tax")).isEqualTo(tax);
    }

    @Test
    void an_invoice_that_is_given_up_is_a_loss() {
        long losses = shop.balance("losses");
        var issued = finalise(draft(200));

        var lost = shop.sell(invoices + "/" + issued.text("id") + "/uncollectible", null);

        assertThat(lost.expect(200).text("status")).isEqualTo("uncollectible");
        assertThat(shop.balance("losses")).isEqualTo(losses + 215);
    }

    @Test
    void a_payment_pays_the_invoice_and_what_is_over_becomes_credits() {
        var issued = finalise(draft(300));
        var id = UUID.fromString(issued.text("id"));
        var more = Money.of(322 + 78, "EUR");

        shop.inBilling(work -> Shop.received(work, org, UUID.randomUUID(), more, id));

        Shop.until(shop.platform, () -> see(issued).path("status").asText().equals("paid"));
        assertThat(shop.see("/wallets/EUR").at("/available/amount").asLong()).isEqualTo(78);
        var next = finalise(draft(100));
        assertThat(next.text("/credited/amount")).isEqualTo("78");
        assertThat(next.text("/due/amount")).isEqualTo("30");
    }

    @Test
    void a_refund_that_is_told_before_its_payment_waits_for_it() {
        var other = shop.newOrg();
        var payment = UUID.randomUUID();
        var refund = UUID.randomUUID();
        while (lane(refund) == lane(payment)) {
            refund = UUID.randomUUID();
        }
        var amount = Money.of(50, "EUR");
        var told = new RefundSucceeded(other, payment, refund, amount);
        shop.inBilling(work -> {
            work.emit(told);
            return Future.succeededFuture();
        });
        var waiting = "SELECT count(*) FROM events.cursors WHERE waiting_since IS NOT NULL AND lane = " + lane(refund);
        Shop.until(shop.platform, () -> Shop.number(shop.platform, waiting) == 1);

        shop.inBilling(work -> Shop.received(work, other, payment, amount, null));

        var settled = "SELECT count(*) FROM billing.holds WHERE status = 'settled' AND id = '" + refund + "'";
        Shop.until(shop.platform, () -> Shop.number(shop.platform, settled) == 1);
    }

    private static long lane(UUID key) {
        return Shop.number(shop.platform, "SELECT events.lane_of('" + key + "')");
    }

    @Test
    void what_nobody_pays_is_suspended_and_lost() throws Exception {
        try (var own = new Shop();
                var payer = own.payer(asked -> false)) {
            var start = Clock.systemUTC().instant().plusSeconds(60);
            own.travel(start);
            own.sell("/products", "{\"code\":\"x\",\"name\":\"X\"}").expect(200);
            own.sell("/plans", YEARLY).expect(200);
            own.buy("/subscriptions", "{\"plan\":\"y\",\"currency\":\"EUR\"}").expect(201);
            own.travel(start.plus(Duration.ofDays(20)));
            assertThat(own.see("/subscriptions").at("/items/0/status").asText()).isEqualTo("paused");
            own.travel(start.plus(Duration.ofDays(40)));

            assertThat(own.see("/subscriptions").at("/items/0/status").asText()).isEqualTo("cancelled");
            assertThat(own.see("/invoices").at("/items/0/status").asText()).isEqualTo("uncollectible");
            assertThat(own.balance("losses")).isEqualTo(900);
            assertThat(own.told("PaymentNeeded")).isEqualTo(4);
            assertThat(own.told("InvoiceUncollectible")).isEqualTo(1);
            assertThat(Instant.parse(
                            own.see("/invoices").at("/items/0/settledAt").asText()))
                    .isAfter(start.plus(Duration.ofDays(28)));
        }
    }

    private static Api.Answer draft(long amount) {
        return draft(org, "{\"amount\":%d}".formatted(amount));
    }

    private static Api.Answer draft(UUID of, String lines) {
        var described = lines.replace("{", "{\"description\":\"Work\",");
        return shop.sell("/orgs/" + of + "/invoices", "{\"currency\":\"EUR\",\"lines\":[" + described + "]}")
                .expect(201);
    }

    private static Api.Answer finalise(Api.Answer draft) {
        return shop.sell(invoices + "/" + draft.text("id") + "/finalise", null);
    }

    private static com.fasterxml.jackson.databind.JsonNode see(Api.Answer invoice) {
        return shop.see("/invoices/" + invoice.text("id"));
    }

    private static int number(Api.Answer invoice) {
        return Integer.parseInt(
                invoice.text("number").substring(invoice.text("number").lastIndexOf('-') + 1));
    }
}
