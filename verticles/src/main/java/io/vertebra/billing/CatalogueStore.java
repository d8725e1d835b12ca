package io.vertebra.billing;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import io.vertebra.bus.Json;
import io.vertebra.contract.BillingCatalogue.Aggregation;
import io.vertebra.contract.BillingCatalogue.CreatePlan;
import io.vertebra.contract.BillingCatalogue.Interval;
import io.vertebra.contract.BillingCatalogue.Meter;
import io.vertebra.contract.BillingCatalogue.Plan;
import io.vertebra.contract.BillingCatalogue.Price;
import io.vertebra.contract.BillingCatalogue.Product;
import io.vertebra.kernel.db.Read;
import io.vertebra.kernel.db.Work;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** SQL of meters, products and plans. */
final class CatalogueStore {
    private static final String METER = "SELECT code, name, unit, aggregation, created_at FROM billing.meters";
    static final String INSERT_METER = "INSERT INTO billing.meters (code, name, unit, aggregation, created_at)"
            + " VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING";
    static final String LIST_METERS = METER + " WHERE code > $1 ORDER BY code LIMIT $2";
    static final String FIND_METERS = METER + " WHERE code = ANY ($1) ORDER BY code";
    static final String INSERT_PRODUCT = "INSERT INTO billing.products (code, name, description, created_at)"
            + " VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING";
    static final String LIST_PRODUCTS = "SELECT code, name, description, created_at FROM billing.products"
            + " WHERE code > $1 ORDER BY code LIMIT $2";
    static final String INSERT_PLAN = "INSERT INTO billing.plans (code, name, product, interval, trial_days)"
            + " SELECT $1, $2, p.code, $4, $5 FROM billing.products p WHERE p.code = $3 ON CONFLICT DO NOTHING";
    static final String HAS_PRODUCT = "SELECT code FROM billing.products WHERE code = $1";
    static final String LOCK_PLAN = "SELECT code FROM billing.plans WHERE code = $1 FOR UPDATE";
    static final String INSERT_VERSION = "INSERT INTO billing.plan_versions"
            + " (plan, version, prices, entitlements, published_at) SELECT $1, coalesce(max(v.version), 0) + 1,"
            + " $2::text::jsonb, $3::text::jsonb, $4 FROM billing.plan_versions v WHERE v.plan = $1";
    private static final String PLAN = "SELECT p.code, p.name, p.product, p.interval, p.trial_days, v.version,"
            + " v.prices::text AS prices, v.entitlements::text AS entitlements, v.published_at"
            + " FROM billing.plans p JOIN billing.plan_versions v ON v.plan = p.code";
    private static final String NEWEST =
            " v.version = (SELECT max(n.version) FROM billing.plan_versions n WHERE n.plan = p.code)";
    static final String LIST_PLANS = PLAN + " WHERE" + NEWEST + " AND p.code > $1 ORDER BY p.code LIMIT $2";
    static final String FIND_PLAN = PLAN + " WHERE p.code = $1 AND v.version = $2";
    static final String FIND_NEWEST = PLAN + " WHERE p.code = $1 AND" + NEWEST;

    private CatalogueStore() {}

    static Future<Integer> insertMeter(Work work, Meter meter) {
        return work.run(INSERT_METER, meter.code(), meter.name(), meter.unit(), meter.aggregation(), meter.createdAt());
    }

    static Future<List<Meter>> listMeters(Read read, String after, int limit) {
        return read.list(LIST_METERS, CatalogueStore::meter, after, limit);
    }

    static Future<List<Meter>> findMeters(Read read, Collection<String> codes) {
        return read.list(FIND_METERS, CatalogueStore::meter, (Object) codes.toArray(String[]::new));
    }

    static Future<Integer> insertProduct(Work work, Product product) {
        return work.run(INSERT_PRODUCT, product.code(), product.name(), product.description(), product.createdAt());
    }

    static Future<List<Product>> listProducts(Read read, String after, int limit) {
        return read.list(LIST_PRODUCTS, CatalogueStore::product, after, limit);
    }

    static Future<Boolean> hasProduct(Read read, String code) {
        return read.one(HAS_PRODUCT, row -> row.getString(0), code).map(Optional::isPresent);
    }

    static Future<Integer> insertPlan(Work work, CreatePlan plan) {
        int trial = plan.trialDays() == null ? 0 : plan.trialDays();
        return work.run(INSERT_PLAN, plan.code(), plan.name(), plan.product(), plan.interval(), trial);
    }

    static Future<Boolean> lockPlan(Work work, String code) {
        return work.one(LOCK_PLAN, row -> row.getString(0), code).map(Optional::isPresent);
    }

    static Future<Integer> insertVersion(
            Work work, String plan, List<Price> prices, @Nullable Map<String, Long> entitlements) {
        return work.run(
                INSERT_VERSION, plan, json(prices), json(entitlements == null ? Map.of() : entitlements), work.now());
    }

    static Future<List<Plan>> listPlans(Read read, String after, int limit) {
        return read.list(LIST_PLANS, CatalogueStore::plan, after, limit);
    }

    /** A plan in this version, or without one in its newest. */
    static Future<Optional<Plan>> findPlan(Read read, String code, @Nullable Integer version) {
        return version == null
                ? read.one(FIND_NEWEST, CatalogueStore::plan, code)
                : read.one(FIND_PLAN, CatalogueStore::plan, code, version);
    }

    private static Meter meter(Row row) {
        return new Meter(
                row.getString("code"),
                row.getString("name"),
                row.getString("unit"),
                constant(Aggregation.class, row, "aggregation"),
                time(row, "created_at"));
    }

    private static Product product(Row row) {
        return new Product(
                row.getString("code"), row.getString("name"), row.getString("description"), time(row, "created_at"));
    }

    private static Plan plan(Row row) {
        return new Plan(
                row.getString("code"),
                row.getString("name"),
                row.getString("product"),
                constant(Interval.class, row, "interval"),
                row.getInteger("trial_days"),
                row.getInteger("version"),
                parsed(row.getString("prices"), new TypeReference<List<Price>>() {}),
                parsed(row.getString("entitlements"), new TypeReference<Map<String, Long>>() {}),
                time(row, "published_at"));
    }

    static String json(Object value) {
        try {
            return Json.tolerant().writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("What is to be stored has no JSON form", e);
        }
    }

    static <T> T parsed(String json, TypeReference<T> type) {
        try {
            return Json.tolerant().readValue(json, type);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("What was stored cannot be read", e);
        }
    }

    static <E extends Enum<E>> E constant(Class<E> type, Row row, String column) {
        return Enum.valueOf(type, row.getString(column).toUpperCase(Locale.ROOT));
    }

    static String label(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    static Instant time(Row row, String column) {
        return row.getOffsetDateTime(column).toInstant();
    }

    static @Nullable Instant timeOrNull(Row row, String column) {
        var time = row.getOffsetDateTime(column);
        return time == null ? null : time.toInstant();
    }
}
