package io.vertebra.billing;

import static io.vertebra.billing.CatalogueStore.constant;
import static io.vertebra.billing.CatalogueStore.time;
import static io.vertebra.billing.CatalogueStore.timeOrNull;

import com.fasterxml.jackson.core.type.TypeReference;
import io.vertebra.contract.BillingCatalogue.Plan;
import io.vertebra.contract.BillingInvoices.Line;
import io.vertebra.contract.BillingSubscriptions.ChangeSubscription;
import io.vertebra.contract.BillingSubscriptions.Status;
import io.vertebra.contract.BillingSubscriptions.Subscription;
import io.vertebra.kernel.db.Cursor;
import io.vertebra.kernel.db.Read;
import io.vertebra.kernel.db.Work;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** SQL of subscriptions and of what waits for their next invoice. */
final class SubscriptionStore {
    private static final String COLUMNS = "org_id, id, plan, plan_version, currency, quantity, status, started_at,"
            + " anchor_at, period, period_start, period_end, usage_start, suspended, next_plan, next_quantity,"
            + " cancel_at_end, ended_at, version, charged_plan, charged_version, charged_quantity,"
            + " charged_invoice, outstanding";
    private static final String SELECT = "SELECT " + COLUMNS + " FROM billing.subscriptions";
    static final String INSERT = "INSERT INTO billing.subscriptions (" + COLUMNS + ", told) VALUES"
            + " ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21,"
            + " $22, $23, $24, true)";
    static final String UPDATE = "UPDATE billing.subscriptions SET plan = $3, plan_version = $4, quantity = $5,"
            + " status = $6, anchor_at = $7, period = $8, period_start = $9, period_end = $10, usage_start = $11,"
            + " suspended = $12, next_plan = $13, next_quantity = $14, cancel_at_end = $15, ended_at = $16,"
            + " charged_plan = $17, charged_version = $18, charged_quantity = $19, charged_invoice = $20,"
            + " outstanding = $21, version = version + 1"
            + " WHERE org_id = $1 AND id = $2";
    static final String FIND = SELECT + " WHERE org_id = $1 AND id = $2";
    static final String LOCK = FIND + " FOR UPDATE";
    static final String UNTOLD = SELECT + " WHERE NOT told ORDER BY org_id, id LIMIT $1 FOR UPDATE SKIP LOCKED";
    static final String TOLD = "UPDATE billing.subscriptions SET told = true WHERE org_id = $1 AND id = $2";
    static final String LIST = SELECT + " WHERE org_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3";

    /** What has an invoice that failed or is overdue, and all when the org has paid with bought credits only. */
    static final String UNPAID = SELECT + " s WHERE org_id = $1 AND currency = $2 AND status <> 'cancelled'"
            + " AND (EXISTS (SELECT FROM billing.invoices i WHERE i.org_id = s.org_id AND i.subscription_id = s.id"
            + " AND i.status = 'open' AND (cardinality(i.failures) > 0 OR i.due_at <= $3))"
            + " OR EXISTS (SELECT FROM billing.grants g WHERE g.org_id = s.org_id AND g.currency = s.currency"
            + " AND g.kind = 'purchased') AND NOT EXISTS (SELECT FROM billing.invoices i WHERE i.org_id = s.org_id"
            + " AND i.currency = s.currency AND i.paid > 0)) ORDER BY id LIMIT 1000 FOR UPDATE OF s";

    static final String KNOWN = "SELECT id, status = 'cancelled' AS ended FROM billing.subscriptions"
            + " WHERE org_id = $1 AND id = ANY ($2)";
    static final String ENTITLEMENTS = "SELECT v.entitlements::text AS entitlements FROM billing.subscriptions s"
            + " JOIN billing.plan_versions v ON v.plan = s.plan AND v.version = s.plan_version"
            + " WHERE s.org_id = $1 AND s.status IN ('trialing', 'active')";
    static final String WAIT = "INSERT INTO billing.waiting_lines (org_id, id, subscription_id, line)"
            + " VALUES ($1, $2, $3, $4::text::jsonb)";
    static final String WAITING = "SELECT line::text AS line FROM billing.waiting_lines"
            + " WHERE org_id = $1 AND subscription_id = $2 ORDER BY id";
    static final String TAKE = "WITH gone AS (DELETE FROM billing.waiting_lines"
            + " WHERE org_id = $1 AND subscription_id = $2 RETURNING id, line) SELECT line::text AS line FROM gone"
            + " ORDER BY id";

    private SubscriptionStore() {}

    /**
     * A subscription as billing keeps it.
     *
     * @param periodNumber the number of the running period, counted from the anchor; 0 is a trial
     * @param usageCountsFrom since when usage is not rated yet
     * @param suspended whether it is paused because an invoice is not paid
     * @param chargedFor what the running period was charged for; nothing when it was not charged
     * @param outstanding whether the running period is still to be charged when it goes on
     */
    record Stored(
            Subscription shown,
            Instant periodAnchor,
            int periodNumber,
            Instant usageCountsFrom,
            boolean suspended,
            @Nullable ChargedFor chargedFor,
            boolean outstanding) {

        UUID id() {
            return shown.id();
        }

        UUID orgId() {
            return shown.orgId();
        }

        /** The same in another state. */
        Stored in(Status status, boolean isSuspended, @Nullable Instant endedAt) {
            return with(shown.plan(), shown.planVersion(), shown.quantity(), status, isSuspended, endedAt);
        }

        /** The same on another plan from now on. */
        Stored on(String plan, int version, int quantity, Instant usageFrom) {
            var next = with(plan, version, quantity, shown.status(), suspended, shown.endedAt());
            return new Stored(next.shown(), periodAnchor, periodNumber, usageFrom, suspended, chargedFor, outstanding);
        }

        /** The same; what was to change at the end of the period is overtaken by a change of that. */
        Stored overtaken(ChangeSubscription by) {
            return then(
                    by.plan() == null ? shown.nextPlan() : null,
                    by.quantity() == null ? shown.nextQuantity() : null,
                    shown.cancelAtPeriodEnd());
        }

        /** The same when an invoice charges the running period for what it is; only what is active is charged. */
        Stored charged(@Nullable UUID invoiceId) {
            return shown.status() == Status.ACTIVE
                    ? charged(new ChargedFor(shown.plan(), shown.planVersion(), shown.quantity(), invoiceId), false)
                    : this;
        }

        /** The same when the running period was charged for this. */
        Stored charged(@Nullable ChargedFor what, boolean isOutstanding) {
            return new Stored(shown, periodAnchor, periodNumber, usageCountsFrom, suspended, what, isOutstanding);
        }

        private Stored with(
                String plan, int version, int quantity, Status status, boolean isSuspended, @Nullable Instant endedAt) {
            return new Stored(
                    new Subscription(
                            shown.id(),
                            shown.orgId(),
                            plan,
                            version,
                            shown.currency(),
                            quantity,
                            status,
                            shown.startedAt(),
                            shown.periodStart(),
                            shown.periodEnd(),
                            shown.nextPlan(),
                            shown.nextQuantity(),
                            shown.cancelAtPeriodEnd(),
                            endedAt,
                            shown.version()),
                    periodAnchor,
                    periodNumber,
                    usageCountsFrom,
                    isSuspended,
                    chargedFor,
                    outstanding);
        }

        /** The same with what is to change when the periodNumber ends. */
        Stored then(@Nullable String plan, @Nullable Integer quantity, boolean cancel) {
            return new Stored(
                    new Subscription(
                            shown.id(),
                            shown.orgId(),
                            shown.plan(),
                            shown.planVersion(),
                            shown.currency(),
                            shown.quantity(),
                            shown.status(),
                            shown.startedAt(),
                            shown.periodStart(),
                            shown.periodEnd(),
                            plan,
                            quantity,
                            cancel,
                            shown.endedAt(),
                            shown.version()),
                    periodAnchor,
                    periodNumber,
                    usageCountsFrom,
                    suspended,
                    chargedFor,
                    outstanding);
        }

        /** The same in its next periodNumber. */
        Stored next(Instant itsAnchor, int number, Instant end) {
            var status = shown.status() == Status.TRIALING ? Status.ACTIVE : shown.status();
            return new Stored(
                    new Subscription(
                            shown.id(),
                            shown.orgId(),
                            shown.plan(),
                            shown.planVersion(),
                            shown.currency(),
                            shown.quantity(),
                            status,
                            shown.startedAt(),
                            shown.periodEnd(),
                            end,
                            null,
                            null,
                            false,
                            null,
                            shown.version()),
                    itsAnchor,
                    number,
                    shown.periodEnd(),
                    suspended,
                    null,
                    status == Status.PAUSED);
        }
    }

    /**
     * A plan in a version, so many times.
     *
     * @param invoiceId on which it was charged; null as long as that waits for its invoice
     */
    record ChargedFor(
            String plan,
            int version,
            int quantity,
            @Nullable UUID invoiceId) {
        boolean is(Plan other, int times) {
            return plan.equals(other.code()) && version == other.version() && quantity == times;
        }
    }

    static Future<Integer> insert(Work work, Stored s) {
        var shown = s.shown();
        var charged = s.chargedFor();
        return work.run(
                INSERT,
                shown.orgId(),
                shown.id(),
                shown.plan(),
                shown.planVersion(),
                shown.currency(),
                shown.quantity(),
                shown.status(),
                shown.startedAt(),
                s.periodAnchor(),
                s.periodNumber(),
                shown.periodStart(),
                shown.periodEnd(),
                s.usageCountsFrom(),
                s.suspended(),
                shown.nextPlan(),
                shown.nextQuantity(),
                shown.cancelAtPeriodEnd(),
                shown.endedAt(),
                shown.version(),
                charged == null ? null : charged.plan(),
                charged == null ? null : charged.version(),
                charged == null ? null : charged.quantity(),
                charged == null ? null : charged.invoiceId(),
                s.outstanding());
    }

    static Future<Stored> update(Work work, Stored s) {
        var shown = s.shown();
        var charged = s.chargedFor();
        return work.run(
                        UPDATE,
                        shown.orgId(),
                        shown.id(),
                        shown.plan(),
                        shown.planVersion(),
                        shown.quantity(),
                        shown.status(),
                        s.periodAnchor(),
                        s.periodNumber(),
                        shown.periodStart(),
                        shown.periodEnd(),
                        s.usageCountsFrom(),
                        s.suspended(),
                        shown.nextPlan(),
                        shown.nextQuantity(),
                        shown.cancelAtPeriodEnd(),
                        shown.endedAt(),
                        charged == null ? null : charged.plan(),
                        charged == null ? null : charged.version(),
                        charged == null ? null : charged.quantity(),
                        charged == null ? null : charged.invoiceId(),
                        s.outstanding())
                .compose(done -> find(work, shown.orgId(), shown.id()))
                .map(Optional::orElseThrow);
    }

    static Future<Optional<Stored>> find(Read read, UUID orgId, UUID id) {
        return read.one(FIND, SubscriptionStore::stored, orgId, id);
    }

    static Future<Optional<Stored>> lock(Work work, UUID orgId, UUID id) {
        return work.one(LOCK, SubscriptionStore::stored, orgId, id);
    }

    /** Those of which nobody told yet what they allow, locked. */
    static Future<List<Stored>> untold(Work work, int limit) {
        return work.list(UNTOLD, SubscriptionStore::stored, limit);
    }

    static Future<Integer> told(Work work, Stored subscription) {
        return work.run(TOLD, subscription.orgId(), subscription.id());
    }

    static Future<List<Stored>> list(Read read, UUID orgId, Cursor after, int limit) {
        return read.list(LIST, SubscriptionStore::stored, orgId, after.id(), limit);
    }

    /** Those in a currency, locked, that live on credits or on money that does not come. */
    static Future<List<Stored>> unpaid(Work work, UUID orgId, String currency, Instant now) {
        return work.list(UNPAID, SubscriptionStore::stored, orgId, currency, now);
    }

    /** Those of the ids that are subscriptions of the org, and whether each has ended. */
    static Future<Map<UUID, Boolean>> known(Read read, UUID orgId, java.util.Collection<UUID> ids) {
        return read.list(
                        KNOWN,
                        row -> Map.entry(row.getUUID("id"), row.getBoolean("ended")),
                        orgId,
                        ids.toArray(UUID[]::new))
                .map(all -> all.stream().collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue)));
    }

    static Future<List<Map<String, Long>>> entitlements(Read read, UUID orgId) {
        return read.list(
                ENTITLEMENTS,
                row -> CatalogueStore.parsed(row.getString("entitlements"), new TypeReference<Map<String, Long>>() {}),
                orgId);
    }

    static Future<Integer> insertWaiting(Work work, UUID orgId, UUID subscriptionId, Line line) {
        return work.run(WAIT, orgId, work.newId(), subscriptionId, CatalogueStore.json(line));
    }

    /** Lets lines wait for the next invoice; there is none yet. */
    static Future<@Nullable UUID> wait(Work work, Stored one, List<Line> lines) {
        Future<Integer> waiting = Future.succeededFuture(0);
        for (var line : lines) {
            waiting = waiting.compose(done -> insertWaiting(work, one.orgId(), one.id(), line));
        }
        return waiting.mapEmpty();
    }

    static Future<List<Line>> waiting(Read read, UUID orgId, UUID subscriptionId) {
        return read.list(WAITING, SubscriptionStore::line, orgId, subscriptionId);
    }

    /** The lines that wait, which wait no more. */
    static Future<List<Line>> takeWaiting(Work work, UUID orgId, UUID subscriptionId) {
        return work.list(TAKE, SubscriptionStore::line, orgId, subscriptionId);
    }

    static Line line(Row row) {
        return CatalogueStore.parsed(row.getString("line"), new TypeReference<Line>() {});
    }

    private static Stored stored(Row row) {
        return new Stored(
                shown(row),
                time(row, "anchor_at"),
                row.getInteger("period"),
                time(row, "usage_start"),
                row.getBoolean("suspended"),
                chargedFor(row),
                row.getBoolean("outstanding"));
    }

    private static @Nullable ChargedFor chargedFor(Row row) {
        var plan = row.getString("charged_plan");
        return plan == null
                ? null
                : new ChargedFor(
                        plan,
                        row.getInteger("charged_version"),
                        row.getInteger("charged_quantity"),
                        row.getUUID("charged_invoice"));
    }

    private static Subscription shown(Row row) {
        return new Subscription(
                row.getUUID("id"),
                row.getUUID("org_id"),
                row.getString("plan"),
                row.getInteger("plan_version"),
                row.getString("currency"),
                row.getInteger("quantity"),
                constant(Status.class, row, "status"),
                time(row, "started_at"),
                time(row, "period_start"),
                time(row, "period_end"),
                row.getString("next_plan"),
                nextQuantity(row),
                row.getBoolean("cancel_at_end"),
                timeOrNull(row, "ended_at"),
                row.getLong("version"));
    }

    private static @Nullable Integer nextQuantity(Row row) {
        return row.getInteger("next_quantity");
    }
}
