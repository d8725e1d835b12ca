package io.vertebra.contract;

import io.vertebra.bus.Get;
import io.vertebra.bus.Needs;
import io.vertebra.bus.Post;
import io.vertebra.bus.Unlogged;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Digits;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What was used: events that count once each, and series over time. */
public sealed interface BillingUsage<R> extends Billing<R> {

    /**
     * Records usage. An event with the same {@code eventId} counts once. Nothing is edited or taken back: a negative
     * quantity and {@code voids} are refused here, since an operator corrects. What arrives after its period was
     * invoiced stands on the next invoice; a subscription that has ended takes no usage.
     */
    @Post("/v1/orgs/{orgId}/usage")
    @Needs("billing.usage.write")
    @Unlogged("the event itself is the record, and there are many")
    record RecordUsage(
            UUID orgId,
            @NotNull UUID subscriptionId,
            @NotBlank String meter,
            @NotBlank @Size(max = 200) String eventId,
            @NotNull @Digits(integer = 15, fraction = 9) BigDecimal quantity,
            @Nullable Instant at,
            @Nullable @Size(max = 200) String subject,
            @Nullable @Size(max = 200) String voids)
            implements BillingUsage<UsageReceipt> {}

    /** Records many events at once, each as if it came alone: those that are known already are left out. */
    @Post("/v1/orgs/{orgId}/usage/batch")
    @Needs("billing.usage.write")
    @Unlogged("the events themselves are the record, and there are many")
    record RecordUsageBatch(
            UUID orgId, @NotNull @Size(min = 1, max = 1000) List<@Valid @NotNull UsageEvent> events)
            implements BillingUsage<UsageReceipt> {}

    /**
     * Corrects the usage of an org by one event more: with a negative quantity, or naming in {@code voids} the event
     * that it takes back. The same {@code eventId} counts once. What was invoiced already is corrected on the next
     * invoice.
     */
    @Post("/v1/admin/orgs/{usageOrgId}/usage")
    @Needs("platform.usage.write")
    record CorrectUsage(
            UUID usageOrgId,
            @NotNull UUID subscriptionId,
            @NotBlank String meter,
            @NotBlank @Size(max = 200) String eventId,
            @NotNull @Digits(integer = 15, fraction = 9) BigDecimal quantity,
            @Nullable Instant at,
            @Nullable @Size(max = 200) String subject,
            @Nullable @Size(max = 200) String voids)
            implements BillingUsage<UsageReceipt> {}

    /**
     * The usage of a meter over time, ready for a chart: one point a step, empty steps included. Without other words
     * the last thirty days, day by day.
     */
    @Get("/v1/orgs/{orgId}/usage/{meter}")
    @Needs("billing.usage.read")
    record GetUsage(
            UUID orgId,
            String meter,
            @Nullable UUID subscriptionId,
            @Nullable Instant from,
            @Nullable Instant until,
            @Nullable Step step)
            implements BillingUsage<UsageSeries> {}

    /** How long one point of a series is. */
    enum Step {
        HOUR,
        DAY,
        MONTH
    }

    /** One event of a batch. */
    record UsageEvent(
            @NotNull UUID subscriptionId,
            @NotBlank String meter,
            @NotBlank @Size(max = 200) String eventId,
            @NotNull @Digits(integer = 15, fraction = 9) BigDecimal quantity,
            @Nullable Instant at,
            @Nullable @Size(max = 200) String subject,
            @Nullable @Size(max = 200) String voids) {}

    /** How many events were new, and how many were known already. */
    record UsageReceipt(int accepted, int known) {}

    /** A series of a meter. */
    record UsageSeries(
            String meter,
            String unit,
            BillingCatalogue.Aggregation aggregation,
            Step step,
            List<UsagePoint> points,
            BigDecimal total) {}

    /** The usage from this time on, for one step. */
    record UsagePoint(Instant at, BigDecimal quantity, long events) {}
}
