package io.vertebra.billing;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertebra.testing.Api;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class UsageRecordsTest {
    private static final String PLAN = """
            {"code":"calls","name":"Calls","product":"api","interval":"month","prices":[
              {"code":"calls","name":"Calls","currency":"EUR","model":"per_unit","meter":"calls","unitAmount":10}]}""";

    private static final String GRADUATED = """
            {"code":"tiers","name":"Tiers","product":"api","interval":"month","prices":[
              {"code":"calls","name":"Calls","currency":"EUR","model":"graduated","meter":"calls",
               "tiers":[{"upTo":5,"unitAmount":0},{"unitAmount":10}]}]}""";

    private static Shop shop;
    private static AutoCloseable payer;
    private static volatile UUID withoutMoney;
    private String subscription;

    @BeforeAll
    static void sell() {
        shop = new Shop();
        payer = shop.payer(asked -> !asked.org().equals(withoutMoney));
        shop.sell("/meters", "{\"code\":\"calls\",\"name\":\"Calls\",\"unit\":\"call\",\"aggregation\":\"sum\"}")
                .expect(200);
        shop.sell("/products", "{\"code\":\"api\",\"name\":\"API\"}").expect(200);
        shop.sell("/plans", PLAN).expect(200);
    }

    @AfterAll
    static void stop() throws Exception {
        payer.close();
        shop.close();
    }

    @BeforeEach
    void a_customer_at_the_end_of_january() {
        shop.nextCustomer();
        shop.travel(Instant.parse("2027-01-31T10:00:00Z"));
        subscription = shop.buy("/subscriptions", "{\"plan\":\"calls\",\"currency\":\"EUR\"}")
                .expect(201)
                .text("id");
    }

    @Test
    void what_is_taken_late_is_charged_also_when_its_period_is_long_over_at_the_close() {
        shop.travel(Instant.parse("2027-04-25T10:00:00Z"));
        record("late", 7, "\"at\":\"2027-02-27T10:00:00Z\"").expect(200);

        shop.travel(Instant.parse("2027-05-01T10:00:00Z"));

        assertThat(shop.balance("revenue")).isEqualTo(70);
    }

    @Test
    void what_nobody_would_charge_is_not_taken() {
        record("one", 1, null).expect(200);
        shop.buy("/subscriptions/" + subscription + "/cancel", "{\"now\":true}").expect(200);

        var refused = record("two", 1, null).expect(409);

        assertThat(refused.text("code")).isEqualTo("subscription_ended");
    }

    @Test
    void who_pays_does_not_lower_the_usage_and_an_operator_corrects_it() {
        record("one", 5, null).expect(200);
        record("less", -5, null).expect(422);
        record("void", 0, "\"voids\":\"one\"").expect(422);
        shop.buy("/usage/batch", "{\"events\":[" + event("less", -5, null) + "]}")
                .expect(422);
        assertThat(used()).isEqualTo(5);

        shop.sell("/orgs/" + shop.org + "/usage", event("less", -2, null)).expect(200);
        assertThat(used()).isEqualTo(3);
        shop.sell("/orgs/" + shop.org + "/usage", event("void", 0, "\"voids\":\"less\""))
                .expect(200);

        assertThat(used()).isEqualTo(5);
    }

    @Test
    void usage_on_an_invoice_that_was_voided_is_neither_charged_again_nor_given_back() {
        withoutMoney = shop.org;
        record("one", 10, null).expect(200);
        shop.travel(Instant.parse("2027-03-02T10:00:00Z"));
        var invoice = shop.see("/invoices").at("/items/0/id").asText();
        shop.sell("/orgs/" + shop.org + "/invoices/" + invoice + "/void", null).expect(200);
        var then = "\"at\":\"2027-02-20T10:00:00Z\"";

        shop.sell("/orgs/" + shop.org + "/usage", event("less", -4, then)).expect(200);
        shop.travel(Instant.parse("2027-04-02T10:00:00Z"));
        assertThat(shop.balance("revenue")).isZero();
        record("more", 7, then).expect(200);
        shop.travel(Instant.parse("2027-05-02T10:00:00Z"));

        assertThat(shop.balance("revenue")).isEqualTo(30);
    }

    @Test
    void a_change_that_leaves_the_price_of_usage_as_it_is_does_not_begin_to_count_anew() {
        shop.sell("/plans", GRADUATED).expect(200);
        subscription = shop.buy("/subscriptions", "{\"plan\":\"tiers\",\"currency\":\"EUR\"}")
                .expect(201)
                .text("id");
        for (int i = 0; i < 3; i++) {
            record("some" + i, 4, null).expect(200);
            shop.buy("/subscriptions/" + subscription + "/change", "{\"proration\":\"none\"}")
                    .expect(200);
        }
        shop.travel(Instant.parse("2027-03-02T10:00:00Z"));

        assertThat(shop.balance("revenue")).as("five are free, once").isEqualTo(70);
    }

    @Test
    void too_large_a_quantity_is_not_taken_and_what_is_there_already_does_not_hold_up_a_renewal() {
        var refused = record("more", 1_000_000_000_001L, null).expect(422);
        assertThat(refused.json().toString()).contains("/quantity", "larger unit");
        record("most", 1_000_000_000_000L, null).expect(200);
        shop.run(
                "INSERT INTO billing.usage_events (org_id, subscription_id, meter, event_id, at, quantity, recorded_at)"
                        + " SELECT '" + shop.org + "', '" + subscription
                        + "', 'calls', 'earlier' || n, '2027-02-01T10:00Z',"
                        + " 999999999999999, now() FROM generate_series(1, 1000) n");

        shop.travel(Instant.parse("2027-03-02T10:00:00Z"));

        assertThat(shop.balance("revenue")).isEqualTo(1_000_000_000_000_000L);
    }

    private long used() {
        return shop.see("/usage/calls?until=2027-02-01T00:00:00Z").path("total").asLong();
    }

    private Api.Answer record(String eventId, long quantity, String more) {
        return shop.buy("/usage", event(eventId, quantity, more));
    }

    private String event(String eventId, long quantity, String more) {
        return "{\"subscriptionId\":\"%s\",\"meter\":\"calls\",\"eventId\":\"%s\",\"quantity\":%d%s}"
                .formatted(subscription, eventId, quantity, more == null ? "" : "," + more);
    }
}
