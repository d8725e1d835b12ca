package io.vertebra.contract;

import io.vertebra.bus.Event;
import io.vertebra.bus.Internal;
import io.vertebra.bus.Key;
import io.vertebra.bus.Money;
import io.vertebra.bus.Needs;
import io.vertebra.bus.Request;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Money that moves through payment providers. */
public sealed interface Payments<R> extends Request<R> {

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
}
