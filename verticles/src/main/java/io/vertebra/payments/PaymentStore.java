package io.vertebra.payments;

import io.vertebra.bus.Money;
import io.vertebra.contract.PaymentsCharges.Payment;
import io.vertebra.contract.PaymentsCharges.PaymentMethod;
import io.vertebra.contract.PaymentsCharges.PaymentStatus;
import io.vertebra.kernel.db.Cursor;
import io.vertebra.kernel.db.Read;
import io.vertebra.kernel.db.Work;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** SQL of payments, of customers and of payment methods. */
final class PaymentStore {
    static final String INSERT = "INSERT INTO payments.payments (org_id, id, provider, status, currency, amount,"
            + " invoice_id, attempt, method_id, session_ref, method_label, checkout_url, expires_at, next_at,"
            + " created_at) VALUES ($1, $2, $3, 'pending', $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)"
            + " ON CONFLICT DO NOTHING";
    private static final String PAYMENT = "SELECT org_id, id, provider, status, currency, amount, received, refunded,"
            + " reserved, disputed, invoice_id, attempt, method_id, session_ref, intent_ref, charge_ref, method_label,"
            + " reason, checkout_url, expires_at, looks, failures, sent_at, created_at, settled_at"
            + " FROM payments.payments";
    static final String FIND = PAYMENT + " WHERE org_id = $1 AND id = $2";
    static final String LOCK = FIND + " FOR UPDATE";
    static final String LOCK_REF =
            PAYMENT + " WHERE provider = $1 AND (session_ref = $2 OR intent_ref = $2) ORDER BY id LIMIT 1 FOR UPDATE";
    static final String LIST = PAYMENT + " WHERE org_id = $1 AND id < $2 AND ($3::uuid IS NULL OR invoice_id = $3)"
            + " AND ($4::text IS NULL OR status = $4) ORDER BY id DESC LIMIT $5";
    static final String FIND_OPEN = PAYMENT + " WHERE org_id = $1 AND invoice_id = $2 AND amount = $3"
            + " AND provider = $4 AND status IN ('pending', 'action_needed') AND attempt IS NULL AND expires_at > $5"
            + " ORDER BY id DESC LIMIT 1";
    static final String DUE = PAYMENT + " WHERE next_at <= $1 AND provider = $2 ORDER BY next_at LIMIT 20";
    static final String NOTE = "UPDATE payments.payments SET status = $3, received = greatest(received, $4),"
            + " intent_ref = coalesce($5, intent_ref), charge_ref = coalesce($6, charge_ref),"
            + " method_label = coalesce($7, method_label), reason = $8, settled_at = coalesce(settled_at, $9),"
            + " next_at = CASE WHEN $3 IN ('failed', 'cancelled', 'succeeded') THEN NULL ELSE next_at END"
            + " WHERE org_id = $1 AND id = $2";
    private static final String OPEN =
            " WHERE org_id = $1 AND id = $2 AND status IN ('pending', 'action_needed', 'processing')";
    static final String LATER = "UPDATE payments.payments SET failures = failures + 1, next_at = $3" + OPEN;
    static final String LOOKED = "UPDATE payments.payments SET looks = looks + 1, failures = 0, next_at = $3" + OPEN;
    static final String SEND = "UPDATE payments.payments SET sent_at = coalesce(sent_at, $4),"
            + " amount = CASE WHEN sent_at IS NULL THEN least(amount, $3) ELSE amount END"
            + " WHERE org_id = $1 AND id = $2";
    static final String MOVE = "UPDATE payments.payments SET refunded = refunded + $3, reserved = reserved + $4,"
            + " disputed = disputed + $5 WHERE org_id = $1 AND id = $2";
    static final String FIND_CUSTOMER = "SELECT ref FROM payments.customers WHERE org_id = $1 AND provider = $2";
    static final String INSERT_CUSTOMER =
            "INSERT INTO payments.customers (org_id, provider, ref) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
    /** Whoever changes which method is the default one holds this. */
    static final String LOCK_CUSTOMER = "SELECT ref FROM payments.customers WHERE org_id = $1 FOR UPDATE";

    private static final String METHOD = "SELECT org_id, id, provider, ref, brand, last_four, exp_month, exp_year,"
            + " is_default, added_at FROM payments.methods WHERE removed_at IS NULL AND org_id = $1";
    static final String METHODS = METHOD + " ORDER BY is_default DESC, added_at DESC LIMIT 100";
    static final String FIND_METHOD = METHOD + " AND id = $2";
    static final String DEFAULT_METHOD = METHOD + " AND is_default AND provider = $2";
    static final String INSERT_METHOD = "INSERT INTO payments.methods (org_id, id, provider, ref, brand, last_four,"
            + " exp_month, exp_year, is_default, added_at) SELECT $1, $2, $3, $4, $5, $6, $7, $8,"
            + " NOT EXISTS (SELECT FROM payments.methods m WHERE m.org_id = $1 AND m.is_default"
            + " AND m.removed_at IS NULL), $9 ON CONFLICT (provider, ref) DO NOTHING";
    static final String CLEAR_DEFAULT =
            "UPDATE payments.methods SET is_default = false WHERE org_id = $1 AND is_default AND id <> $2";
    static final String SET_DEFAULT = "UPDATE payments.methods SET is_default = true"
            + " WHERE org_id = $1 AND id = $2 AND removed_at IS NULL RETURNING org_id, id, provider, ref, brand,"
            + " last_four, exp_month, exp_year, is_default, added_at";
    /** The newest of those that are left, when none is the default one. */
    static final String NEXT_DEFAULT = "UPDATE payments.methods SET is_default = true WHERE org_id = $1 AND id ="
            + " (SELECT m.id FROM payments.methods m WHERE m.org_id = $1 AND m.removed_at IS NULL"
            + " AND m.provider = (SELECT r.provider FROM payments.methods r WHERE r.org_id = $1 AND r.id = $2)"
            + " ORDER BY m.added_at DESC, m.id DESC LIMIT 1) AND NOT EXISTS (SELECT FROM payments.methods d"
            + " WHERE d.org_id = $1 AND d.is_default AND d.removed_at IS NULL)";

    static final String REMOVE_METHOD = "UPDATE payments.methods SET removed_at = $3, is_default = false"
            + " WHERE org_id = $1 AND id = $2 AND removed_at IS NULL";

    private PaymentStore() {}

    /** A payment as it is stored. */
    record Stored(
            UUID orgId,
            UUID id,
            String provider,
            PaymentStatus status,
            Money amount,
            Money received,
            Money refunded,
            Money reserved,
            Money disputed,
            @Nullable UUID invoiceId,
            @Nullable Integer attempt,
            @Nullable UUID methodId,
            @Nullable String session,
            @Nullable String intent,
            @Nullable String charge,
            @Nullable String method,
            @Nullable String reason,
            @Nullable String checkoutUrl,
            @Nullable Instant expiresAt,
            int looks,
            int failures,
            @Nullable Instant sentAt,
            Instant createdAt,
            @Nullable Instant settledAt) {

        boolean over() {
            return status == PaymentStatus.FAILED
                    || status == PaymentStatus.CANCELLED
                    || status == PaymentStatus.SUCCEEDED;
        }

        /** Whether nothing is on its way, so that its checkout can be closed. */
        boolean unpaid() {
            return status == PaymentStatus.PENDING || status == PaymentStatus.ACTION_NEEDED;
        }

        /** What is left to be given back; what is disputed or was lost so is not with us. */
        Money left() {
            var left = received.minus(refunded).minus(reserved).minus(disputed);
            return left.positive() ? left : Money.zero(received.currency());
        }

        Payment shown() {
            return new Payment(
                    id,
                    orgId,
                    status,
                    amount,
                    refunded,
                    disputed,
                    invoiceId,
                    attempt,
                    provider,
                    method,
                    reason,
                    over() ? null : checkoutUrl,
                    expiresAt,
                    createdAt,
                    settledAt);
        }
    }

    /** A payment that begins. */
    record Begun(
            UUID orgId,
            UUID id,
            String provider,
            Money amount,
            @Nullable UUID invoiceId,
            @Nullable Integer attempt,
            @Nullable Method method,
            @Nullable String session,
            @Nullable String checkoutUrl,
            @Nullable Instant expiresAt,
            Instant nextAt) {}

    /** A payment method as it is stored. */
    record Method(String ref, PaymentMethod shown) {
        String label() {
            return shown.brand() + " •••• " + shown.lastFour();
        }
    }

    /** Answers how many rows were written: none for an attempt that was begun before. */
    static Future<Integer> insert(Work work, Begun one) {
        var method = one.method();
        return work.run(
                INSERT,
                one.orgId(),
                one.id(),
                one.provider(),
                one.amount().currency(),
                one.amount().amount(),
                one.invoiceId(),
                one.attempt(),
                method == null ? null : method.shown().id(),
                one.session(),
                method == null ? null : method.label(),
                one.checkoutUrl(),
                one.expiresAt(),
                one.nextAt(),
                work.now());
    }

    static Future<Optional<Stored>> find(Read read, UUID orgId, UUID id) {
        return read.one(FIND, PaymentStore::payment, orgId, id);
    }

    static Future<Optional<Stored>> lock(Work work, UUID orgId, UUID id) {
        return work.one(LOCK, PaymentStore::payment, orgId, id);
    }

    /** By what the provider calls it: its checkout or its payment intent. */
    static Future<Optional<Stored>> lockRef(Work work, String provider, String ref) {
        return work.one(LOCK_REF, PaymentStore::payment, provider, ref);
    }

    static Future<List<Stored>> list(
            Read read, UUID orgId, Cursor after, int limit, @Nullable UUID invoice, @Nullable PaymentStatus status) {
        return read.list(LIST, PaymentStore::payment, orgId, after.id(), invoice, status, limit);
    }

    /** A checkout of this invoice in which the payer can still pay. */
    static Future<Optional<Stored>> findOpen(
            Read read, UUID orgId, UUID invoiceId, Money amount, String provider, Instant now) {
        return read.one(FIND_OPEN, PaymentStore::payment, orgId, invoiceId, amount.amount(), provider, now);
    }

    static Future<List<Stored>> due(Read read, Instant now, String provider) {
        return read.list(DUE, PaymentStore::payment, now, provider);
    }

    static Future<Stored> note(Work work, Stored payment, Seen seen, PaymentStatus status, @Nullable Instant settled) {
        var card = seen.card();
        return work.run(
                        NOTE,
                        payment.orgId(),
                        payment.id(),
                        status,
                        seen.received().amount(),
                        seen.intent(),
                        seen.charge(),
                        card == null ? null : card.label(),
                        status == PaymentStatus.SUCCEEDED ? null : seen.reason(),
                        settled)
                .compose(noted -> find(work, payment.orgId(), payment.id()))
                .map(found -> found.orElse(payment));
    }

    static Future<Integer> later(Work work, Stored payment, @Nullable Instant next) {
        return work.run(LATER, payment.orgId(), payment.id(), next);
    }

    static Future<Integer> looked(Work work, Stored payment, Instant next) {
        return work.run(LOOKED, payment.orgId(), payment.id(), next);
    }

    /** From here on the provider may have it, with this amount. */
    static Future<Integer> send(Work work, Stored payment, Money amount) {
        return work.run(SEND, payment.orgId(), payment.id(), amount.amount(), work.now());
    }

    /** Brings amounts of a payment on by this much. */
    static Future<Integer> move(Work work, UUID orgId, UUID id, long refunded, long reserved, long disputed) {
        return work.run(MOVE, orgId, id, refunded, reserved, disputed);
    }

    static Future<Optional<String>> findCustomer(Read read, UUID orgId, String provider) {
        return read.one(FIND_CUSTOMER, row -> row.getString("ref"), orgId, provider);
    }

    static Future<Integer> insertCustomer(Work work, UUID orgId, String provider, String ref) {
        return work.run(INSERT_CUSTOMER, orgId, provider, ref);
    }

    static Future<List<Method>> methods(Read read, UUID orgId) {
        return read.list(METHODS, PaymentStore::method, orgId);
    }

    static Future<Optional<Method>> findMethod(Read read, UUID orgId, UUID id) {
        return read.one(FIND_METHOD, PaymentStore::method, orgId, id);
    }

    static Future<Optional<Method>> defaultMethod(Read read, UUID orgId, String provider) {
        return read.one(DEFAULT_METHOD, PaymentStore::method, orgId, provider);
    }

    static Future<Integer> insertMethod(Work work, UUID orgId, UUID id, String provider, Seen.Card card) {
        return work.run(LOCK_CUSTOMER, orgId)
                .compose(locked -> work.run(
                        INSERT_METHOD,
                        orgId,
                        id,
                        provider,
                        card.ref(),
                        card.brand(),
                        card.lastFour(),
                        card.month(),
                        card.year(),
                        work.now()));
    }

    static Future<Method> setDefault(Work work, UUID orgId, UUID id) {
        return work.run(LOCK_CUSTOMER, orgId)
                .compose(locked -> work.run(CLEAR_DEFAULT, orgId, id))
                .compose(cleared -> work.change("payment method", SET_DEFAULT, PaymentStore::method, orgId, id));
    }

    static Future<Integer> removeMethod(Work work, UUID orgId, UUID id) {
        return work.run(LOCK_CUSTOMER, orgId)
                .compose(locked -> work.run(REMOVE_METHOD, orgId, id, work.now()))
                .compose(removed -> work.run(NEXT_DEFAULT, orgId, id).map(removed));
    }

    private static Stored payment(Row row) {
        var currency = row.getString("currency");
        return new Stored(
                row.getUUID("org_id"),
                row.getUUID("id"),
                row.getString("provider"),
                constant(PaymentStatus.class, row, "status"),
                Money.of(row.getLong("amount"), currency),
                Money.of(row.getLong("received"), currency),
                Money.of(row.getLong("refunded"), currency),
                Money.of(row.getLong("reserved"), currency),
                Money.of(row.getLong("disputed"), currency),
                row.getUUID("invoice_id"),
                row.getInteger("attempt"),
                row.getUUID("method_id"),
                row.getString("session_ref"),
                row.getString("intent_ref"),
                row.getString("charge_ref"),
                row.getString("method_label"),
                row.getString("reason"),
                row.getString("checkout_url"),
                timeOrNull(row, "expires_at"),
                row.getInteger("looks"),
                row.getInteger("failures"),
                timeOrNull(row, "sent_at"),
                time(row, "created_at"),
                timeOrNull(row, "settled_at"));
    }

    private static Method method(Row row) {
        return new Method(
                row.getString("ref"),
                new PaymentMethod(
                        row.getUUID("id"),
                        row.getString("provider"),
                        row.getString("brand"),
                        row.getString("last_four"),
                        row.getInteger("exp_month"),
                        row.getInteger("exp_year"),
                        row.getBoolean("is_default"),
                        time(row, "added_at")));
    }

    static <E extends Enum<E>> E constant(Class<E> type, Row row, String column) {
        return Enum.valueOf(type, row.getString(column).toUpperCase(Locale.ROOT));
    }

    static Instant time(Row row, String column) {
        return row.getOffsetDateTime(column).toInstant();
    }

    static @Nullable Instant timeOrNull(Row row, String column) {
        var time = row.getOffsetDateTime(column);
        return time == null ? null : time.toInstant();
    }
}
