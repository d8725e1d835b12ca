package io.vertebra.contract;

import io.vertebra.bus.Event;
import io.vertebra.bus.Internal;
import io.vertebra.bus.Key;
import io.vertebra.bus.Money;
import io.vertebra.bus.Needs;
import io.vertebra.bus.ProblemType;
import io.vertebra.bus.Request;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Money that moves through payment providers: checkouts, charges, refunds, disputes, and whether all of it adds up. */
public sealed interface Payments<R> extends Request<R>
        permits Payments.FindPayment, PaymentsCharges, PaymentsRefunds, PaymentsWebhooks, PaymentsReconciliation {

    /** What became of a payment, for other domains. */
    @Internal
    @Needs("payments.payments.read")
    record FindPayment(UUID orgId, UUID paymentId) implements Payments<PaymentState> {}

    /**
     * A payment as other domains need to know it.
     *
     * @param status {@code succeeded}, {@code failed} or what the provider still works on
     */
    record PaymentState(UUID paymentId, String status, Money amount, Money refunded) {}

    /** A payment was begun: a checkout was opened, or a payment method that is on file is charged. */
    @Needs("payments.payments.read")
    record PaymentStarted(
            UUID orgId,
            @Key UUID paymentId,
            Money amount,
            @Nullable UUID invoiceId) implements Event {}

    /** A checkout was given up, or it expired. Nothing was paid. */
    @Needs("payments.payments.read")
    record PaymentCancelled(
            UUID orgId, @Key UUID paymentId, @Nullable UUID invoiceId) implements Event {}

    /** A payment method was put on file. */
    @Needs("payments.methods.read")
    record MethodAdded(UUID orgId, @Key UUID methodId, String label) implements Event {}

    /** A payment method is no longer on file. */
    @Needs("payments.methods.read")
    record MethodRemoved(UUID orgId, @Key UUID methodId) implements Event {}

    /**
     * Money arrived. Its ledger effect is posted in the same transaction: debit the provider's cash account, credit
     * {@code payments}, from where billing brings it to the invoice or makes credits of it.
     *
     * @param invoiceId the invoice that it pays; null when it buys credits
     */
    @Needs("payments.payments.read")
    record PaymentSucceeded(
            UUID orgId,
            @Key UUID paymentId,
            Money amount,
            @Nullable UUID invoiceId,
            String provider,
            Instant at) implements Event {}

    /**
     * An attempt to collect did not succeed, also when there is nothing to collect from.
     *
     * @param attempt the number that {@link Billing.PaymentNeeded} named; null when nobody asked for it
     */
    @Needs("payments.payments.read")
    record PaymentFailed(
            UUID orgId,
            @Key UUID paymentId,
            Money amount,
            @Nullable UUID invoiceId,
            @Nullable Integer attempt,
            String reason)
            implements Event {}

    /** A refund was asked for; without a person's approval it goes on by itself. */
    @Needs("payments.refunds.read")
    record RefundRequested(UUID orgId, UUID paymentId, @Key UUID refundId, Money amount, boolean needsApproval)
            implements Event {}

    /** A person decided about a refund. */
    @Needs("payments.refunds.read")
    record RefundDecided(UUID orgId, UUID paymentId, @Key UUID refundId, boolean approved) implements Event {}

    /** A refund is given as platform credit; billing grants it when it sees this. No money moves at the provider. */
    @Needs("payments.refunds.read")
    record RefundCredited(UUID orgId, UUID paymentId, @Key UUID refundId, Money amount) implements Event {}

    /**
     * A refund reached the customer. Its ledger effect is posted in the same transaction: debit {@code payments},
     * credit the provider's cash account.
     */
    @Needs("payments.refunds.read")
    record RefundSucceeded(UUID orgId, UUID paymentId, @Key UUID refundId, Money amount) implements Event {}

    /** A refund will not reach the customer; what billing reserved for it is released. */
    @Needs("payments.refunds.read")
    record RefundFailed(UUID orgId, UUID paymentId, @Key UUID refundId, Money amount, String reason) implements Event {}

    /** The customer's bank took the money back for now: debit {@code disputes}, credit the provider's cash account. */
    @Needs("payments.payments.read")
    record DisputeOpened(UUID orgId, UUID paymentId, @Key UUID disputeId, Money amount, String reason)
            implements Event {}

    /** A dispute ended: won, and the money came back, or lost. */
    @Needs("payments.payments.read")
    record DisputeClosed(UUID orgId, UUID paymentId, @Key UUID disputeId, Money amount, boolean won) implements Event {}

    /** What payments refuses beyond the problems that every operation may answer with. */
    enum Refusal implements ProblemType {
        NO_PROVIDER(503, "No payment provider is set up", "Set `payments.provider`; see docs/money.md."),
        PROVIDER_AWAY(503, "The payment provider does not answer", "Ask again; asking again has no second effect."),
        PROVIDER_REFUSED(422, "The payment provider refuses", "The detail says why."),
        NOTHING_DUE(409, "Nothing is due on the invoice", "It is paid, voided or not issued yet."),
        PAYMENT_STATE(409, "Not in the present state of the payment", "Read the payment again; its status says more."),
        REFUND_STATE(409, "Not in the present state of the refund", "Read the refund again; its status says more."),
        REFUND_TOO_MUCH(422, "More than is left of the payment", "Less than that was paid and is not refunded yet."),
        REFUND_ID_REUSED(409, "The refund id stands for another refund", "Each refund has an id of its own."),
        SIGNATURE_INVALID(
                400, "The signature does not hold", "Sign the very bytes that are sent, within five minutes.");

        private final About about;

        Refusal(int status, String title, String meaning) {
            this.about = new About(status, title, meaning);
        }

        @Override
        public About about() {
            return about;
        }
    }
}
