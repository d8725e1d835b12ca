package io.vertebra.payments;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertebra.kernel.secrets.SignedPayload;
import io.vertebra.testing.Api.Answer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class WebhooksTest {
    private static final String NOWHERE = "http://127.0.0.1:9/";
    private static final int EVENTS = 4;

    private static Till till;

    @BeforeAll
    static void a_sandbox_whose_own_webhooks_do_not_arrive() {
        till = new Till(Map.of("sandbox.webhook-url", NOWHERE));
    }

    @AfterAll
    static void stop() {
        till.close();
    }

    /** One checkout and the order in which its webhooks come. */
    private record Way(UUID org, UUID invoice, JsonNode payment, List<String> payloads) {}

    private static String signed(String payload) {
        return SignedPayload.sign(Till.secret(), till.clock.instant(), payload);
    }

    @Test
    void only_what_the_provider_signed_is_taken_in_and_each_event_once() {
        var payload = "{ \"id\": \"evt_é_1\", \"type\": \"product.created\", \"data\": {\"object\": {\"id\": \"p\"}} }";

        assertThat(till.webhook(payload, signed(payload))).isEqualTo(204);
        assertThat(till.webhook(payload, signed(payload))).isEqualTo(204);
        assertThat(till.webhook(payload.replace(" ", ""), signed(payload))).isEqualTo(400);
        assertThat(till.webhook(payload, SignedPayload.sign("whsec_x", till.clock.instant(), payload)))
                .isEqualTo(400);
        assertThat(till.webhook(payload, "")).isEqualTo(400);
        var old = till.clock.instant().minusSeconds(400);
        assertThat(till.webhook(payload, SignedPayload.sign(Till.secret(), old, payload)))
                .isEqualTo(400);
        assertThat(till.webhook("no json", signed("no json"))).isEqualTo(400);

        till.until(() -> till.oversee("/payment-webhooks?status=ignored")
                .path("items")
                .toString()
                .contains("evt_é_1"));
        assertThat(till.number("SELECT count(*) FROM payments.inbox WHERE event_id = 'evt_é_1'"))
                .isEqualTo(1);
        var id = till.oversee("/payment-webhooks?status=ignored")
                .at("/items/0/id")
                .asText();
        assertThat(till.operate("/payment-webhooks/" + id + "/retry", null)
                        .expect(200)
                        .text("status"))
                .isEqualTo("waiting");
    }

    @Test
    void whatever_order_number_and_time_webhooks_come_in_the_ledger_is_the_same() {
        var ways = ways();
        refresh(ways, 0);
        for (int step = 0; step < 2 * EVENTS; step++) {
            deliver(ways, step);
            if (step == 1 || step == 6) {
                till.cutConnections();
            }
            if (step == 2) {
                till.restart();
            }
            taken();
            if (step == EVENTS - 1) {
                refresh(ways, 1);
            }
        }
        till.until(() -> ways.stream().allMatch(way -> paid(way)));

        var expected = new TreeMap<>(Map.of("cash:sandbox", 1500L, "revenue", 1500L));
        assertThat(ways).allSatisfy(way -> assertThat(book(way.org())).isEqualTo(expected));
        assertThat(till.number("SELECT count(*) FROM payments.effects")).isEqualTo(ways.size());
        assertThat(till.number("SELECT count(*) FROM events.log WHERE type = 'Payments.PaymentSucceeded'"))
                .isEqualTo(ways.size());
        assertThat(till.number("SELECT count(*) FROM payments.inbox WHERE status = 'done'"))
                .isEqualTo((long) ways.size() * EVENTS);
    }

    private static List<Way> ways() {
        var ways = new ArrayList<Way>();
        for (var order : orders(List.of(0, 1, 2, 3))) {
            var org = till.newOrg();
            var invoice = till.invoice(org, 1500);
            var payment = till.checkout(org, "{\"invoiceId\":\"" + invoice + "\"}");
            assertThat(till.pay(payment, Till.GOOD).statusCode()).isEqualTo(303);
            var told = till.ask(
                    "SELECT payload FROM sandbox.events WHERE payload LIKE '%"
                            + payment.path("id").asText() + "%' ORDER BY seq",
                    row -> row.getString(0));
            assertThat(told).hasSize(EVENTS);
            ways.add(
                    new Way(org, invoice, payment, order.stream().map(told::get).toList()));
        }
        return ways;
    }

    private static List<List<Integer>> orders(List<Integer> of) {
        if (of.isEmpty()) {
            return List.of(List.of());
        }
        var all = new ArrayList<List<Integer>>();
        for (var first : of) {
            var rest = of.stream().filter(one -> !one.equals(first)).toList();
            for (var tail : orders(rest)) {
                var order = new ArrayList<>(List.of(first));
                order.addAll(tail);
                all.add(order);
            }
        }
        return all;
    }

    /** A third comes back before the first webhook, a third in between, a third never. */
    private static void refresh(List<Way> ways, int turn) {
        for (int i = turn; i < ways.size(); i += 3) {
            var way = ways.get(i);
            var path = "/v1/orgs/" + way.org() + "/payments/"
                    + way.payment().path("id").asText() + "/refresh";
            till.api().post(path, null).as(till.owner.token()).send().expect(200);
        }
    }

    private static void deliver(List<Way> ways, int step) {
        for (var way : ways) {
            var payload = way.payloads().get(step % EVENTS);
            assertThat(till.webhook(payload, signed(payload))).isEqualTo(204);
        }
    }

    private static void taken() {
        till.until(() -> till.number("SELECT count(*) FROM payments.inbox WHERE status = 'waiting'") == 0);
    }

    private static boolean paid(Way way) {
        return till.see(way.org(), "/invoices/" + way.invoice())
                .path("status")
                .asText()
                .equals("paid");
    }

    private static Map<String, Long> book(UUID org) {
        var book = new TreeMap<String, Long>();
        for (var account : till.see(org, "/ledger/accounts?limit=200").path("items")) {
            long posted = account.at("/balance/posted/amount").asLong();
            if (posted != 0) {
                book.put(account.path("code").asText(), posted);
            }
        }
        return book;
    }

    @Test
    void what_cannot_be_looked_up_waits_and_shows() {
        var payload = "{\"id\":\"evt_gone\",\"type\":\"payment_intent.succeeded\","
                + "\"data\":{\"object\":{\"id\":\"pi_gone\"}}}";
        till.webhook(payload, signed(payload));

        till.until(() -> till.number("SELECT failures FROM payments.inbox WHERE event_id = 'evt_gone'") > 0);

        Answer shown = till.api()
                .get("/v1/admin/payment-webhooks?status=waiting")
                .as(till.operator.token())
                .send();
        assertThat(shown.body()).contains("evt_gone", "404");
        till.ask("DELETE FROM payments.inbox WHERE event_id = 'evt_gone' RETURNING 1", row -> 1);
    }
}
