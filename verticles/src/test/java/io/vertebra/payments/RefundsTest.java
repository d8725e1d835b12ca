package io.vertebra.payments;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertebra.bus.Money;
import io.vertebra.contract.BillingCredits.HoldCredits;
import io.vertebra.contract.BillingCredits.SettleHold;
import io.vertebra.contract.Sandbox.CallSandbox;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class RefundsTest {
    private static final List<String> OVER = List.of("succeeded", "failed", "declined");

    private static Till till;

    @BeforeAll
    static void start() {
        till = new Till();
    }

    @AfterAll
    static void stop() {
        till.close();
    }

    private static String body(UUID id, long cents) {
        var named = id == null ? "" : "\"id\":\"" + id + "\",";
        return "{%s\"amount\":%d,\"reason\":\"Not needed\"}".formatted(named, cents);
    }

    private static String refund(UUID payment, long cents) {
        return till.post("/payments/" + payment + "/refunds", body(null, cents))
                .expect(201)
                .text("id");
    }

    private static JsonNode over(String refund) {
        till.until(() ->
                OVER.contains(till.see("/refunds/" + refund).path("status").asText()));
        return till.see("/refunds/" + refund);
    }

    private static List<String> steps(JsonNode refund) {
        var all = new ArrayList<String>();
        refund.path("steps").forEach(step -> all.add(step.path("status").asText()));
        return all;
    }

    private static long there(UUID payment) {
        return till.number("SELECT coalesce(sum((r.body ->> 'amount')::bigint), 0)::bigint FROM sandbox.objects r"
                + " JOIN sandbox.objects i ON i.id = r.parent WHERE r.kind = 'refund'"
                + " AND i.body -> 'metadata' ->> 'payment_id' = '" + payment + "'");
    }

    @Test
    void a_hundred_refunds_at_once_never_give_back_more_than_was_paid() {
        var payment = till.paid(10_000, Till.GOOD);
        var asked = IntStream.range(0, 100)
                .mapToObj(i -> till.api()
                        .post("/v1/orgs/" + till.org + "/payments/" + payment + "/refunds", body(null, 50 + i * 3L))
                        .as(till.owner.token())
                        .sendAsync())
                .toList();
        var taken = new ArrayList<String>();
        for (var one : asked) {
            var answer = one.join();
            assertThat(answer.status()).as(answer.body()).isIn(201, 422);
            if (answer.status() == 201) {
                taken.add(answer.text("id"));
            } else {
                assertThat(answer.text("code")).isEqualTo("refund_too_much");
            }
        }

        long sum = taken.stream()
                .map(RefundsTest::over)
                .peek(refund -> assertThat(refund.path("status").asText()).isEqualTo("succeeded"))
                .mapToLong(refund -> refund.at("/amount/amount").asLong())
                .sum();

        assertThat(sum).isBetween(9_000L, 10_000L);
        assertThat(there(payment)).isEqualTo(sum);
        assertThat(till.see("/payments/" + payment).at("/refunded/amount").asLong())
                .isEqualTo(sum);
        till.until(() -> till.balance("payments") == 0);
        assertThat(till.see("/ledger/trial-balance").toString()).doesNotContain("\"balanced\":false");
    }

    @Test
    void two_equal_refunds_with_ids_of_their_own_both_succeed_and_one_id_counts_once() {
        var payment = till.paid(1_000, Till.GOOD);
        var path = "/payments/" + payment + "/refunds";
        var id = UUID.randomUUID();
        till.post(path, body(id, 400)).expect(201);
        till.post(path, body(id, 400)).expect(201);
        till.post(path, body(UUID.randomUUID(), 400)).expect(201);
        assertThat(till.post(path, body(id, 300)).expect(409).text("code")).isEqualTo("refund_id_reused");
        assertThat(till.post(path, body(null, 201)).status()).isEqualTo(422);

        var list = till.see("/refunds?paymentId=" + payment).path("items");
        assertThat(list).hasSize(2);
        list.forEach(
                one -> assertThat(over(one.path("id").asText()).path("status").asText())
                        .isEqualTo("succeeded"));
        assertThat(steps(over(id.toString()))).containsExactly("requested", "reserved", "sent", "succeeded");
        assertThat(there(payment)).isEqualTo(800);
    }

    @Test
    void a_refund_whose_answer_is_lost_is_looked_for_and_not_paid_twice() {
        var payment = till.paid(1_000, Till.REFUND_UNANSWERED);

        var refund = over(refund(payment, 600));

        assertThat(refund.path("status").asText()).isEqualTo("succeeded");
        assertThat(there(payment))
                .as("the sandbox would have paid a second request")
                .isEqualTo(600);
    }

    @Test
    void a_refund_that_takes_a_moment_is_waited_for_and_one_that_fails_gives_back_what_was_reserved() {
        var slow = refund(till.paid(1_000, Till.REFUND_PENDING), 1_000);
        var payment = till.paid(1_000, Till.REFUND_FAILS);
        var failing = refund(payment, 1_000);

        assertThat(over(slow).path("status").asText()).isEqualTo("succeeded");
        var failed = over(failing);
        assertThat(failed.path("status").asText()).isEqualTo("failed");
        assertThat(failed.path("failure").asText()).isEqualTo("expired_or_canceled_card");
        till.until(() ->
                till.number("SELECT count(*) FROM billing.holds WHERE id = '" + failing + "' AND status = 'released'")
                        == 1);
        assertThat(till.number(
                        "SELECT received - refunded - reserved FROM payments.payments WHERE id = '" + payment + "'"))
                .isEqualTo(1_000);
    }

    @Test
    void what_paid_an_invoice_waits_for_an_operator_who_chooses_where_it_goes() {
        var org = till.newOrg();
        var invoice = till.invoice(org, 3_000);
        var checkout = till.checkout(org, "{\"invoiceId\":\"" + invoice + "\"}");
        till.pay(checkout, Till.GOOD);
        till.until(() ->
                till.see(org, "/invoices/" + invoice).path("status").asText().equals("paid"));
        var original = ask(org, checkout, 1_000);
        var credit = ask(org, checkout, 500);
        var declined = ask(org, checkout, 700);
        assertThat(till.oversee("/refunds?status=awaiting_approval").path("items"))
                .hasSizeGreaterThanOrEqualTo(3);

        decide(org, original, "approve", "{}");
        decide(org, credit, "approve", "{\"destination\":\"platform_credit\"}");
        decide(org, declined, "decline", "{\"reason\":\"It was used.\"}");

        till.until(() -> till.see(org, "/refunds").path("items").findValuesAsText("status").stream()
                        .filter(status -> OVER.contains(status))
                        .count()
                >= 3);
        till.until(() -> till.balance(org, "cash:sandbox") == 2_000);
        till.until(() -> wallet(org) == 500);
        till.until(() -> till.balance(org, "refunds") == 1_500);
        assertThat(till.see(org, "/grants").at("/items/0/kind").asText()).isEqualTo("goodwill");
        var again = till.operate("/orgs/" + org + "/refunds/" + original + "/approve", "{}");
        assertThat(again.expect(409).text("code")).isEqualTo("refund_state");
    }

    @Test
    void what_was_paid_too_much_became_credits_and_is_given_back_once() {
        var org = till.newOrg();
        var invoice = till.invoice(org, 3_000);
        var checkout = till.checkout(org, "{\"invoiceId\":\"" + invoice + "\"}");
        till.operate(
                        "/orgs/" + org + "/invoices/" + invoice + "/credit-notes",
                        "{\"amount\":1000,\"reason\":\"Less was done.\"}")
                .expect(201);
        till.pay(checkout, Till.GOOD);
        till.until(() -> wallet(org) == 1_000);

        var more = ask(org, checkout, 2_500);
        var refused =
                till.operate("/orgs/" + org + "/refunds/" + more + "/approve", "{\"destination\":\"platform_credit\"}");
        assertThat(refused.expect(422).text("code")).isEqualTo("refund_too_much");
        assertThat(refused.body()).contains("As credit at most 20.00 EUR");
        decide(org, more, "decline", "{\"reason\":\"Ask for less.\"}");

        var first = ask(org, checkout, 1_500);
        decide(org, first, "approve", "{\"destination\":\"original_method\"}");
        till.until(() -> till.balance(org, "cash:sandbox") == 1_500);
        till.until(() -> till.balance(org, "refunds") == 500);
        assertThat(wallet(org)).as("they are gone first").isZero();

        var credit = ask(org, checkout, 1_500);
        decide(org, credit, "approve", "{\"destination\":\"platform_credit\"}");
        till.until(() -> wallet(org) == 1_500);
        assertThat(till.balance(org, "refunds")).isEqualTo(2_000);
        assertThat(till.balance(org, "payments")).isZero();
    }

    private static long wallet(UUID org) {
        return till.number("SELECT count(*) FROM billing.wallets WHERE org_id = '" + org + "'") == 0
                ? 0
                : till.see(org, "/wallets/EUR").at("/available/amount").asLong();
    }

    private static JsonNode shown(UUID org, String refund) {
        return till.see(org, "/refunds/" + refund);
    }

    private static String ask(UUID org, JsonNode payment, long cents) {
        var asked = till.api()
                .post("/v1/orgs/" + org + "/payments/" + payment.path("id").asText() + "/refunds", body(null, cents))
                .as(till.owner.token())
                .send()
                .expect(201);
        assertThat(asked.text("status")).isEqualTo("awaiting_approval");
        return asked.text("id");
    }

    private static void decide(UUID org, String refund, String how, String body) {
        till.operate("/orgs/" + org + "/refunds/" + refund + "/" + how, body).expect(200);
    }

    @Test
    void what_was_disputed_leaves_the_account_and_comes_back_when_it_is_won() {
        var org = till.newOrg();
        var checkout = till.checkout(org, "{\"amount\":{\"amount\":900,\"currency\":\"EUR\"}}");
        till.pay(checkout, Till.DISPUTED);
        till.until(() -> till.balance(org, "disputes") == 900);
        assertThat(till.balance(org, "cash:sandbox")).isZero();
        var refused = till.api()
                .post("/v1/orgs/" + org + "/payments/" + checkout.path("id").asText() + "/refunds", body(null, 900))
                .as(till.owner.token())
                .send();
        assertThat(refused.expect(422).text("code")).isEqualTo("refund_too_much");
        var reserve = "UPDATE payments.payments SET reserved = 1 WHERE org_id = '" + org + "' RETURNING id";
        assertThatThrownBy(() -> till.ask(reserve, row -> row.getUUID(0))).hasMessageContaining("disputed");

        var dispute = till.ask(
                        "SELECT ref FROM payments.disputes WHERE org_id = '" + org + "'", row -> row.getString(0))
                .getFirst();
        till.bus(new CallSandbox(
                "POST", "disputes/" + dispute, Map.of("evidence[uncategorized_text]", "winning_evidence"), null));

        till.until(() -> till.balance(org, "disputes") == 0);
        assertThat(till.balance(org, "cash:sandbox")).isEqualTo(900);
    }

    @Test
    void a_refund_that_was_made_at_the_provider_takes_what_one_of_ours_would_and_only_the_rest_differs() {
        var org = till.newOrg();
        var checkout = till.checkout(org, "{\"amount\":{\"amount\":800,\"currency\":\"EUR\"}}");
        till.pay(checkout, Till.GOOD);
        till.until(() -> wallet(org) == 800);
        var payment = checkout.path("id").asText();
        var intent = till.ask(
                        "SELECT intent_ref FROM payments.payments WHERE id = '" + payment + "'",
                        row -> row.getString(0))
                .getFirst();

        till.bus(new CallSandbox("POST", "refunds", Map.of("payment_intent", intent, "amount", "300"), null));

        till.until(() -> wallet(org) == 500);
        assertThat(till.see(org, "/payments/" + payment).at("/refunded/amount").asLong())
                .isEqualTo(300);
        assertThat(till.see(org, "/refunds?paymentId=" + payment)
                        .at("/items/0/reason")
                        .asText())
                .isEqualTo("Made at the provider");
        assertThat(till.balance(org, "refunds")).isZero();

        var hold = UUID.randomUUID();
        till.bus(new HoldCredits(org, hold, Money.of(400, "EUR"), "allocation:1", null));
        till.bus(new SettleHold(org, hold, Money.of(400, "EUR")));
        till.bus(new CallSandbox("POST", "refunds", Map.of("payment_intent", intent, "amount", "500"), null));

        till.until(() -> till.balance(org, "refunds") == 400);
        assertThat(wallet(org)).isZero();
        assertThat(till.balance(org, "payments")).isZero();
        till.until(() -> till.number("SELECT count(*) FROM payments.differences WHERE org = '" + org
                        + "' AND kind = 'amount' AND ours = 100 AND theirs = 500")
                == 1);
        assertThat(till.number("SELECT count(*) FROM billing.holds WHERE org_id = '" + org
                        + "' AND purpose = 'refund' AND status = 'settled'"))
                .isEqualTo(2);
    }

    @Test
    void a_refund_made_at_the_provider_beside_one_that_waits_here_is_noted_all_the_same() {
        var org = till.newOrg();
        var invoice = till.invoice(org, 1_000);
        var checkout = till.checkout(org, "{\"invoiceId\":\"" + invoice + "\"}");
        till.pay(checkout, Till.GOOD);
        till.until(() ->
                till.see(org, "/invoices/" + invoice).path("status").asText().equals("paid"));
        var waits = ask(org, checkout, 800);
        var intent = till.ask(
                        "SELECT intent_ref FROM payments.payments WHERE org_id = '" + org + "'",
                        row -> row.getString(0))
                .getFirst();

        till.bus(new CallSandbox("POST", "refunds", Map.of("payment_intent", intent, "amount", "600"), null));

        till.until(() -> till.balance(org, "cash:sandbox") == 400);
        till.until(() -> till.balance(org, "refunds") == 600);
        decide(org, waits, "approve", "{}");
        till.until(() -> shown(org, waits).path("status").asText().equals("failed"));
        assertThat(till.balance(org, "refunds")).isEqualTo(600);
        assertThat(till.number("SELECT refunded + reserved FROM payments.payments WHERE org_id = '" + org + "'"))
                .isEqualTo(200);
    }

    @Test
    void what_a_credit_note_gave_back_is_not_refunded_once_more() {
        var org = till.newOrg();
        var invoice = till.invoice(org, 1_000);
        var checkout = till.checkout(org, "{\"invoiceId\":\"" + invoice + "\"}");
        till.pay(checkout, Till.GOOD);
        till.until(() ->
                till.see(org, "/invoices/" + invoice).path("status").asText().equals("paid"));
        var note = "{\"amount\":400,\"reason\":\"Less was done.\"}";
        till.operate("/orgs/" + org + "/invoices/" + invoice + "/credit-notes", note)
                .expect(201);
        assertThat(wallet(org)).isEqualTo(400);

        var more = ask(org, checkout, 601);
        decide(org, more, "approve", "{\"destination\":\"original_method\"}");
        till.until(() -> OVER.contains(shown(org, more).path("status").asText()));
        assertThat(shown(org, more).path("status").asText()).isEqualTo("failed");

        byHand(org, 700);
        till.until(() -> till.balance(org, "refunds") == 600);
        assertThat(wallet(org)).as("the note is taken back then").isEqualTo(300);

        var hold = UUID.randomUUID();
        till.bus(new HoldCredits(org, hold, Money.of(250, "EUR"), "allocation:1", null));
        till.bus(new SettleHold(org, hold, Money.of(250, "EUR")));
        byHand(org, 300);
        till.until(() -> till.balance(org, "refunds") == 850);
        assertThat(wallet(org)).isZero();
        till.until(() -> till.number("SELECT count(*) FROM payments.differences WHERE org = '" + org
                        + "' AND kind = 'amount' AND ours = 50 AND theirs = 300")
                == 1);
    }

    /** Someone refunds so much of the org's payment at the provider. */
    private static void byHand(UUID org, long cents) {
        var intent = till.ask(
                        "SELECT intent_ref FROM payments.payments WHERE org_id = '" + org + "'",
                        row -> row.getString(0))
                .getFirst();
        till.bus(new CallSandbox("POST", "refunds", Map.of("payment_intent", intent, "amount", "" + cents), null));
    }

    @Test
    void a_refund_that_was_given_up_on_is_not_sent_again_once_someone_may_have_made_it() {
        var org = till.newOrg();
        var invoice = till.invoice(org, 1_000);
        var checkout = till.checkout(org, "{\"invoiceId\":\"" + invoice + "\"}");
        till.pay(checkout, Till.GOOD);
        till.until(() ->
                till.see(org, "/invoices/" + invoice).path("status").asText().equals("paid"));
        var fresh = ask(org, checkout, 100);
        var old = ask(org, checkout, 100);
        var foreseen = ask(org, checkout, 100);

        givenUp(fresh, Duration.ofHours(23));
        givenUp(old, Duration.ofHours(25));
        till.until(() -> shown(org, fresh).path("status").asText().equals("succeeded"));
        byHand(org, 50);
        till.until(() -> till.balance(org, "cash:sandbox") == 850);
        givenUp(foreseen, Duration.ofHours(23));

        var looked = "SELECT count(*) FROM payments.refunds WHERE org_id = '%s' AND status = 'sent' AND failures = 46";
        till.until(() -> till.number(looked.formatted(org)) == 2);
        assertThat(till.balance(org, "cash:sandbox")).isEqualTo(850);
    }

    /** It was sent so long ago, and never answered. */
    private static void givenUp(String refund, Duration before) {
        var sent = "[{\"status\":\"sent\",\"at\":\"" + till.clock.instant().minus(before) + "\"}]";
        till.ask(
                "UPDATE payments.refunds SET status = 'sent', failures = 45, destination = 'original_method',"
                        + " next_at = now(), steps = steps || '" + sent + "'::jsonb WHERE id = '" + refund
                        + "' RETURNING 1",
                row -> 1);
    }
}
