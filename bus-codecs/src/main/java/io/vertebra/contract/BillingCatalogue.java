package io.vertebra.contract;

import io.vertebra.bus.Get;
import io.vertebra.bus.Needs;
import io.vertebra.bus.Page;
import io.vertebra.bus.Post;
import io.vertebra.bus.SignedIn;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Positive;
import jakarta.validation.constraints.PositiveOrZero;
import jakarta.validation.constraints.Size;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What can be bought: products, plans in versions, prices and meters. The same for every org. */
public sealed interface BillingCatalogue<R> extends Billing<R> {

    /** Makes a meter: what usage is counted by. */
    @Post("/v1/admin/meters")
    @Needs("platform.catalogue.write")
    record CreateMeter(
            @NotBlank @Pattern(regexp = Billing.CODE) String code,
            @NotBlank @Size(max = 100) String name,
            @NotBlank @Size(max = 30) String unit,
            @NotNull Aggregation aggregation)
            implements BillingCatalogue<Meter> {}

    /** The meters, by code. */
    @Get("/v1/meters")
    @SignedIn
    record ListMeters(@Nullable Integer limit, @Nullable String after) implements BillingCatalogue<Page<Meter>> {}

    /** Makes a product: what plans are plans of. */
    @Post("/v1/admin/products")
    @Needs("platform.catalogue.write")
    record CreateProduct(
            @NotBlank @Pattern(regexp = Billing.CODE) String code,
            @NotBlank @Size(max = 100) String name,
            @Nullable @Size(max = 1000) String description)
            implements BillingCatalogue<Product> {}

    /** The products, by code. */
    @Get("/v1/products")
    @SignedIn
    record ListProducts(@Nullable Integer limit, @Nullable String after) implements BillingCatalogue<Page<Product>> {}

    /** Makes a plan of a product, with its first version. */
    @Post("/v1/admin/plans")
    @Needs("platform.catalogue.write")
    record CreatePlan(
            @NotBlank @Pattern(regexp = Billing.CODE) String code,
            @NotBlank @Size(max = 100) String name,
            @NotBlank @Pattern(regexp = Billing.CODE) String product,
            @NotNull Interval interval,
            @Nullable @PositiveOrZero @Max(365) Integer trialDays,
            @NotNull @Size(max = 50) List<@Valid @NotNull Price> prices,

            @Nullable @Size(max = 50)
            Map<@Pattern(regexp = "[a-z0-9][a-z0-9._-]{0,62}") String, @NotNull Long> entitlements)
            implements BillingCatalogue<Plan> {}

    /**
     * Gives a plan new prices. Subscriptions keep the version that they have until they are changed; new ones get this
     * one.
     */
    @Post("/v1/admin/plans/{code}/versions")
    @Needs("platform.catalogue.write")
    record PublishPlanVersion(
            String code,
            @NotNull @Size(max = 50) List<@Valid @NotNull Price> prices,

            @Nullable @Size(max = 50)
            Map<@Pattern(regexp = "[a-z0-9][a-z0-9._-]{0,62}") String, @NotNull Long> entitlements)
            implements BillingCatalogue<Plan> {}

    /** The plans with their newest version, by code. */
    @Get("/v1/plans")
    @SignedIn
    record ListPlans(@Nullable Integer limit, @Nullable String after) implements BillingCatalogue<Page<Plan>> {}

    /** One plan, in its newest version or in this one. */
    @Get("/v1/plans/{code}")
    @SignedIn
    record GetPlan(String code, @Nullable Integer version) implements BillingCatalogue<Plan> {}

    /** How a meter makes one number of the usage of a period. */
    enum Aggregation {
        SUM,
        COUNT,
        MAX,
        UNIQUE
    }

    /** How often a plan is charged. */
    enum Interval {
        MONTH,
        YEAR
    }

    /** How a price makes an amount of a quantity. */
    enum Model {
        FLAT,
        PER_UNIT,
        GRADUATED,
        VOLUME,
        PACKAGE
    }

    /** A meter. */
    record Meter(String code, String name, String unit, Aggregation aggregation, Instant createdAt) {}

    /** A product. */
    record Product(String code, String name, @Nullable String description, Instant createdAt) {}

    /**
     * A price of a plan. Amounts are minor units and may have decimals, {@code 0.0012}; what they make is rounded once,
     * on the line.
     *
     * @param meter whose usage is priced, after the period; without one the subscription's quantity is, before it
     * @param unitAmount of one unit, one package, or the whole for a flat price
     * @param packageSize how many units a package holds
     * @param tiers by quantity, the last one without an end
     * @param taxIncluded whether the amounts contain the tax
     */
    record Price(
            @NotBlank @Pattern(regexp = Billing.CODE) String code,
            @NotBlank @Size(max = 100) String name,
            @NotNull @Pattern(regexp = Ledger.CURRENCY) String currency,
            @NotNull Model model,
            @Nullable String meter,
            @Nullable @PositiveOrZero BigDecimal unitAmount,
            @Nullable @Positive Long packageSize,
            @Nullable @Size(max = 20) List<@Valid @NotNull Tier> tiers,
            @Nullable Boolean taxIncluded) {}

    /**
     * A tier of a graduated or volume price.
     *
     * @param upTo the last quantity of the tier; null for the last tier
     * @param flatAmount added once when the tier is reached
     */
    record Tier(
            @Nullable @Positive BigDecimal upTo,
            @NotNull @PositiveOrZero BigDecimal unitAmount,
            @Nullable @PositiveOrZero BigDecimal flatAmount) {}

    /**
     * A plan in one of its versions.
     *
     * @param entitlements what a subscription of it allows, by name
     */
    record Plan(
            String code,
            String name,
            String product,
            Interval interval,
            int trialDays,
            int version,
            List<Price> prices,
            Map<String, Long> entitlements,
            Instant publishedAt) {}
}
