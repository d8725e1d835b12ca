package io.vertebra.contract;

import io.vertebra.bus.Delete;
import io.vertebra.bus.Get;
import io.vertebra.bus.Money;
import io.vertebra.bus.Needs;
import io.vertebra.bus.Nothing;
import io.vertebra.bus.Page;
import io.vertebra.bus.Post;
import io.vertebra.bus.Put;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Money that comes in: checkouts, what they came to, and the payment methods that are kept on file. */
public sealed interface PaymentsCharges<R> extends Payments<R> {

    /**
     * Opens a checkout at the payment provider, for an invoice or for credits; `checkoutUrl` in the answer is where the
     * payer goes. A checkout of the invoice that is still open is answered again.
     *
     * @param invoiceId what is paid; without it credits are bought
     * @param amount what is paid for credits; without an invoice only
     * @param keepMethod whether the payment method is kept on file for what falls due later
     * @param returnPath where on the platform the payer comes back to; `payment` is added to its query
     */
    @Post("/v1/orgs/{orgId}/payments")
    @Needs("payments.payments.write")
    record StartCheckout(
            UUID orgId,
            @Nullable UUID invoiceId,
            @Nullable @Valid Money amount,
            @Nullable Boolean keepMethod,

            @Nullable @Size(max = 500) @Pattern(regexp = "/(?:[^/\\\\].*)?")
            String returnPath)
            implements PaymentsCharges<Payment> {}

    /** The payments of an org, the newest first. */
    @Get("/v1/orgs/{orgId}/payments")
    @Needs("payments.payments.read")
    record ListPayments(
            UUID orgId,
            @Nullable UUID invoiceId,
            @Nullable PaymentStatus status,
            @Nullable Integer limit,
            @Nullable String after)
            implements PaymentsCharges<Page<Payment>> {}

    /** One payment. */
    @Get("/v1/orgs/{orgId}/payments/{paymentId}")
    @Needs("payments.payments.read")
    record GetPayment(UUID orgId, UUID paymentId) implements PaymentsCharges<Payment> {}

    /**
     * Looks at the provider what became of a payment, and notes it as the provider's webhooks would; for whoever comes
     * back from a checkout before they arrived.
     */
    @Post("/v1/orgs/{orgId}/payments/{paymentId}/refresh")
    @Needs("payments.payments.write")
    record RefreshPayment(UUID orgId, UUID paymentId) implements PaymentsCharges<Payment> {}

    /**
     * Opens a page at the payment provider on which a payment method is put on file without paying; `url` in the answer
     * is where its owner goes. The first one on file is charged for what falls due later.
     *
     * @param returnPath where on the platform its owner comes back to; `setup` is added to its query
     */
    @Post("/v1/orgs/{orgId}/payment-setups")
    @Needs("payments.methods.write")
    record StartSetup(
            UUID orgId,

            @Nullable @Size(max = 500) @Pattern(regexp = "/(?:[^/\\\\].*)?")
            String returnPath) implements PaymentsCharges<Setup> {}

    /** What became of putting a payment method on file. */
    @Get("/v1/orgs/{orgId}/payment-setups/{setupId}")
    @Needs("payments.methods.read")
    record GetSetup(UUID orgId, UUID setupId) implements PaymentsCharges<Setup> {}

    /** Looks at the provider what became of it, and notes it as the provider's webhooks would. */
    @Post("/v1/orgs/{orgId}/payment-setups/{setupId}/refresh")
    @Needs("payments.methods.write")
    record RefreshSetup(UUID orgId, UUID setupId) implements PaymentsCharges<Setup> {}

    /** The payment methods on file, the default one first. */
    @Get("/v1/orgs/{orgId}/payment-methods")
    @Needs("payments.methods.read")
    record ListMethods(UUID orgId) implements PaymentsCharges<Page<PaymentMethod>> {}

    /** Makes a payment method the one that is charged for what falls due. */
    @Put("/v1/orgs/{orgId}/payment-methods/{methodId}/default")
    @Needs("payments.methods.write")
    record ChooseMethod(UUID orgId, UUID methodId) implements PaymentsCharges<PaymentMethod> {}

    /** Takes a payment method off the file, here and at the provider. */
    @Delete("/v1/orgs/{orgId}/payment-methods/{methodId}")
    @Needs("payments.methods.write")
    record RemoveMethod(UUID orgId, UUID methodId) implements PaymentsCharges<Nothing> {}

    /** How a payment stands. */
    enum PaymentStatus {
        PENDING,
        ACTION_NEEDED,
        PROCESSING,
        FAILED,
        CANCELLED,
        SUCCEEDED
    }

    /**
     * A payment.
     *
     * @param refunded what was paid back
     * @param disputed what the customer's bank took back
     * @param attempt the number of the attempt to collect its invoice; null for a checkout
     * @param method what was paid with, {@code visa •••• 4242}
     * @param reason why the last attempt failed
     * @param checkoutUrl where the payer goes; null when there is nothing to do any more
     * @param expiresAt when the checkout is over
     */
    record Payment(
            UUID id,
            UUID orgId,
            PaymentStatus status,
            Money amount,
            Money refunded,
            Money disputed,
            @Nullable UUID invoiceId,
            @Nullable Integer attempt,
            String provider,
            @Nullable String method,
            @Nullable String reason,
            @Nullable String checkoutUrl,
            @Nullable Instant expiresAt,
            Instant createdAt,
            @Nullable Instant settledAt) {}

    /** How putting a payment method on file stands. */
    enum SetupStatus {
        PENDING,
        CANCELLED,
        SUCCEEDED
    }

    /**
     * A payment method on its way to the file.
     *
     * @param methodId the payment method; null before it is on file
     * @param url where its owner goes; null when there is nothing to do any more
     * @param expiresAt when the page is over
     */
    record Setup(
            UUID id,
            UUID orgId,
            SetupStatus status,
            String provider,
            @Nullable UUID methodId,
            @Nullable String url,
            Instant expiresAt,
            Instant createdAt) {}

    /** A payment method on file. */
    record PaymentMethod(
            UUID id,
            String provider,
            String brand,
            String lastFour,
            int expiryMonth,
            int expiryYear,
            boolean isDefault,
            Instant addedAt) {}
}
