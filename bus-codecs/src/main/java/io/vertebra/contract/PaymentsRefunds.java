package io.vertebra.contract;

import io.vertebra.bus.Get;
import io.vertebra.bus.Money;
import io.vertebra.bus.Needs;
import io.vertebra.bus.Page;
import io.vertebra.bus.Post;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Positive;
import jakarta.validation.constraints.Size;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Money that goes back: asked for, perhaps approved, reserved, sent, and settled or voided. */
public sealed interface PaymentsRefunds<R> extends Payments<R> {

    /**
     * Asks for a refund. What a payment bought in credits and is unused goes back by itself within the refund window;
     * everything else waits for an operator. The id is the asker's: asking again with it answers the same.
     *
     * @param id without one a new refund is asked for each time
     * @param amount in minor units of the payment's currency
     */
    @Post("/v1/orgs/{orgId}/payments/{paymentId}/refunds")
    @Needs("payments.refunds.write")
    record RequestRefund(
            UUID orgId,
            UUID paymentId,
            @Nullable UUID id,
            @Positive long amount,
            @NotBlank @Size(max = 500) String reason)
            implements PaymentsRefunds<Refund> {}

    /** The refunds of an org, the newest first. */
    @Get("/v1/orgs/{orgId}/refunds")
    @Needs("payments.refunds.read")
    record ListRefunds(
            UUID orgId,
            @Nullable UUID paymentId,
            @Nullable Integer limit,
            @Nullable String after) implements PaymentsRefunds<Page<Refund>> {}

    /** One refund. */
    @Get("/v1/orgs/{orgId}/refunds/{refundId}")
    @Needs("payments.refunds.read")
    record GetRefund(UUID orgId, UUID refundId) implements PaymentsRefunds<Refund> {}

    /** The refunds of all orgs, the newest first; those that wait for approval with that status. */
    @Get("/v1/admin/refunds")
    @Needs("platform.refunds.read")
    record ListAllRefunds(
            @Nullable RefundStatus status,
            @Nullable Integer limit,
            @Nullable String after) implements PaymentsRefunds<Page<Refund>> {}

    /**
     * Approves a refund that waits for it.
     *
     * @param destination where the money goes; without it where the policy says
     */
    @Post("/v1/admin/orgs/{refundOrgId}/refunds/{refundId}/approve")
    @Needs("platform.refunds.write")
    record ApproveRefund(
            UUID refundOrgId, UUID refundId, @Nullable RefundDestination destination)
            implements PaymentsRefunds<Refund> {}

    /** Declines a refund that waits for approval. */
    @Post("/v1/admin/orgs/{refundOrgId}/refunds/{refundId}/decline")
    @Needs("platform.refunds.write")
    record DeclineRefund(
            UUID refundOrgId,
            UUID refundId,
            @NotBlank @Size(max = 500) String reason) implements PaymentsRefunds<Refund> {}

    /** How a refund stands. */
    enum RefundStatus {
        AWAITING_APPROVAL,
        REQUESTED,
        RESERVED,
        SENT,
        SUCCEEDED,
        FAILED,
        DECLINED
    }

    /** Where a refund goes. */
    enum RefundDestination {
        ORIGINAL_METHOD,
        PLATFORM_CREDIT
    }

    /**
     * A refund.
     *
     * @param failure why it did not reach the customer
     * @param steps what happened to it, the oldest first
     */
    record Refund(
            UUID id,
            UUID orgId,
            UUID paymentId,
            Money amount,
            RefundStatus status,
            RefundDestination destination,
            String reason,
            @Nullable String failure,
            Instant createdAt,
            Instant updatedAt,
            List<RefundStep> steps) {}

    /** One step on the way of a refund. */
    record RefundStep(
            RefundStatus status, Instant at, @Nullable String note) {}
}
