package io.vertebra.payments;

import static io.vertebra.testing.Await.await;
import static io.vertebra.testing.Await.failure;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertebra.bus.Call;
import io.vertebra.bus.Caller;
import io.vertebra.bus.Money;
import io.vertebra.contract.PaymentsCharges.PaymentStatus;
import io.vertebra.kernel.config.Secret;
import io.vertebra.payments.PaymentsSettings.StripeSettings;
import io.vertebra.payments.Provider.Order;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import java.net.URI;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What goes over the wire to Stripe, and what comes of its answers; a server of this test plays Stripe. */
class StripeWireTest {
    private static final Call CALL = Call.inside(Caller.service("payments"), Long.MAX_VALUE);

    private final Vertx vertx = Vertx.vertx();
    private final AtomicReference<HttpServerRequest> received = new AtomicReference<>();
    private final AtomicReference<String> body = new AtomicReference<>("");
    private int status = 200;
    private String answer = "{}";
    private Provider stripe;

    @BeforeEach
    void start() {
        var server = await(vertx.createHttpServer()
                .requestHandler(request -> request.body().onSuccess(sent -> {
                    received.set(request);
                    body.set(sent.toString());
                    if (status > 0) {
                        request.response().setStatusCode(status).end(answer);
                    }
                }))
                .listen(0));
        stripe = provider("http://127.0.0.1:" + server.actualPort());
    }

    private Provider provider(String base) {
        var settings = new StripeSettings(
                URI.create(base), "2024-06-20", Secret.of("sk_test_1"), Secret.of("whsec_1, whsec_2"));
        assertThat(settings.secrets()).containsExactly("whsec_1", "whsec_2");
        return new Provider("stripe", new StripeWire(vertx, settings, Duration.ofMillis(300)));
    }

    @AfterEach
    void stop() {
        await(vertx.close());
    }

    @Test
    void a_request_is_a_form_with_key_version_and_secret() {
        answer = "{\"id\":\"re_1\",\"amount\":100,\"currency\":\"isk\",\"status\":\"succeeded\"}";
        var id = UUID.randomUUID();

        var refund = await(stripe.refund(CALL, id, id, "pi_1", Money.of(1, "ISK")));

        assertThat(received.get().path()).isEqualTo("/v1/refunds");
        assertThat(received.get().getHeader("authorization")).isEqualTo("Bearer sk_test_1");
        assertThat(received.get().getHeader("stripe-version")).isEqualTo("2024-06-20");
        assertThat(received.get().getHeader("idempotency-key")).isEqualTo("refund:" + id);
        assertThat(received.get().getHeader("content-type")).startsWith("application/x-www-form-urlencoded");
        assertThat(body.get()).contains("payment_intent=pi_1", "amount=100", "metadata%5Brefund_id%5D=" + id);
        assertThat(refund.amount()).isEqualTo(Money.of(1, "ISK"));
    }

    @Test
    void a_decline_is_an_answer() {
        status = 402;
        answer = """
                {"error":{"type":"card_error","code":"card_declined","decline_code":"lost_card","payment_intent":
                {"id":"pi_1","status":"requires_payment_method","currency":"eur","amount_received":0,
                "last_payment_error":{"code":"card_declined","decline_code":"lost_card"}}}}""";
        var order = new Order(UUID.randomUUID(), UUID.randomUUID(), Money.of(500, "EUR"), "cus_1");

        var seen = await(stripe.charge(CALL, order, "pm_1"));

        assertThat(seen.status()).isEqualTo(PaymentStatus.PENDING);
        assertThat(seen.declined()).isTrue();
        assertThat(seen.reason()).isEqualTo("lost_card");
    }

    @Test
    void what_was_refused_is_known_and_what_was_not_answered_is_not() {
        status = 400;
        answer = "{\"error\":{\"code\":\"charge_already_refunded\",\"message\":\"No.\"}}";
        var refused = (Wire.Failure) failure(stripe.payment(CALL, "pi_1"));
        assertThat(refused.unknown()).isFalse();
        assertThat(refused.code()).isEqualTo("charge_already_refunded");

        for (int unclear : new int[] {409, 429, 500, 503, 0}) {
            status = unclear;
            answer = "<html>";
            assertThat(((Wire.Failure) failure(stripe.payment(CALL, "pi_1"))).unknown())
                    .as("status %d", unclear)
                    .isTrue();
        }
        var nowhere = (Wire.Failure) failure(provider("http://127.0.0.1:9").payment(CALL, "pi_1"));
        assertThat(nowhere.unknown()).isTrue();
    }
}
