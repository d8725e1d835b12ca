package io.vertebra.billing;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertebra.bus.Money;
import io.vertebra.testing.Api;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is given back was charged, what runs is charged, and what is paid goes on. */
class SubscriptionsTest {
    private static final Instant START = Instant.parse("2027-03-01T10:00:00Z");
    private static final String PLAN = """
            {"code":"%1$s","name":"%1$s","product":"api","interval":"month","prices":[
              {"code":"base","name":"%1$s","currency":"EUR","model":"flat","unitAmount":%2$d}]}""";
    private static final long BASIC = 1_000;
    private static final long LARGE = 100_000;

    private static final Set<UUID> WITHOUT_MONEY = ConcurrentHashMap.newKeySet();
    private static Shop shop;
    private static AutoCloseable payer;

    @BeforeAll
    static void sell() {
        shop = new Shop();
        shop.set("/policies/limits.user-per-minute", "{\"value\":100000}").expect(200);
        payer = shop.payer(asked -> !WITHOUT_MONEY.contains(asked.org()));
        shop.sell("/products", "{\"code\":\"api\",\"name\":\"API\"}").expect(200);
        shop.sell("/plans", PLAN.formatted("basic", BASIC)).expect(200);
        shop.sell("/plans", PLAN.formatted("large", LARGE)).expect(200);
    }

    @AfterAll
    static void stop() throws Exception {
        payer.close();
        shop.close();
    }

    @BeforeEach
    void a_customer_in_march() {
        shop.nextCustomer();
        shop.set("/orgs/" + shop.org + "/billing-profile", "{\"name\":\"C\",\"taxExempt\":\"none\",\"taxPercent\":10}")
                .expect(200);
        shop.travel(START);
    }

    @Test
    void a_plan_that_was_not_charged_is_not_given_back() {
        var id = subscribe("large");
        change(id, "basic", "none");

        change(id, "large", "immediate");

        assertThat(lines()).containsExactly("large 100000");
        assertThat(shop.see("/subscriptions/" + id + "/upcoming").path("lines")).isEmpty();
    }

    @Test
    void what_was_charged_before_a_change_of_the_price_only_is_given_back() {
        var id = subscribe("large");
        change(id, "basic", "none");
        shop.travel(START.plus(Duration.ofHours(31 * 12)));

        change(id, "basic", "immediate");

        assertThat(lines()).contains("Unused: large -50000", "From now on: basic 500");
    }

    @Test
    void what_changed_while_it_was_paused_is_charged_from_when_it_goes_on() {
        var id = subscribe("basic");
        act(id, "pause");
        change(id, "large", "immediate");
        shop.travel(START.plus(Duration.ofHours(31 * 12)));
        assertThat(lines()).containsExactly("basic 1000");

        act(id, "resume");

        assertThat(lines()).contains("Unused: basic -500", "From now on: large 50000");
        act(id, "pause");
        act(id, "resume");
        assertThat(lines()).hasSize(3);
    }

    @Test
    void a_period_that_began_while_it_was_paused_is_charged_from_when_it_goes_on() {
        var id = subscribe("basic");
        act(id, "pause");
        shop.travel(Instant.parse("2027-04-16T10:00:00Z"));
        assertThat(lines()).containsExactly("basic 1000");

        act(id, "resume");

        assertThat(lines()).containsExactly("basic 1000", "From now on: basic 500");
    }

    @Test
    void what_is_left_to_the_credit_of_what_ends_becomes_credits() {
        var id = subscribe("large");
        paid(1);
        change(id, "basic", "immediate");

        act(id, "cancel", "{\"now\":true}");

        assertThat(available()).isEqualTo((LARGE - BASIC) * 11 / 10);
        assertThat(shop.balance("revenue")).isEqualTo(BASIC);
        assertThat(shop.balance("tax")).isEqualTo(BASIC / 10);
        assertThat(shop.balance("receivable")).isZero();
    }

    @Test
    void what_was_not_paid_is_lowered_and_no_credits() {
        WITHOUT_MONEY.add(shop.org);
        var id = subscribe("large");
        change(id, "basic", "immediate");

        act(id, "cancel", "{\"now\":true}");

        assertThat(shop.see("/grants").path("items")).isEmpty();
        assertThat(shop.balance("receivable")).isEqualTo(BASIC * 11 / 10);
        assertThat(shop.see("/invoices?status=open").at("/items/0/due/amount").asLong())
                .isEqualTo(BASIC * 11 / 10);
        assertThat(shop.balance("revenue")).isEqualTo(BASIC);
    }

    @Test
    void what_was_given_up_is_no_credits_either() {
        WITHOUT_MONEY.add(shop.org);
        var id = subscribe("large");
        change(id, "basic", "immediate");

        shop.travel(START.plus(Duration.ofDays(60)));

        assertThat(status()).isEqualTo("cancelled");
        assertThat(shop.see("/grants").path("items")).isEmpty();
    }

    @Test
    void a_gift_that_is_used_up_ends_nothing_that_the_card_pays() {
        shop.sell(
                        "/orgs/" + shop.org + "/grants",
                        "{\"name\":\"Sorry\",\"amount\":{\"amount\":500,\"currency\":\"EUR\"}}")
                .expect(201);
        subscribe("basic");
        paid(1);

        shop.travel(START.plus(Duration.ofDays(5)));

        assertThat(shop.told("ReleaseNeeded")).isEqualTo(1);
        assertThat(status()).isEqualTo("active");
    }

    @Test
    void a_balance_that_was_bought_and_ran_out_ends_what_lived_on_it() {
        shop.inBilling(work -> Shop.received(work, shop.org, UUID.randomUUID(), Money.of(1_100, "EUR"), null));
        Shop.until(shop.platform, () -> shop.told("CreditsGranted") == 1);
        subscribe("basic");
        assertThat(status()).isEqualTo("active");

        shop.travel(START.plus(Duration.ofDays(5)));

        assertThat(shop.told("ReleaseNeeded")).isEqualTo(1);
        assertThat(status()).isEqualTo("cancelled");
    }

    @Test
    void what_cannot_be_paid_when_credits_ran_out_ends() {
        WITHOUT_MONEY.add(shop.org);
        shop.sell(
                        "/orgs/" + shop.org + "/grants",
                        "{\"name\":\"Start\",\"amount\":{\"amount\":500,\"currency\":\"EUR\"}}")
                .expect(201);
        subscribe("basic");

        shop.travel(START.plus(Duration.ofDays(5)));

        assertThat(status()).isEqualTo("cancelled");
    }

    @Test
    void an_invoice_that_is_owed_no_more_lets_go_on_what_was_suspended_for_it() {
        suspended("void", null, "active");
        suspended("credit-notes", "{\"amount\":1100,\"reason\":\"sorry\"}", "active");
        suspended("uncollectible", null, "cancelled");
    }

    @Test
    void what_was_voided_is_not_given_back_and_not_charged_again() {
        WITHOUT_MONEY.add(shop.org);
        var id = subscribe("large");
        end(invoice(0), "void").expect(200);
        act(id, "pause");
        act(id, "resume");
        assertThat(lines()).containsExactly("large 100000");

        change(id, "basic", "immediate");

        assertThat(lines()).containsExactly("large 100000", "From now on: basic 1000");
        act(id, "cancel", "{\"now\":true}");
        assertThat(shop.see("/grants").path("items")).isEmpty();
        assertThat(shop.balance("revenue")).isEqualTo(BASIC);
    }

    @Test
    void what_replaced_a_charge_is_voided_before_it_and_then_that_counts_again() {
        var id = subscribe("basic");
        paid(1);
        WITHOUT_MONEY.add(shop.org);
        change(id, "large", "immediate");
        end(invoice(0), "void").expect(200);

        change(id, "basic", "immediate");
        assertThat(lines()).as("it was charged for basic").hasSize(3);

        a_customer_in_march();
        WITHOUT_MONEY.add(shop.org);
        var other = subscribe("basic");
        change(other, "large", "immediate");
        assertThat(end(invoice(1), "void").expect(409).body()).contains("11.00 EUR");
        end(invoice(0), "void").expect(200);
        end(invoice(0), "void").expect(409);
        end(invoice(1), "void").expect(200);
        change(other, "basic", "immediate");
        assertThat(lines()).endsWith("Unused: basic -1000", "From now on: large 100000", "From now on: basic 1000");
    }

    @Test
    void what_a_credit_note_took_off_is_not_given_back_nor_the_other_way_round() {
        var id = subscribe("large");
        paid(1);
        end(invoice(0), "credit-notes", "{\"amount\":82500,\"reason\":\"slow\"}")
                .expect(201);

        change(id, "basic", "immediate");

        assertThat(lines()).contains("Unused: large -25000");
        assertThat(end(invoice(1), "credit-notes", "{\"amount\":1,\"reason\":\"slow\"}")
                        .expect(422)
                        .text("code"))
                .isEqualTo("too_much");
    }

    @Test
    void what_is_given_back_lowers_what_is_owed_before_it_is_carried() {
        WITHOUT_MONEY.add(shop.org);
        var id = subscribe("large");

        change(id, "basic", "immediate");

        assertThat(shop.see("/invoices?status=open").at("/items/0/due/amount").asLong())
                .isEqualTo(BASIC * 11 / 10);
        assertThat(shop.see("/subscriptions/" + id + "/upcoming").path("lines")).isEmpty();
        end(invoice(1), "uncollectible").expect(200);
        act(id, "cancel", "{\"now\":true}");
        assertThat(shop.see("/grants").path("items")).isEmpty();
        assertThat(shop.balance("revenue") + shop.balance("tax")).isEqualTo(shop.balance("losses"));
    }

    @Test
    void credits_that_come_back_keep_their_kind_and_their_end() {
        var ends = START.plus(Duration.ofDays(10));
        shop.sell(
                        "/orgs/" + shop.org + "/grants",
                        "{\"name\":\"Start\",\"amount\":{\"amount\":200000,\"currency\":\"EUR\"},\"expiresAt\":\"%s\"}"
                                .formatted(ends))
                .expect(201);
        var id = subscribe("large");
        end(invoice(0), "credit-notes", "{\"amount\":11000,\"reason\":\"slow\"}")
                .expect(201);
        change(id, "basic", "immediate");
        act(id, "cancel", "{\"now\":true}");

        var grants = shop.see("/grants").path("items");
        assertThat(grants).hasSize(1);
        assertThat(grants.at("/0/kind").asText()).isEqualTo("promotional");
        assertThat(available()).isEqualTo(200_000 - BASIC * 11 / 10);
        shop.travel(ends.plusSeconds(1));

        assertThat(available()).isZero();
        assertThat(shop.balance("breakage")).isEqualTo(200_000 - BASIC * 11 / 10);
    }

    @Test
    void what_a_deleted_org_subscribed_to_ends() {
        subscribe("basic");
        paid(1);

        shop.api.delete("/v1/orgs/" + shop.org).as(shop.owner.token()).send();

        Shop.until(shop.platform, () -> shop.told("SubscriptionCancelled") == 1);
    }

    @Test
    void what_changed_its_price_only_is_not_charged_when_it_goes_on() {
        var id = subscribe("large");
        change(id, "basic", "none");

        act(id, "pause");
        act(id, "resume");

        assertThat(lines()).containsExactly("large 100000");
    }

    @Test
    void what_costs_or_allows_more_than_was_charged_is_not_had_by_changing_the_price_only() {
        shop.sell("/plans", PLAN.formatted("roomy", BASIC).replaceFirst("\\}$", ",\"entitlements\":{\"seats\":5}}"))
                .expect(200);
        var id = subscribe("basic");

        for (var plan : List.of("large", "roomy")) {
            var asked = "{\"plan\":\"" + plan + "\",\"proration\":\"none\"}";
            shop.buy("/subscriptions/" + id + "/change", asked).expect(422);
        }
        change(id, "roomy", "immediate");
        change(id, "basic", "none");
        change(id, "roomy", "none");

        assertThat(shop.see("/subscriptions/" + id).path("plan").asText()).isEqualTo("roomy");
    }

    private static Api.Answer end(String invoice, String how) {
        return end(invoice, how, null);
    }

    private static Api.Answer end(String invoice, String how, String body) {
        return shop.sell("/orgs/" + shop.org + "/invoices/" + invoice + "/" + how, body);
    }

    /** The id of an invoice, the newest is the first. */
    private static String invoice(int place) {
        return shop.see("/invoices").at("/items/" + place + "/id").asText();
    }

    private void suspended(String act, String body, String becomes) {
        a_customer_in_march();
        WITHOUT_MONEY.add(shop.org);
        subscribe("basic");
        shop.travel(START.plus(Duration.ofDays(20)));
        assertThat(status()).isEqualTo("paused");

        assertThat(end(invoice(0), act, body).status()).isLessThan(300);

        assertThat(status()).as(act).isEqualTo(becomes);
    }

    private static String subscribe(String plan) {
        return shop.buy("/subscriptions", "{\"plan\":\"" + plan + "\",\"currency\":\"EUR\"}")
                .expect(201)
                .text("id");
    }

    private static void change(String id, String plan, String proration) {
        act(id, "change", "{\"plan\":\"" + plan + "\",\"proration\":\"" + proration + "\"}");
    }

    private static void act(String id, String verb) {
        act(id, verb, null);
    }

    private static void act(String id, String verb, String body) {
        shop.buy("/subscriptions/" + id + "/" + verb, body).expect(200);
    }

    private static String status() {
        return shop.see("/subscriptions").at("/items/0/status").asText();
    }

    private static long available() {
        return shop.see("/wallets/EUR").at("/available/amount").asLong();
    }

    private static void paid(int invoices) {
        Shop.until(shop.platform, () -> shop.told("InvoicePaid") == invoices);
    }

    /** All lines of all invoices, the oldest first. */
    private static List<String> lines() {
        var invoices = new ArrayList<JsonNode>();
        shop.see("/invoices?limit=200").path("items").forEach(invoices::addFirst);
        var lines = new ArrayList<String>();
        for (var invoice : invoices) {
            for (var line : shop.see("/invoices/" + invoice.path("id").asText()).path("lines")) {
                lines.add(line.path("description").asText() + " "
                        + line.at("/amount/amount").asText());
            }
        }
        return lines;
    }
}
