package io.vertebra.payments;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertebra.contract.Sandbox.CallSandbox;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

class ReconciliationTest {
    private static final String MOVED = "{\"id\":\"txn_x\",\"object\":\"balance_transaction\",\"type\":\"charge\","
            + "\"amount\":777,\"currency\":\"eur\",\"source\":\"ch_unknown\",\"created\":%d}";

    private static JsonNode open(Till till) {
        return till.oversee("/payment-differences?resolved=false").path("items");
    }

    private static boolean has(JsonNode differences, String kind, String suggestion) {
        return StreamSupport.stream(differences.spliterator(), false)
                .anyMatch(one -> one.path("kind").asText().equals(kind)
                        && one.path("suggestion").asText().equals(suggestion));
    }

    /** The job is gone when it has run. */
    private static void compare(Till till) {
        till.operate("/payment-differences/compare", "{}").expect(200);
        till.until(() -> till.number("SELECT count(*) FROM jobs.standing() WHERE name = 'payments.compare-now'") == 0);
    }

    @Test
    void what_differs_between_the_provider_and_the_ledger_is_listed_with_what_would_put_it_right() {
        try (var till = new Till(Map.of("payments.compare-page", "1"))) {
            var kept = till.paid(1_000, Till.GOOD);
            var lost = till.paid(2_000, Till.GOOD);
            compare(till);
            assertThat(open(till)).isEmpty();

            long now = till.clock.instant().getEpochSecond();
            till.ask(
                    "INSERT INTO sandbox.objects (id, kind, body) VALUES ('txn_x', 'balance_transaction', '"
                            + MOVED.formatted(now) + "') RETURNING 1",
                    row -> 1);
            till.ask(
                    "UPDATE sandbox.objects SET body = jsonb_set(body, '{amount}', '1900') WHERE " + movementOf(lost)
                            + " RETURNING 1",
                    row -> 1);
            till.ask("DELETE FROM sandbox.objects WHERE " + movementOf(kept) + " RETURNING 1", row -> 1);
            byHand(till);
            compare(till);

            var found = open(till);
            assertThat(has(found, "missing_here", "look_again")).as("%s", found).isTrue();
            assertThat(has(found, "missing_there", "reverse")).isTrue();
            assertThat(has(found, "amount", "post")).isTrue();
            assertThat(has(found, "balance", "reverse")).isTrue();
            assertThat(found).hasSize(4);

            closedByHand(till, found);

            till.ask("DELETE FROM sandbox.objects WHERE id = 'txn_x' RETURNING 1", row -> 1);
            compare(till);
            assertThat(has(open(till), "missing_here", "look_again")).isFalse();
            assertThat(till.oversee("/payment-differences?resolved=true").path("items"))
                    .hasSize(2);
        }
    }

    @Test
    void a_refund_of_which_nobody_told_is_found_and_noted() {
        try (var till = new Till(Map.of("sandbox.webhook-url", "http://127.0.0.1:9/"))) {
            var payment = till.checkout("{\"amount\":{\"amount\":900,\"currency\":\"EUR\"}}");
            till.pay(payment, Till.GOOD);
            till.post("/payments/" + payment.path("id").asText() + "/refresh", null)
                    .expect(200);
            till.settled(payment);
            var intent = till.ask("SELECT intent_ref FROM payments.payments", row -> row.getString(0))
                    .getFirst();
            till.bus(new CallSandbox("POST", "refunds", Map.of("payment_intent", intent, "amount", "300"), null));

            compare(till);
            assertThat(has(open(till), "missing_here", "look_again")).isTrue();
            till.until(() -> till.balance("cash:sandbox") == 600);
            compare(till);

            assertThat(open(till)).isEmpty();
            assertThat(till.see("/wallets/EUR").at("/available/amount").asLong())
                    .isEqualTo(600);
        }
    }

    /** The operator's sign-in does not last that long. */
    private static void compareLater(Till till, Duration pause) {
        till.clock.pass(pause);
        till.ask(
                "SELECT jobs.submit('payments.compare-now', 'payments.compare-now', '', now() + interval '"
                        + pause.toSeconds() + "s')",
                row -> 1);
        till.until(() -> till.number("SELECT count(*) FROM jobs.standing() WHERE name = 'payments.compare-now'") == 0);
    }

    @Test
    void what_is_too_old_to_be_compared_again_stays_open_until_a_person_closes_it() {
        try (var till = new Till(Map.of("payments.compare-window", "1h"))) {
            var kept = till.paid(1_000, Till.GOOD);
            var lost = till.paid(2_000, Till.GOOD);
            till.ask(
                    "INSERT INTO sandbox.objects (id, kind, body) VALUES ('txn_x', 'balance_transaction', '"
                            + MOVED.formatted(till.clock.instant().getEpochSecond()) + "') RETURNING 1",
                    row -> 1);
            till.ask(
                    "UPDATE sandbox.objects SET body = jsonb_set(body, '{amount}', '1900') WHERE " + movementOf(lost)
                            + " RETURNING 1",
                    row -> 1);
            till.ask("DELETE FROM sandbox.objects WHERE " + movementOf(kept) + " RETURNING 1", row -> 1);
            byHand(till);
            var open = "SELECT count(*) FROM payments.differences WHERE resolved_at IS NULL";

            compareLater(till, Duration.ofMinutes(10));
            assertThat(till.number(open)).isEqualTo(4);
            compareLater(till, Duration.ofMinutes(40));
            assertThat(till.number(open)).as("half of the time is over").isEqualTo(4);
            compareLater(till, Duration.ofMinutes(15));
            assertThat(till.number(open)).as("all of it is over").isEqualTo(4);
        }
    }

    /** A person has dealt with the balance: it is listed again only when it differs by another amount. */
    private static void closedByHand(Till till, JsonNode found) {
        var id = StreamSupport.stream(found.spliterator(), false)
                .filter(one -> one.path("kind").asText().equals("balance"))
                .findFirst()
                .orElseThrow()
                .path("id")
                .asText();
        var path = "/payment-differences/" + id + "/resolve";
        till.operate(path, "{}").expect(422);
        var closed = till.operate(path, "{\"note\":\"Cash over the counter.\"}").expect(200);
        assertThat(closed.text("note")).isEqualTo("Cash over the counter.");
        till.operate(path, "{\"note\":\"Again.\"}").expect(404);
        compare(till);
        assertThat(has(open(till), "balance", "reverse")).isFalse();
        byHand(till);
        compare(till);
        assertThat(has(open(till), "balance", "reverse")).isTrue();
    }

    private static String movementOf(UUID payment) {
        return "kind = 'balance_transaction' AND parent = (SELECT charge_ref FROM payments.payments WHERE id = '"
                + payment + "')";
    }

    /** An operator posts to the cash account without the provider. */
    private static void byHand(Till till) {
        var accounts = till.see("/ledger/accounts?limit=200").path("items");
        var cash = id(accounts, "cash:sandbox");
        var payments = id(accounts, "payments");
        var legs = "{\"transactionId\":\"%s\",\"code\":\"correction\",\"legs\":["
                + "{\"accountId\":\"%s\",\"side\":\"debit\",\"amount\":5},"
                + "{\"accountId\":\"%s\",\"side\":\"credit\",\"amount\":5}]}";
        till.operate("/orgs/" + till.org + "/ledger/transactions", legs.formatted(UUID.randomUUID(), cash, payments))
                .expect(200);
    }

    private static String id(JsonNode accounts, String code) {
        return StreamSupport.stream(accounts.spliterator(), false)
                .filter(one -> one.path("code").asText().equals(code))
                .findFirst()
                .orElseThrow()
                .path("id")
                .asText();
    }
}
