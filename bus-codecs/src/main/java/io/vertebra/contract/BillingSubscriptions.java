package io.vertebra.contract;

import io.vertebra.bus.Get;
import io.vertebra.bus.Internal;
import io.vertebra.bus.Needs;
import io.vertebra.bus.Page;
import io.vertebra.bus.Post;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Positive;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Who has subscribed to what, and what a change would cost. */
public sealed interface BillingSubscriptions<R> extends Billing<R> {

    /** Subscribes an org to a plan in its newest version; with a trial when the plan has one. */
    @Post("/v1/orgs/{orgId}/subscriptions")
    @Needs("billing.subscriptions.write")
    record Subscribe(
            UUID orgId,
            @NotBlank String plan,
            @NotNull @Pattern(regexp = Ledger.CURRENCY) String currency,
            @Nullable @Positive @Max(1_000_000) Integer quantity)
            implements BillingSubscriptions<Subscription> {}

    /** The subscriptions of an org, the newest first. */
    @Get("/v1/orgs/{orgId}/subscriptions")
    @Needs("billing.subscriptions.read")
    record ListSubscriptions(
            UUID orgId, @Nullable Integer limit, @Nullable String after)
            implements BillingSubscriptions<Page<Subscription>> {}

    /** One subscription. */
    @Get("/v1/orgs/{orgId}/subscriptions/{subscriptionId}")
    @Needs("billing.subscriptions.read")
    record GetSubscription(UUID orgId, UUID subscriptionId) implements BillingSubscriptions<Subscription> {}

    /** Moves a subscription to another plan or quantity; `proration` says what becomes of the running period. */
    @Post("/v1/orgs/{orgId}/subscriptions/{subscriptionId}/change")
    @Needs("billing.subscriptions.write")
    record ChangeSubscription(
            UUID orgId,
            UUID subscriptionId,
            @Nullable String plan,
            @Nullable @Positive @Max(1_000_000) Integer quantity,
            @NotNull Proration proration)
            implements BillingSubscriptions<Subscription> {}

    /** What a change would charge or give back, without doing it. */
    @Get("/v1/orgs/{orgId}/subscriptions/{subscriptionId}/change-preview")
    @Needs("billing.subscriptions.read")
    record PreviewChange(
            UUID orgId,
            UUID subscriptionId,
            @Nullable String plan,
            @Nullable Integer quantity,
            @Nullable Proration proration)
            implements BillingSubscriptions<Billing.Preview> {}

    /** What the next invoice would say if the period ended now. */
    @Get("/v1/orgs/{orgId}/subscriptions/{subscriptionId}/upcoming")
    @Needs("billing.subscriptions.read")
    record PreviewInvoice(UUID orgId, UUID subscriptionId) implements BillingSubscriptions<Billing.Preview> {}

    /** Pauses a subscription: periods go on, but nothing is charged in advance until it is resumed. */
    @Post("/v1/orgs/{orgId}/subscriptions/{subscriptionId}/pause")
    @Needs("billing.subscriptions.write")
    record PauseSubscription(UUID orgId, UUID subscriptionId) implements BillingSubscriptions<Subscription> {}

    /** Resumes a paused subscription; what of the running period was not charged yet is charged. */
    @Post("/v1/orgs/{orgId}/subscriptions/{subscriptionId}/resume")
    @Needs("billing.subscriptions.write")
    record ResumeSubscription(UUID orgId, UUID subscriptionId) implements BillingSubscriptions<Subscription> {}

    /** Cancels a subscription, at the end of its period or at once; usage so far is invoiced then. */
    @Post("/v1/orgs/{orgId}/subscriptions/{subscriptionId}/cancel")
    @Needs("billing.subscriptions.write")
    record CancelSubscription(
            UUID orgId, UUID subscriptionId, @Nullable Boolean now) implements BillingSubscriptions<Subscription> {}

    /** What the subscriptions of an org allow, by name: the largest value of all that run. */
    @Get("/v1/orgs/{orgId}/entitlements")
    @Needs("billing.subscriptions.read")
    record GetEntitlements(UUID orgId) implements BillingSubscriptions<Entitlements> {}

    /** The same for other domains, which take it as limits. */
    @Internal
    @Needs("billing.entitlements.resolve")
    record ResolveEntitlements(UUID orgId) implements BillingSubscriptions<Entitlements> {}

    /** How a subscription stands. */
    enum Status {
        TRIALING,
        ACTIVE,
        PAUSED,
        CANCELLED
    }

    /** What becomes of the running period when a subscription changes. */
    enum Proration {
        IMMEDIATE,
        NEXT_INVOICE,
        NONE,
        AT_PERIOD_END
    }

    /**
     * A subscription.
     *
     * @param periodEnd when the running period, or the trial, ends
     * @param nextPlan the plan from the next period on; null when it stays
     */
    record Subscription(
            UUID id,
            UUID orgId,
            String plan,
            int planVersion,
            String currency,
            int quantity,
            Status status,
            Instant startedAt,
            Instant periodStart,
            Instant periodEnd,
            @Nullable String nextPlan,
            @Nullable Integer nextQuantity,
            boolean cancelAtPeriodEnd,
            @Nullable Instant endedAt,
            long version) {}

    /** What is allowed, by name. */
    record Entitlements(Map<String, Long> values) {}
}
