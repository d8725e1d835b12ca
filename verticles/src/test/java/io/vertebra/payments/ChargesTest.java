package io.vertebra.payments;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ChargesTest {
    private static Till till;

    @BeforeAll
    static void a_sandbox_whose_webhooks_do_not_arrive() {
        till = new Till(Map.of("sandbox.webhook-url", "http://127.0.0.1:9/"));
    }

    @AfterAll
    static void stop() {
        till.close();
    }

    private static long charges(UUID org) {
        return till.number("SELECT count(*) FROM sandbox.objects WHERE kind = 'payment_intent'"
                + " AND (body ->> 'amount')::int = 900 AND body -> 'metadata' ->> 'org_id' = '" + org + "'");
    }

    private static JsonNode refresh(UUID org, JsonNode setup) {
        var path = "/v1/orgs/" + org + "/payment-setups/" + setup.path("id").asText() + "/refresh";
        return till.api()
                .post(path, null)
                .as(till.owner.token())
                .send()
                .expect(200)
                .json();
    }

    /** What a process that dies between the charge and its note leaves behind: nothing of its answer, no failure. */
    private static void noteNothing(UUID org) {
        till.ask(
                "CREATE FUNCTION payments.die() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
                        + " IF NEW.intent_ref IS DISTINCT FROM OLD.intent_ref OR NEW.failures <> OLD.failures THEN"
                        + " RAISE EXCEPTION 'died'; END IF; RETURN NEW; END $$",
                row -> 1);
        till.ask(
                "CREATE TRIGGER die BEFORE UPDATE ON payments.payments FOR EACH ROW WHEN (OLD.org_id = '" + org
                        + "') EXECUTE FUNCTION payments.die()",
                row -> 1);
    }

    @Test
    void a_charge_that_was_made_and_not_noted_is_found_before_anything_is_sent_again() {
        var org = till.newOrg();
        var setup = till.setUp(org);
        till.pay(setup, Till.GOOD);
        refresh(org, setup);
        noteNothing(org);

        var invoice = till.invoice(org, 900);
        till.until(() -> charges(org) == 1);
        till.ask("UPDATE sandbox.objects SET key = NULL WHERE kind = 'payment_intent'", row -> 1);
        till.ask("DROP TRIGGER die ON payments.payments", row -> 1);

        till.until(() ->
                till.see(org, "/invoices/" + invoice).path("status").asText().equals("paid"));
        assertThat(charges(org)).isEqualTo(1);
        assertThat(till.balance(org, "cash:sandbox")).isEqualTo(900);
    }

    @Test
    void a_checkout_whose_money_is_on_its_way_is_looked_at_ever_more_seldom() {
        var payment = till.checkout("{\"amount\":{\"amount\":100,\"currency\":\"EUR\"}}");
        till.pay(payment, Till.NEEDS_ACTION);
        var where = " WHERE id = '" + payment.path("id").asText() + "'";
        var session = "(SELECT session_ref FROM payments.payments" + where + ")";
        var seen = "SELECT count(*) FROM payments.payments" + where
                + " AND status = 'processing' AND failures = 0 AND next_at > now() + interval '";
        till.ask(
                "UPDATE sandbox.objects SET body = jsonb_set(body, '{status}', CASE kind WHEN 'payment_intent'"
                        + " THEN '\"processing\"'::jsonb ELSE '\"complete\"' END) WHERE id IN (" + session
                        + ", (SELECT s.body ->> 'payment_intent' FROM sandbox.objects s WHERE s.id = " + session + "))",
                row -> 1);

        till.ask("UPDATE payments.payments SET expires_at = now() - interval '1m', next_at = now()" + where, row -> 1);
        till.until(() -> till.number(seen + "1m'") == 1);
        till.ask("UPDATE payments.payments SET next_at = now()" + where, row -> 1);
        till.until(() -> till.number(seen + "3m'") == 1);
    }

    @Test
    void two_first_cards_at_the_same_moment_are_both_put_on_file() {
        var org = till.newOrg();
        var setups = List.of(till.setUp(org), till.setUp(org));
        setups.forEach(setup -> till.pay(setup, Till.GOOD));
        var held = till.hold("LOCK TABLE payments.methods IN SHARE ROW EXCLUSIVE MODE");
        var seen = setups.stream()
                .map(setup -> CompletableFuture.supplyAsync(() -> refresh(org, setup)))
                .toList();
        till.until(() -> till.number("SELECT count(*) FROM pg_locks l JOIN pg_stat_activity a USING (pid)"
                        + " WHERE NOT l.granted AND a.datname = current_database()")
                == 2);
        held.close();

        assertThat(seen)
                .allSatisfy(
                        one -> assertThat(one.join().path("methodId").asText()).isNotEmpty());
        assertThat(till.see(org, "/payment-methods").path("items")).hasSize(2);
    }
}
