package io.vertebra.payments;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertebra.bus.Money;
import io.vertebra.contract.PaymentsCharges.PaymentStatus;
import io.vertebra.contract.PaymentsCharges.SetupStatus;
import java.time.Instant;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A payment as the provider shows it at one moment.
 *
 * @param session the checkout; null when it was looked up without
 * @param card what was paid with, when it may be charged again
 * @param orgId what our metadata says; null for a payment that is not ours
 */
record Seen(
        @Nullable String session,
        @Nullable String intent,
        @Nullable String charge,
        PaymentStatus status,
        Money received,
        @Nullable String reason,
        @Nullable Card card,
        @Nullable UUID orgId,
        @Nullable UUID paymentId) {

    /** Stripe counts these with two digits that ISO 4217 does not give them. */
    private static final Set<String> TWO_DIGITS = Set.of("ISK", "UGX");

    private static final int HUNDRED = 100;

    /** A card on file. */
    record Card(String ref, String brand, String lastFour, int month, int year, boolean kept) {
        String label() {
            return brand + " •••• " + lastFour;
        }
    }

    /** A checkout in which a payment method is put on file. */
    record SetUp(
            String session,
            SetupStatus status,
            @Nullable Card card,
            @Nullable UUID orgId,
            @Nullable UUID setupId) {
        static boolean is(JsonNode session) {
            return session.path("mode").asText().equals("setup");
        }

        static SetUp of(JsonNode session) {
            var metadata = session.path("metadata");
            return new SetUp(
                    session.path("id").asText(),
                    switch (session.path("status").asText()) {
                        case "complete" -> SetupStatus.SUCCEEDED;
                        case "expired" -> SetupStatus.CANCELLED;
                        default -> SetupStatus.PENDING;
                    },
                    Seen.card(session.path("setup_intent").path("payment_method")),
                    uuid(metadata.path("org_id")),
                    uuid(metadata.path("setup_id")));
        }
    }

    /** A refund at the provider. */
    record Refunded(
            String ref,
            @Nullable String intent,
            Money amount,
            String status,
            @Nullable String failure,
            @Nullable UUID refundId) {
        static Refunded of(JsonNode refund) {
            return new Refunded(
                    refund.path("id").asText(),
                    text(refund, "payment_intent"),
                    money(refund.path("amount"), refund),
                    refund.path("status").asText(),
                    text(refund, "failure_reason"),
                    uuid(refund.path("metadata").path("refund_id")));
        }
    }

    /** A dispute at the provider. */
    record Disputed(String ref, @Nullable String intent, Money amount, String status, String reason) {
        static Disputed of(JsonNode dispute) {
            return new Disputed(
                    dispute.path("id").asText(),
                    text(dispute, "payment_intent"),
                    money(dispute.path("amount"), dispute),
                    dispute.path("status").asText(),
                    dispute.path("reason").asText("general"));
        }

        boolean won() {
            return status.equals("won");
        }

        boolean lost() {
            return status.equals("lost");
        }

        /** An inquiry takes no money. */
        boolean takesMoney() {
            return !status.startsWith("warning_");
        }
    }

    /** Money that moved on our account with the provider; what came in is positive. */
    record Movement(String id, String type, String source, Money amount, Instant at) {
        static Movement of(JsonNode movement) {
            return new Movement(
                    movement.path("id").asText(),
                    movement.path("type").asText(),
                    movement.path("source").asText(),
                    money(movement.path("amount"), movement),
                    Instant.ofEpochSecond(movement.path("created").asLong()));
        }
    }

    static Seen ofSession(JsonNode session) {
        var id = session.path("id").asText();
        var intent = session.path("payment_intent");
        var state = session.path("status").asText();
        var metadata = session.path("metadata");
        if (intent.isObject()) {
            var seen = ofIntent(intent);
            boolean over = state.equals("expired") && seen.status() != PaymentStatus.SUCCEEDED;
            return new Seen(
                    id,
                    seen.intent(),
                    seen.charge(),
                    over ? PaymentStatus.CANCELLED : seen.status(),
                    seen.received(),
                    seen.reason(),
                    seen.card(),
                    seen.orgId(),
                    seen.paymentId());
        }
        return new Seen(
                id,
                null,
                null,
                state.equals("expired") ? PaymentStatus.CANCELLED : PaymentStatus.PENDING,
                Money.zero(currency(session)),
                null,
                null,
                uuid(metadata.path("org_id")),
                uuid(metadata.path("payment_id")));
    }

    static Seen ofIntent(JsonNode intent) {
        var error = intent.path("last_payment_error");
        var decline = error.path("decline_code").asText(error.path("code").asText(""));
        var metadata = intent.path("metadata");
        var charge = intent.path("latest_charge");
        return new Seen(
                null,
                intent.path("id").asText(),
                charge.isObject() ? charge.path("id").asText() : text(intent, "latest_charge"),
                status(intent.path("status").asText()),
                money(intent.path("amount_received"), intent),
                decline.isEmpty() ? null : decline,
                card(intent.path("payment_method")),
                uuid(metadata.path("org_id")),
                uuid(metadata.path("payment_id")));
    }

    /** Whether the last attempt failed and nothing goes on by itself. */
    boolean declined() {
        return status == PaymentStatus.PENDING && reason != null;
    }

    /** The amount as the provider counts it. */
    static long counted(Money money) {
        return TWO_DIGITS.contains(money.currency()) ? money.amount() * HUNDRED : money.amount();
    }

    private static Money money(JsonNode amount, JsonNode holder) {
        var currency = currency(holder);
        return Money.of(TWO_DIGITS.contains(currency) ? amount.asLong() / HUNDRED : amount.asLong(), currency);
    }

    private static String currency(JsonNode holder) {
        return holder.path("currency").asText().toUpperCase(Locale.ROOT);
    }

    private static PaymentStatus status(String status) {
        return switch (status) {
            case "succeeded" -> PaymentStatus.SUCCEEDED;
            case "processing", "requires_capture" -> PaymentStatus.PROCESSING;
            case "requires_action" -> PaymentStatus.ACTION_NEEDED;
            case "canceled" -> PaymentStatus.CANCELLED;
            default -> PaymentStatus.PENDING;
        };
    }

    private static @Nullable Card card(JsonNode method) {
        var card = method.path("card");
        return card.isObject()
                ? new Card(
                        method.path("id").asText(),
                        card.path("brand").asText(),
                        card.path("last4").asText(),
                        card.path("exp_month").asInt(),
                        card.path("exp_year").asInt(),
                        method.hasNonNull("customer"))
                : null;
    }

    private static @Nullable String text(JsonNode holder, String member) {
        var value = holder.path(member);
        return value.isTextual()
                ? value.asText()
                : value.isObject() ? value.path("id").asText() : null;
    }

    private static @Nullable UUID uuid(JsonNode value) {
        try {
            return value.isTextual() ? UUID.fromString(value.asText()) : null;
        } catch (IllegalArgumentException foreign) {
            return null;
        }
    }
}
