package io.vertebra.billing;

import io.vertebra.billing.invoice.Rating;
import io.vertebra.bus.Page;
import io.vertebra.bus.Problem;
import io.vertebra.contract.Billing.Refusal;
import io.vertebra.contract.BillingCatalogue.CreateMeter;
import io.vertebra.contract.BillingCatalogue.CreatePlan;
import io.vertebra.contract.BillingCatalogue.CreateProduct;
import io.vertebra.contract.BillingCatalogue.GetPlan;
import io.vertebra.contract.BillingCatalogue.ListMeters;
import io.vertebra.contract.BillingCatalogue.ListPlans;
import io.vertebra.contract.BillingCatalogue.ListProducts;
import io.vertebra.contract.BillingCatalogue.Meter;
import io.vertebra.contract.BillingCatalogue.Plan;
import io.vertebra.contract.BillingCatalogue.Price;
import io.vertebra.contract.BillingCatalogue.Product;
import io.vertebra.contract.BillingCatalogue.PublishPlanVersion;
import io.vertebra.kernel.db.Cursor;
import io.vertebra.kernel.db.Read;
import io.vertebra.kernel.db.Work;
import io.vertx.core.Future;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What can be bought. */
final class Catalogue {
    private static final UUID NO_ID = new UUID(0, 0);

    Future<Meter> createMeter(Work work, CreateMeter request) {
        var meter = new Meter(request.code(), request.name(), request.unit(), request.aggregation(), work.now());
        work.target("meter:" + request.code());
        return CatalogueStore.insertMeter(work, meter).compose(count -> unlessTaken(count, meter));
    }

    Future<Page<Meter>> listMeters(Read read, ListMeters request) {
        int limit = Page.limit(request.limit());
        return CatalogueStore.listMeters(read, after(request.after()), limit + 1)
                .map(all -> page(all, limit, Meter::code));
    }

    Future<Product> createProduct(Work work, CreateProduct request) {
        var product = new Product(request.code(), request.name(), request.description(), work.now());
        work.target("product:" + request.code());
        return CatalogueStore.insertProduct(work, product).compose(count -> unlessTaken(count, product));
    }

    Future<Page<Product>> listProducts(Read read, ListProducts request) {
        int limit = Page.limit(request.limit());
        return CatalogueStore.listProducts(read, after(request.after()), limit + 1)
                .map(all -> page(all, limit, Product::code));
    }

    Future<Plan> createPlan(Work work, CreatePlan request) {
        work.target("plan:" + request.code());
        return check(work, request.prices())
                .compose(sound -> CatalogueStore.hasProduct(work, request.product()))
                .compose(known -> known
                        ? CatalogueStore.insertPlan(work, request)
                        : Future.failedFuture(Problem.invalid("/product", "is no product")))
                .compose(count -> unlessTaken(count, request.code()))
                .compose(plan -> publish(work, request.code(), request.prices(), request.entitlements()));
    }

    Future<Plan> publishVersion(Work work, PublishPlanVersion request) {
        return check(work, request.prices())
                .compose(sound -> CatalogueStore.lockPlan(work, request.code()))
                .compose(known -> known
                        ? publish(work, request.code(), request.prices(), request.entitlements())
                        : Future.failedFuture(Problem.notFound("plan")));
    }

    Future<Page<Plan>> listPlans(Read read, ListPlans request) {
        int limit = Page.limit(request.limit());
        return CatalogueStore.listPlans(read, after(request.after()), limit + 1)
                .map(all -> page(all, limit, Plan::code));
    }

    Future<Plan> getPlan(Read read, GetPlan request) {
        return plan(read, request.code(), request.version());
    }

    /** A plan in this version, or without one in its newest; a problem when there is none. */
    static Future<Plan> plan(Read read, String code, @Nullable Integer version) {
        return CatalogueStore.findPlan(read, code, version)
                .map(found -> found.orElseThrow(() -> Problem.notFound("plan")));
    }

    private static Future<Plan> publish(
            Work work, String code, List<Price> prices, java.util.@Nullable Map<String, Long> entitlements) {
        return CatalogueStore.insertVersion(work, code, prices, entitlements)
                .compose(inserted -> plan(work, code, null));
    }

    /** Prices are whole, of different codes within a currency, and name meters that exist. */
    private static Future<Void> check(Read read, List<Price> prices) {
        var codes = new HashSet<String>();
        for (int i = 0; i < prices.size(); i++) {
            var price = prices.get(i);
            Rating.check(price, i);
            if (!codes.add(price.code() + " " + price.currency())) {
                throw Problem.invalid("/prices/" + i + "/code", "stands twice for " + price.currency());
            }
        }
        var meters = prices.stream().map(Price::meter).filter(Objects::nonNull).collect(Collectors.toSet());
        return CatalogueStore.findMeters(read, meters).map(found -> {
            found.forEach(meter -> meters.remove(meter.code()));
            if (!meters.isEmpty()) {
                throw Problem.invalid("/prices", "name meters that do not exist: " + String.join(", ", meters));
            }
            return null;
        });
    }

    private static <T> Future<T> unlessTaken(int inserted, T made) {
        return inserted == 1
                ? Future.succeededFuture(made)
                : Future.failedFuture(Problem.of(Refusal.CODE_TAKEN, "Another one has this code.")
                        .at("/code", "is taken"));
    }

    private static String after(@Nullable String cursor) {
        return Cursor.parse(cursor, Cursor.first()).key();
    }

    private static <T> Page<T> page(List<T> all, int limit, Function<T, String> code) {
        return Page.of(all, limit, one -> new Cursor(code.apply(one), NO_ID).text());
    }
}
