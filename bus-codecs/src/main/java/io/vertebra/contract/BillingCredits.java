package io.vertebra.contract;

import io.vertebra.bus.Get;
import io.vertebra.bus.Internal;
import io.vertebra.bus.Money;
import io.vertebra.bus.Needs;
import io.vertebra.bus.Page;
import io.vertebra.bus.Post;
import io.vertebra.bus.Put;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.PositiveOrZero;
import jakarta.validation.constraints.Size;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Credits: what an org has paid in advance or was given, what runs on it, and what happens when it runs out. */
public sealed interface BillingCredits<R> extends Billing<R> {

    /** Grants credits. The lowest priority is used first, of equals what expires first. */
    @Post("/v1/admin/orgs/{creditOrgId}/grants")
    @Needs("platform.credits.write")
    record GrantCredits(
            UUID creditOrgId,
            @NotBlank @Size(max = 100) String name,
            @NotNull @Valid Money amount,
            @Nullable @PositiveOrZero @Max(100) Integer priority,
            @Nullable Instant expiresAt)
            implements BillingCredits<CreditGrant> {}

    /** The grants of an org, in the order in which they are used. */
    @Get("/v1/orgs/{orgId}/grants")
    @Needs("billing.credits.read")
    record ListGrants(
            UUID orgId, @Nullable Integer limit, @Nullable String after) implements BillingCredits<Page<CreditGrant>> {}

    /** The credits of an org in one currency, and how they stand. */
    @Get("/v1/orgs/{orgId}/wallets/{currency}")
    @Needs("billing.credits.read")
    record GetWallet(UUID orgId, String currency) implements BillingCredits<Wallet> {}

    /** Sets the levels of a wallet, in minor units. */
    @Put("/v1/admin/orgs/{creditOrgId}/wallets/{currency}/levels")
    @Needs("platform.credits.write")
    record SetLevels(
            UUID creditOrgId,
            String currency,
            @PositiveOrZero long warnAt,
            @PositiveOrZero long clearAt,
            @PositiveOrZero @Max(720) int graceHours)
            implements BillingCredits<Wallet> {}

    /**
     * Reserves credits for something that runs. The id is the asker's: asking again answers the same.
     *
     * @param resource what it is for, {@code allocation:0193…}
     */
    @Internal(changes = true)
    @Needs("billing.credits.hold")
    record HoldCredits(
            UUID orgId,
            UUID holdId,
            @NotNull @Valid Money amount,
            @NotBlank String resource,
            @Nullable Instant expiresAt)
            implements BillingCredits<Hold> {}

    /** Charges what was used of a hold and releases the rest. */
    @Internal(changes = true)
    @Needs("billing.credits.hold")
    record SettleHold(
            UUID orgId, UUID holdId, @NotNull @Valid Money amount) implements BillingCredits<Hold> {}

    /** Releases a hold. */
    @Internal(changes = true)
    @Needs("billing.credits.hold")
    record ReleaseHold(UUID orgId, UUID holdId) implements BillingCredits<Hold> {}

    /**
     * Reserves what a refund will take: unused credits that the payment bought first, then what it paid of an invoice.
     * Billing posts it when it sees {@link Payments.RefundSucceeded} or {@link Payments.RefundCredited} of this refund
     * and releases it with {@link Payments.RefundFailed}. The id is the refund's: asking again answers the same.
     *
     * @param asCredit whether it is given as credits: what bought credits is no part of it
     */
    @Internal(changes = true)
    @Needs("billing.refunds.hold")
    record HoldForRefund(
            UUID orgId,
            UUID refundId,
            UUID paymentId,
            @NotNull @Valid Money amount,
            @Nullable Boolean asCredit) implements BillingCredits<Hold> {}

    /** What of a payment can be given back: unused credits that it bought, and what it paid of an invoice. */
    @Internal
    @Needs("billing.refunds.hold")
    record FindRefundable(
            UUID orgId, UUID paymentId, @NotBlank String currency) implements BillingCredits<Refundable> {}

    /** What is left of a payment by what it became. */
    record Refundable(Money credits, Money invoiced) {}

    /** Where credits came from; only what was bought is paid back. */
    enum CreditKind {
        PURCHASED,
        PROMOTIONAL,
        GOODWILL
    }

    /** How a wallet stands. */
    enum WalletState {
        OK,
        LOW,
        GRACE,
        RELEASED
    }

    /** How a hold stands. */
    enum HoldStatus {
        HELD,
        SETTLED,
        RELEASED
    }

    /** A grant of credits. */
    record CreditGrant(
            UUID id,
            String name,
            CreditKind kind,
            Money amount,
            Money left,
            int priority,
            @Nullable Instant expiresAt,
            @Nullable UUID paymentId,
            Instant grantedAt) {}

    /** The credits of an org in one currency. */
    record Wallet(
            String currency,
            WalletState state,
            Money available,
            long warnAt,
            long clearAt,
            int graceHours,
            @Nullable Instant graceEndsAt) {}

    /** A reservation of credits. */
    record Hold(UUID id, HoldStatus status, Money amount, String resource) {}
}
