package io.vertebra.billing;

import static io.vertebra.billing.CatalogueStore.time;

import com.fasterxml.jackson.core.type.TypeReference;
import io.vertebra.billing.SubscriptionStore.ChargedFor;
import io.vertebra.contract.BillingUsage.Step;
import io.vertebra.contract.BillingUsage.UsageEvent;
import io.vertebra.kernel.db.Read;
import io.vertebra.kernel.db.Work;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** SQL of usage events, and of what was charged: of them, and of the running period. */
final class UsageStore {
    static final String INSERT = "INSERT INTO billing.usage_events"
            + " (org_id, subscription_id, meter, event_id, quantity, at, subject, voids, recorded_at)"
            + " SELECT $1, e.subscription_id, e.meter, e.event_id, e.quantity::numeric, e.at, e.subject, e.voids, $9"
            + " FROM unnest($2::uuid[], $3::text[], $4::text[], $5::text[], $6::timestamptz[], $7::text[],"
            + " $8::text[]) e (subscription_id, meter, event_id, quantity, at, subject, voids)"
            + " ON CONFLICT (org_id, meter, event_id) DO NOTHING";

    /** An event counts unless another one takes it back, and one that does so counts nothing itself. */
    private static final String COUNTS = " e.voids IS NULL AND NOT EXISTS (SELECT FROM billing.usage_events v"
            + " WHERE v.org_id = e.org_id AND v.meter = e.meter AND v.voids = e.event_id)";

    private static final String SUMS = "coalesce(sum(e.quantity), 0) AS total, count(*) AS events,"
            + " coalesce(max(e.quantity), 0) AS greatest, count(DISTINCT e.subject) AS subjects";
    static final String AGGREGATE = "SELECT " + SUMS + " FROM billing.usage_events e WHERE e.org_id = $1"
            + " AND e.subscription_id = $2 AND e.meter = $3 AND e.at >= $4 AND e.at < $5 AND" + COUNTS;
    static final String SERIES = "SELECT date_trunc($4, e.at, 'UTC') AS step, " + SUMS
            + " FROM billing.usage_events e WHERE e.org_id = $1 AND e.meter = $2 AND e.at >= $5 AND e.at < $6"
            + " AND ($3::uuid IS NULL OR e.subscription_id = $3) AND" + COUNTS + " GROUP BY 1 ORDER BY 1 LIMIT 10000";
    static final String TOTAL = "SELECT " + SUMS + " FROM billing.usage_events e WHERE e.org_id = $1 AND e.meter = $2"
            + " AND e.at >= $4 AND e.at < $5 AND ($3::uuid IS NULL OR e.subscription_id = $3) AND" + COUNTS;
    static final String INSERT_RATED = "INSERT INTO billing.rated_usage (org_id, subscription_id, price, meter, plan,"
            + " plan_version, from_at, until_at, part, quantity, amount, events)"
            + " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
    static final String RATED = "SELECT price, meter, plan, plan_version, from_at, until_at, max(part) AS parts,"
            + " (array_agg(quantity ORDER BY part DESC))[1] AS quantity, sum(amount)::bigint AS amount,"
            + " sum(forgiven)::bigint AS forgiven FROM billing.rated_usage"
            + " WHERE org_id = $1 AND subscription_id = $2 AND until_at > $3"
            + " GROUP BY price, meter, plan, plan_version, from_at, until_at ORDER BY from_at, price";

    /** The usage that stands on an invoice was not charged after all, and is not charged again. */
    static final String FORGIVE = "WITH parts AS (SELECT r.*, r.quantity - coalesce(lag(r.quantity) OVER w, 0) AS more,"
            + " max(r.part) OVER (PARTITION BY r.price, r.from_at) AS last,"
            + " last_value(r.quantity) OVER (w ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS latest"
            + " FROM billing.rated_usage r WHERE r.org_id = $1 AND r.subscription_id = $2"
            + " WINDOW w AS (PARTITION BY r.price, r.from_at ORDER BY r.part)),"
            + " charged AS (SELECT DISTINCT ON (p.price, p.from_at) p.* FROM parts p JOIN billing.invoice_lines l"
            + " ON l.org_id = $1 AND l.invoice_id = $3 AND l.line ->> 'kind' IN ('usage', 'late_usage')"
            + " AND l.line #>> '{explanation,price}' = p.price AND (l.line ->> 'from')::timestamptz = p.from_at"
            + " AND (l.line ->> 'quantity')::numeric = p.more WHERE p.amount <> 0"
            + " ORDER BY p.price, p.from_at, p.part DESC)"
            + " INSERT INTO billing.rated_usage (org_id, subscription_id, price, meter, plan, plan_version, from_at,"
            + " until_at, part, quantity, amount, events, forgiven) SELECT c.org_id, c.subscription_id, c.price,"
            + " c.meter, c.plan, c.plan_version, c.from_at, c.until_at, c.last + 1, c.latest, -c.amount, 0,"
            + " greatest(c.amount, 0) FROM charged c";

    /** What was given for it: credits by credit notes after it was paid, and refunds of what paid it. */
    static final String CLAIM = "SELECT i.given_back, i.replaces::text AS replaces, i.granted,"
            + " (SELECT coalesce(sum((t.part ->> 'amount')::bigint), 0) FROM billing.payments p JOIN billing.holds h"
            + " ON h.org_id = p.org_id AND h.resource = 'payment:' || p.payment_id AND h.purpose = 'refund'"
            + " AND h.status <> 'released' CROSS JOIN LATERAL jsonb_array_elements(h.parts) t (part)"
            + " WHERE p.org_id = $1 AND p.invoice_id = $2 AND t.part ->> 'account' = '" + Postings.REFUNDS
            + "')::bigint AS refunded FROM billing.invoices i WHERE i.org_id = $1 AND i.id = $2";

    static final String GIVE_BACK =
            "UPDATE billing.invoices SET given_back = given_back + $3 WHERE org_id = $1 AND id = $2";
    static final String REPLACES =
            "UPDATE billing.invoices SET replaces = $3::text::jsonb WHERE org_id = $1 AND id = $2";

    private UsageStore() {}

    /** The usage of some time, by every way to count it. */
    record Usage(BigDecimal total, long events, BigDecimal greatest, long subjects) {
        BigDecimal by(io.vertebra.contract.BillingCatalogue.Aggregation aggregation) {
            return switch (aggregation) {
                case SUM -> total;
                case COUNT -> BigDecimal.valueOf(events);
                case MAX -> greatest;
                case UNIQUE -> BigDecimal.valueOf(subjects);
            };
        }
    }

    /** The usage of one step of a series. */
    record Point(Instant at, Usage usage) {}

    /**
     * What was charged of a price's usage of a period.
     *
     * @param part how many times it was charged
     * @param quantity the whole quantity when it was charged last
     * @param amount all that was charged
     * @param forgiven what was charged on invoices that were voided
     */
    record Rated(
            String price,
            String meter,
            String plan,
            int planVersion,
            Instant from,
            Instant until,
            int part,
            BigDecimal quantity,
            long amount,
            long events,
            long forgiven) {}

    /** What an invoice charged anew: what the period was charged for before, and how much of it was given back. */
    record Replaced(@Nullable ChargedFor charged, long givenBack) {}

    /**
     * How the charge of an invoice stands.
     *
     * @param givenBack what later changes gave back of it
     * @param replaces what it replaced itself
     * @param granted what credit notes made credits of
     * @param refunded what was paid back of what paid it
     */
    record Claimed(long givenBack, @Nullable Replaced replaces, long granted, long refunded) {}

    /** Writes those events that are new, and answers how many were. */
    static Future<Integer> insert(Work work, UUID orgId, List<UsageEvent> events, Instant now) {
        return work.run(
                INSERT,
                orgId,
                events.stream().map(UsageEvent::subscriptionId).toArray(UUID[]::new),
                events.stream().map(UsageEvent::meter).toArray(String[]::new),
                events.stream().map(UsageEvent::eventId).toArray(String[]::new),
                events.stream().map(event -> event.quantity().toPlainString()).toArray(String[]::new),
                events.stream().map(event -> utc(event, now)).toArray(OffsetDateTime[]::new),
                events.stream().map(UsageEvent::subject).toArray(String[]::new),
                events.stream().map(UsageEvent::voids).toArray(String[]::new),
                now);
    }

    private static OffsetDateTime utc(UsageEvent event, Instant now) {
        var at = event.at();
        return (at == null ? now : at).atOffset(ZoneOffset.UTC);
    }

    static Future<Usage> aggregate(
            Read read, UUID orgId, UUID subscriptionId, String meter, Instant from, Instant until) {
        return read.one(AGGREGATE, UsageStore::usage, orgId, subscriptionId, meter, from, until)
                .map(Optional::orElseThrow);
    }

    static Future<List<Point>> series(
            Read read,
            UUID orgId,
            String meter,
            @Nullable UUID subscriptionId,
            Step step,
            Instant from,
            Instant until) {
        return read.list(
                SERIES,
                row -> new Point(time(row, "step"), usage(row)),
                orgId,
                meter,
                subscriptionId,
                step,
                from,
                until);
    }

    static Future<Usage> total(
            Read read, UUID orgId, String meter, @Nullable UUID subscriptionId, Instant from, Instant until) {
        return read.one(TOTAL, UsageStore::usage, orgId, meter, subscriptionId, from, until)
                .map(Optional::orElseThrow);
    }

    static Future<Integer> insertRated(Work work, UUID orgId, UUID subscriptionId, Rated rated) {
        return work.run(
                INSERT_RATED,
                orgId,
                subscriptionId,
                rated.price(),
                rated.meter(),
                rated.plan(),
                rated.planVersion(),
                rated.from(),
                rated.until(),
                rated.part(),
                rated.quantity(),
                rated.amount(),
                rated.events());
    }

    static Future<Integer> forgive(Work work, UUID orgId, UUID subscriptionId, UUID invoiceId) {
        return work.run(FORGIVE, orgId, subscriptionId, invoiceId);
    }

    /** What was charged of periods that ended after a time. */
    static Future<List<Rated>> rated(Read read, UUID orgId, UUID subscriptionId, Instant after) {
        return read.list(
                RATED,
                row -> new Rated(
                        row.getString("price"),
                        row.getString("meter"),
                        row.getString("plan"),
                        row.getInteger("plan_version"),
                        time(row, "from_at"),
                        time(row, "until_at"),
                        row.getInteger("parts"),
                        row.getBigDecimal("quantity"),
                        row.getLong("amount"),
                        0,
                        row.getLong("forgiven")),
                orgId,
                subscriptionId,
                after);
    }

    static Future<Claimed> claim(Read read, UUID orgId, UUID invoiceId) {
        return read.one(
                        CLAIM,
                        row -> {
                            var replaces = row.getString("replaces");
                            return new Claimed(
                                    row.getLong("given_back"),
                                    replaces == null
                                            ? null
                                            : CatalogueStore.parsed(replaces, new TypeReference<Replaced>() {}),
                                    row.getLong("granted"),
                                    row.getLong("refunded"));
                        },
                        orgId,
                        invoiceId)
                .map(found -> found.orElse(new Claimed(0, null, 0, 0)));
    }

    static Future<Integer> giveBack(Work work, UUID orgId, UUID invoiceId, long amount) {
        return work.run(GIVE_BACK, orgId, invoiceId, amount);
    }

    static Future<Integer> replaces(Work work, UUID orgId, UUID invoiceId, Replaced replaced) {
        return work.run(REPLACES, orgId, invoiceId, CatalogueStore.json(replaced));
    }

    private static Usage usage(Row row) {
        return new Usage(
                row.getBigDecimal("total"),
                row.getLong("events"),
                row.getBigDecimal("greatest"),
                row.getLong("subjects"));
    }
}
