package io.vertebra.contract;

import io.vertebra.bus.Get;
import io.vertebra.bus.Money;
import io.vertebra.bus.Needs;
import io.vertebra.bus.Page;
import io.vertebra.bus.Post;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Whether the provider's books and ours say the same. */
public sealed interface PaymentsReconciliation<R> extends Payments<R> {

    /** Where the provider's books and ours differ, the newest difference first. */
    @Get("/v1/admin/payment-differences")
    @Needs("platform.payments.read")
    record ListDifferences(
            @Nullable Boolean resolved,
            @Nullable Integer limit,
            @Nullable String after) implements PaymentsReconciliation<Page<Difference>> {}

    /** Lets the next comparison begin at once; it runs as a job. */
    @Post("/v1/admin/payment-differences/compare")
    @Needs("platform.payments.write")
    record CompareNow() implements PaymentsReconciliation<Comparison> {}

    /**
     * Closes a difference that a person has dealt with. A later comparison that finds the same amounts does not list it
     * again.
     *
     * @param note what was done about it
     */
    @Post("/v1/admin/payment-differences/{differenceId}/resolve")
    @Needs("platform.payments.write")
    record ResolveDifference(
            UUID differenceId, @NotBlank @Size(max = 500) String note) implements PaymentsReconciliation<Difference> {}

    /** What differs. */
    enum DifferenceKind {
        MISSING_HERE,
        MISSING_THERE,
        AMOUNT,
        BALANCE,
        RETURNED,
        STUCK
    }

    /** What would put it right. */
    enum Suggestion {
        LOOK_AGAIN,
        POST,
        REVERSE,
        ASK_PROVIDER
    }

    /**
     * Something in which the provider's books and ours differ.
     *
     * @param object what it is about, by the provider's id or by ours
     * @param ours what our books say; null for nothing
     * @param theirs what the provider's say; null for nothing
     * @param detail what to do, in words
     * @param resolvedAt when a later comparison found it no more, or a person closed it
     * @param note what a person did about it
     */
    record Difference(
            UUID id,
            String provider,
            DifferenceKind kind,
            String object,
            @Nullable UUID orgId,
            @Nullable UUID paymentId,
            @Nullable Money ours,
            @Nullable Money theirs,
            Suggestion suggestion,
            String detail,
            Instant foundAt,
            @Nullable Instant resolvedAt,
            @Nullable String note) {}

    /** A comparison that was asked for. */
    record Comparison(Instant askedAt) {}
}
