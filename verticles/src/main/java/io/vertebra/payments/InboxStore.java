package io.vertebra.payments;

import static io.vertebra.payments.PaymentStore.constant;
import static io.vertebra.payments.PaymentStore.time;
import static io.vertebra.payments.PaymentStore.timeOrNull;

import io.vertebra.bus.Money;
import io.vertebra.contract.PaymentsReconciliation.Difference;
import io.vertebra.contract.PaymentsReconciliation.DifferenceKind;
import io.vertebra.contract.PaymentsReconciliation.Suggestion;
import io.vertebra.contract.PaymentsWebhooks.ReceivedWebhook;
import io.vertebra.contract.PaymentsWebhooks.WebhookStatus;
import io.vertebra.kernel.db.Cursor;
import io.vertebra.kernel.db.Read;
import io.vertebra.kernel.db.Work;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** SQL of what providers told, and of where their books and ours differ. */
final class InboxStore {
    static final String INSERT = "INSERT INTO payments.inbox (id, provider, event_id, type, object, related, status,"
            + " next_at, received_at) VALUES ($1, $2, $3, $4, $5, $6, 'waiting', $7, $7) ON CONFLICT DO NOTHING";
    private static final String WEBHOOK = "SELECT id, provider, event_id, type, object, related, status, failures,"
            + " failure, received_at FROM payments.inbox";
    static final String DUE = WEBHOOK + " WHERE next_at <= $1 ORDER BY next_at, id LIMIT $2";
    static final String LIST =
            WEBHOOK + " WHERE id < $1 AND ($2::text IS NULL OR status = $2) ORDER BY id DESC LIMIT $3";
    static final String NOTE =
            "UPDATE payments.inbox SET status = $2, failures = $3, failure = $4, next_at = $5 WHERE id = $1";
    static final String RETRY = "UPDATE payments.inbox SET status = 'waiting', next_at = $2, failures = 0 WHERE id = $1"
            + " RETURNING id, provider, event_id, type, object, related, status, failures, failure, received_at";
    static final String FORGET = "DELETE FROM payments.inbox WHERE id IN (SELECT i.id FROM payments.inbox i"
            + " WHERE i.status IN ('done', 'ignored') AND i.received_at < $1 LIMIT $2)";
    private static final String DIFFERENCE_COLUMNS = "id, provider, kind, object, org, payment, currency, ours, theirs,"
            + " suggestion, detail, found_at, resolved_at, note";
    private static final String DIFFERENCE = "SELECT " + DIFFERENCE_COLUMNS + " FROM payments.differences";
    static final String DIFFERENCES = DIFFERENCE + " WHERE id < $1 AND ($2::boolean IS NULL OR"
            + " (resolved_at IS NOT NULL) = $2) ORDER BY id DESC LIMIT $3";
    static final String OPEN_DIFFERENCES =
            DIFFERENCE + " WHERE resolved_at IS NULL AND provider = $1 AND id > $2 ORDER BY id LIMIT $3";
    /** Not when a person has closed the very same before. */
    static final String INSERT_DIFFERENCE = "INSERT INTO payments.differences (id, provider, kind, object, org,"
            + " payment, currency, ours, theirs, suggestion, detail, found_at, at) SELECT $1, $2, $3, $4, $5, $6, $7,"
            + " $8, $9, $10, $11, $12, $13 WHERE NOT EXISTS (SELECT FROM payments.differences d"
            + " WHERE d.note IS NOT NULL AND d.provider = $2 AND d.kind = $3 AND d.object = $4"
            + " AND d.ours IS NOT DISTINCT FROM $8 AND d.theirs IS NOT DISTINCT FROM $9) ON CONFLICT DO NOTHING";

    static final String CLOSE = "UPDATE payments.differences SET resolved_at = $2, note = $3"
            + " WHERE id = $1 AND resolved_at IS NULL RETURNING " + DIFFERENCE_COLUMNS;
    static final String RESOLVE = "UPDATE payments.differences SET resolved_at = $2 WHERE id = $1"
            + " AND (kind IN ('stuck', 'balance') OR at >= $3)";
    private static final String EFFECT =
            "SELECT org_id, provider, object, effect, payment_id, currency, amount, at FROM payments.effects";
    static final String EFFECTS = EFFECT + " WHERE provider = $1 AND at >= $2 AND (at, object, effect) > ($3, $4, $5)"
            + " AND ($6::text IS NULL OR effect = $6) ORDER BY at, object, effect LIMIT $7";
    static final String EFFECTS_OF = EFFECT + " WHERE provider = $1 AND object = ANY ($2)";
    static final String SUMS = "SELECT org_id, currency, sum(amount)::bigint AS amount FROM payments.effects"
            + " WHERE provider = $1 AND (org_id, currency) > ($3, $4) AND org_id IN (SELECT r.org_id"
            + " FROM payments.effects r WHERE r.provider = $1 AND r.at >= $2 UNION SELECT d.org"
            + " FROM payments.differences d WHERE d.provider = $1 AND d.kind = 'balance' AND d.resolved_at IS NULL)"
            + " GROUP BY org_id, currency ORDER BY org_id, currency LIMIT $5";
    static final String STUCK = "SELECT s.org_id, s.id, s.what, s.payment_id FROM (SELECT org_id, id,"
            + " 'payment' AS what, id AS payment_id FROM payments.payments WHERE provider = $1 AND next_at IS NULL"
            + " AND status IN ('pending', 'action_needed', 'processing') UNION ALL SELECT org_id, id, 'refund',"
            + " payment_id FROM payments.refunds WHERE provider = $1"
            + " AND (next_at IS NULL OR failures >= " + RefundStore.FAILURES_MAX + ")"
            + " AND status IN ('requested', 'reserved', 'sent')) s WHERE s.id > $2 ORDER BY s.id LIMIT $3";
    static final String COMPARE_NOW = "SELECT jobs.submit('payments.compare-now', 'payments.compare-now', '', $1)";

    private static final UUID FIRST = new UUID(0, 0);

    private InboxStore() {}

    /**
     * Something that a provider told.
     *
     * @param related the payment that the object belongs to, by the provider's id
     */
    record Told(ReceivedWebhook webhook, @Nullable String related) {}

    /** What followed in the ledger. */
    record Posted(UUID orgId, String object, String effect, UUID paymentId, Money amount, Instant at) {}

    /** What all of an org's movements at a provider come to. */
    record Sum(UUID orgId, Money amount) {}

    /** A payment or refund that nothing brings on any more. */
    record Stuck(UUID orgId, UUID id, String what, UUID paymentId) {}

    static Future<Integer> insert(
            Work work, String provider, String event, String type, String object, @Nullable String related) {
        return work.run(INSERT, work.newId(), provider, event, type, object, related, work.now());
    }

    static Future<List<Told>> due(Read read, Instant now, int limit) {
        return read.list(DUE, InboxStore::told, now, limit);
    }

    static Future<List<ReceivedWebhook>> list(Read read, Cursor after, int limit, @Nullable WebhookStatus status) {
        return read.list(LIST, row -> told(row).webhook(), after.id(), status, limit);
    }

    static Future<Integer> note(
            Work work, UUID id, WebhookStatus status, int failures, @Nullable String failure, @Nullable Instant next) {
        return work.run(NOTE, id, status, failures, failure, next);
    }

    static Future<ReceivedWebhook> retry(Work work, UUID id) {
        return work.change("webhook", RETRY, row -> told(row).webhook(), id, work.now());
    }

    static Future<Integer> forget(Work work, Instant before, int limit) {
        return work.run(FORGET, before, limit);
    }

    static Future<List<Difference>> differences(Read read, Cursor after, int limit, @Nullable Boolean resolved) {
        return read.list(DIFFERENCES, InboxStore::difference, after.id(), resolved, limit);
    }

    static Future<List<Difference>> openDifferences(Read read, String provider, int page) {
        return pages(
                page,
                last -> read.list(
                        OPEN_DIFFERENCES, InboxStore::difference, provider, last == null ? FIRST : last.id(), page));
    }

    /** All there is, page by page. */
    private static <T> Future<List<T>> pages(int page, Function<@Nullable T, Future<List<T>>> next) {
        return pages(page, next, new ArrayList<>());
    }

    private static <T> Future<List<T>> pages(int page, Function<@Nullable T, Future<List<T>>> next, List<T> found) {
        return next.apply(found.isEmpty() ? null : found.getLast()).compose(more -> {
            found.addAll(more);
            return more.size() < page ? Future.succeededFuture(found) : pages(page, next, found);
        });
    }

    static Future<Integer> insertDifference(Work work, Difference one, @Nullable Instant at) {
        var ours = one.ours();
        var theirs = one.theirs();
        var either = ours == null ? theirs : ours;
        return work.run(
                INSERT_DIFFERENCE,
                one.id(),
                one.provider(),
                one.kind(),
                one.object(),
                one.orgId(),
                one.paymentId(),
                either == null ? null : either.currency(),
                ours == null ? null : ours.amount(),
                theirs == null ? null : theirs.amount(),
                one.suggestion(),
                one.detail(),
                one.foundAt(),
                at);
    }

    /** Unless what it is about is older than what was read. */
    static Future<Integer> resolve(Work work, UUID id, Instant read) {
        return work.run(RESOLVE, id, work.now(), read);
    }

    static Future<Difference> close(Work work, UUID id, String note) {
        return work.change("open difference", CLOSE, InboxStore::difference, id, work.now(), note);
    }

    /** What was posted since then; only of one effect when that is named. */
    static Future<List<Posted>> effects(Read read, String provider, Instant since, @Nullable String effect, int page) {
        return pages(
                page,
                last -> read.list(
                        EFFECTS,
                        InboxStore::posted,
                        provider,
                        since,
                        last == null ? since : last.at(),
                        last == null ? "" : last.object(),
                        last == null ? "" : last.effect(),
                        effect,
                        page));
    }

    static Future<List<Posted>> effectsOf(Read read, String provider, List<String> objects, int page) {
        Future<List<Posted>> all = Future.succeededFuture(new ArrayList<>());
        for (int i = 0; i < objects.size(); i += page) {
            var some = objects.subList(i, Math.min(objects.size(), i + page)).toArray(String[]::new);
            all = all.compose(found -> read.list(EFFECTS_OF, InboxStore::posted, provider, some)
                    .map(more -> {
                        found.addAll(more);
                        return found;
                    }));
        }
        return all;
    }

    static Future<List<Sum>> sums(Read read, String provider, Instant since, int page) {
        return pages(
                page,
                last -> read.list(
                        SUMS,
                        row -> new Sum(
                                row.getUUID("org_id"), Money.of(row.getLong("amount"), row.getString("currency"))),
                        provider,
                        since,
                        last == null ? FIRST : last.orgId(),
                        last == null ? "" : last.amount().currency(),
                        page));
    }

    static Future<List<Stuck>> stuck(Read read, String provider, int page) {
        return pages(
                page,
                last -> read.list(
                        STUCK,
                        row -> new Stuck(
                                row.getUUID("org_id"),
                                row.getUUID("id"),
                                row.getString("what"),
                                row.getUUID("payment_id")),
                        provider,
                        last == null ? FIRST : last.id(),
                        page));
    }

    static Future<Integer> compareNow(Work work) {
        return work.run(COMPARE_NOW, work.now());
    }

    private static Told told(Row row) {
        return new Told(
                new ReceivedWebhook(
                        row.getUUID("id"),
                        row.getString("provider"),
                        row.getString("event_id"),
                        row.getString("type"),
                        row.getString("object"),
                        constant(WebhookStatus.class, row, "status"),
                        row.getInteger("failures"),
                        row.getString("failure"),
                        time(row, "received_at")),
                row.getString("related"));
    }

    private static Posted posted(Row row) {
        return new Posted(
                row.getUUID("org_id"),
                row.getString("object"),
                row.getString("effect"),
                row.getUUID("payment_id"),
                Money.of(row.getLong("amount"), row.getString("currency")),
                time(row, "at"));
    }

    private static Difference difference(Row row) {
        var currency = row.getString("currency");
        return new Difference(
                row.getUUID("id"),
                row.getString("provider"),
                constant(DifferenceKind.class, row, "kind"),
                row.getString("object"),
                row.getUUID("org"),
                row.getUUID("payment"),
                money(row.getLong("ours"), currency),
                money(row.getLong("theirs"), currency),
                constant(Suggestion.class, row, "suggestion"),
                row.getString("detail"),
                time(row, "found_at"),
                timeOrNull(row, "resolved_at"),
                row.getString("note"));
    }

    private static @Nullable Money money(@Nullable Long amount, @Nullable String currency) {
        return amount == null || currency == null ? null : Money.of(amount, currency);
    }
}
