package io.vertebra.payments;

import static io.vertebra.testing.Await.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertebra.bus.Call;
import io.vertebra.bus.Caller;
import io.vertebra.bus.Money;
import io.vertebra.kernel.config.Secret;
import io.vertebra.payments.PaymentsSettings.StripeSettings;
import io.vertebra.payments.Provider.Counter;
import io.vertebra.payments.Provider.Order;
import io.vertx.core.Vertx;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/**
 * Every request of the adapter against stripe-mock, which holds it against Stripe's OpenAPI: {@code .ci/run} starts it
 * and names it in {@code stripe.mock}. Its name keeps it out of a plain build.
 */
class StripeMockCheck {
    private static final Call CALL = Call.inside(Caller.service("payments"), Long.MAX_VALUE);

    @Test
    void every_request_is_accepted() {
        var vertx = Vertx.vertx();
        try {
            var settings = new StripeSettings(
                    URI.create(System.getProperty("stripe.mock")),
                    "2024-06-20",
                    Secret.of("sk_test_123"),
                    Secret.of("whsec_1"));
            var stripe = new Provider("stripe", new StripeWire(vertx, settings, Duration.ofSeconds(20)));
            everything(stripe);
        } finally {
            await(vertx.close());
        }
    }

    private static void everything(Provider stripe) {
        var org = UUID.randomUUID();
        var customer = await(stripe.customer(CALL, org));
        assertThat(customer).startsWith("cus_");
        var order = new Order(org, UUID.randomUUID(), Money.of(1999, "EUR"), customer);
        var expires = Clock.systemUTC().instant().plus(Duration.ofHours(1));
        var back = "https://example.com/billing?payment=1";
        var opened = await(stripe.open(CALL, order, new Counter("Invoice A-1", back, back, expires, true)));
        assertThat(opened.ref()).startsWith("cs_");
        assertThat(await(stripe.checkout(CALL, opened.ref())).session()).startsWith("cs_");
        await(stripe.wire().send(CALL, "POST", "checkout/sessions/" + opened.ref() + "/expire", none(), null));
        var counter = new Counter("Payment method", back, back, expires, true);
        var setup = await(stripe.setUp(CALL, org, UUID.randomUUID(), customer, counter));
        assertThat(await(stripe.setup(CALL, setup.ref())).session()).startsWith("cs_");
        var intent = await(stripe.charge(CALL, order, "pm_card_visa")).intent();
        assertThat(intent).startsWith("pi_");
        assertThat(await(stripe.payment(CALL, "" + intent)).intent()).startsWith("pi_");
        assertThat(await(stripe.findCharge(CALL, customer, order.paymentId()))).isEmpty();
        await(stripe.wire().send(CALL, "POST", "payment_intents/" + intent + "/cancel", none(), null));
        var refund = await(stripe.refund(CALL, org, UUID.randomUUID(), "" + intent, Money.of(100, "EUR")));
        assertThat(refund.ref()).startsWith("re_");
        assertThat(await(stripe.refund(CALL, refund.ref())).ref()).startsWith("re_");
        assertThat(await(stripe.refunds(CALL, "" + intent))).isNotEmpty();
        assertThat(await(stripe.dispute(CALL, "dp_1")).ref()).isNotEmpty();
        await(stripe.wire().send(CALL, "POST", "payment_methods/pm_1/detach", none(), null));
        assertThat(await(stripe.movements(CALL, Clock.systemUTC().instant()))).isNotEmpty();
    }

    private static Map<String, String> none() {
        return Map.of();
    }
}
