package io.vertebra.payments;

import static io.vertebra.payments.PaymentStore.constant;
import static io.vertebra.payments.PaymentStore.time;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import io.vertebra.bus.Json;
import io.vertebra.bus.Money;
import io.vertebra.contract.PaymentsRefunds.Refund;
import io.vertebra.contract.PaymentsRefunds.RefundDestination;
import io.vertebra.contract.PaymentsRefunds.RefundStatus;
import io.vertebra.contract.PaymentsRefunds.RefundStep;
import io.vertebra.kernel.db.Cursor;
import io.vertebra.kernel.db.Read;
import io.vertebra.kernel.db.Work;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** SQL of refunds, disputes, and of what followed in the ledger. */
final class RefundStore {
    static final String INSERT = "INSERT INTO payments.refunds (org_id, id, payment_id, currency, amount, status,"
            + " destination, reason, provider, ref, steps, next_at, created_at, updated_at, counted)"
            + " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11::text::jsonb, $12, $13, $13, $14)";
    private static final String REFUND = "SELECT org_id, id, payment_id, currency, amount, status, destination, reason,"
            + " failure, provider, ref, steps::text AS steps, failures, created_at, updated_at,"
            + " coalesce(counted, amount) AS counted FROM payments.refunds";
    static final String FIND = REFUND + " WHERE org_id = $1 AND id = $2";
    static final String LOCK = FIND + " FOR UPDATE";
    static final String LOCK_REF = REFUND + " WHERE provider = $1 AND ref = $2 FOR UPDATE";
    static final String LIST = REFUND + " WHERE org_id = $1 AND id < $2 AND ($3::uuid IS NULL OR payment_id = $3)"
            + " ORDER BY id DESC LIMIT $4";
    static final String LIST_ALL =
            REFUND + " WHERE id < $1 AND ($2::text IS NULL OR status = $2)" + " ORDER BY id DESC LIMIT $3";
    static final String DUE = REFUND + " WHERE next_at <= $1 ORDER BY next_at, id LIMIT $2";
    static final String UPDATE = "UPDATE payments.refunds SET status = $3, destination = $4, failure = $5,"
            + " ref = coalesce(ref, $6), steps = steps || $7::text::jsonb, next_at = $8, updated_at = $9, failures = 0"
            + " WHERE org_id = $1 AND id = $2";
    static final String LATER =
            "UPDATE payments.refunds SET failures = failures + 1, next_at = $3 WHERE org_id = $1 AND id = $2";
    static final String INSERT_DISPUTE = "INSERT INTO payments.disputes (org_id, id, payment_id, provider, ref,"
            + " currency, amount, status, reason, opened_at) VALUES ($1, $2, $3, $4, $5, $6, $7, 'open', $8, $9)"
            + " ON CONFLICT DO NOTHING";
    static final String CLOSE_DISPUTE = "UPDATE payments.disputes SET status = $3, closed_at = $4"
            + " WHERE org_id = $1 AND id = $2 AND status = 'open'";
    static final String INSERT_EFFECT = "INSERT INTO payments.effects (org_id, provider, object, effect, payment_id,"
            + " currency, amount, posting_id, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING";

    /** Failures after which a person should look, though it is tried on. */
    static final int FAILURES_MAX = 45;

    private RefundStore() {}

    /**
     * A refund as it is stored.
     *
     * @param counted how much of it counts against its payment
     */
    record Stored(Refund refund, String provider, @Nullable String ref, int failures, long counted) {
        Stored in(RefundStatus status, RefundDestination destination, @Nullable String failure, @Nullable String seen) {
            var one = refund;
            return new Stored(
                    new Refund(
                            one.id(),
                            one.orgId(),
                            one.paymentId(),
                            one.amount(),
                            status,
                            destination,
                            one.reason(),
                            failure,
                            one.createdAt(),
                            one.updatedAt(),
                            one.steps()),
                    provider,
                    ref == null ? seen : ref,
                    failures,
                    counted);
        }

        Stored in(RefundStatus status) {
            return in(status, refund.destination(), refund.failure(), null);
        }

        boolean over() {
            return refund.status() == RefundStatus.SUCCEEDED
                    || refund.status() == RefundStatus.FAILED
                    || refund.status() == RefundStatus.DECLINED;
        }
    }

    /** Something that happened to money at a provider, and the posting that follows from it. */
    record Effect(
            UUID orgId, UUID paymentId, String provider, String object, String name, Money amount, UUID posting) {}

    static Future<Stored> insert(Work work, Stored one, @Nullable Instant next) {
        var refund = one.refund();
        return work.run(
                        INSERT,
                        refund.orgId(),
                        refund.id(),
                        refund.paymentId(),
                        refund.amount().currency(),
                        refund.amount().amount(),
                        refund.status(),
                        refund.destination(),
                        refund.reason(),
                        one.provider(),
                        one.ref(),
                        json(refund.steps()),
                        next,
                        work.now(),
                        one.counted())
                .map(one);
    }

    static Future<Optional<Stored>> find(Read read, UUID orgId, UUID id) {
        return read.one(FIND, RefundStore::refund, orgId, id);
    }

    static Future<Optional<Stored>> lock(Work work, UUID orgId, UUID id) {
        return work.one(LOCK, RefundStore::refund, orgId, id);
    }

    static Future<Optional<Stored>> lockRef(Work work, String provider, String ref) {
        return work.one(LOCK_REF, RefundStore::refund, provider, ref);
    }

    static Future<List<Stored>> list(Read read, UUID orgId, Cursor after, int limit, @Nullable UUID payment) {
        return read.list(LIST, RefundStore::refund, orgId, after.id(), payment, limit);
    }

    static Future<List<Stored>> listAll(Read read, Cursor after, int limit, @Nullable RefundStatus status) {
        return read.list(LIST_ALL, RefundStore::refund, after.id(), status, limit);
    }

    static Future<List<Stored>> due(Read read, Instant now, int limit) {
        return read.list(DUE, RefundStore::refund, now, limit);
    }

    /** Writes a step; {@code next} is when it goes on by itself. */
    static Future<Stored> step(Work work, Stored one, @Nullable String note, @Nullable Instant next) {
        var refund = one.refund();
        var step = List.of(new RefundStep(refund.status(), work.now(), note));
        return work.run(
                        UPDATE,
                        refund.orgId(),
                        refund.id(),
                        refund.status(),
                        refund.destination(),
                        refund.failure(),
                        one.ref(),
                        json(step),
                        next,
                        work.now())
                .compose(written -> find(work, refund.orgId(), refund.id()))
                .map(found -> found.orElse(one));
    }

    static Future<Integer> later(Work work, Stored one, @Nullable Instant next) {
        return work.run(LATER, one.refund().orgId(), one.refund().id(), next);
    }

    static Future<Boolean> insertDispute(
            Work work, PaymentStore.Stored payment, UUID id, Seen.Disputed seen, Instant at) {
        return work.run(
                        INSERT_DISPUTE,
                        payment.orgId(),
                        id,
                        payment.id(),
                        payment.provider(),
                        seen.ref(),
                        seen.amount().currency(),
                        seen.amount().amount(),
                        seen.reason(),
                        at)
                .map(rows -> rows == 1);
    }

    static Future<Boolean> closeDispute(Work work, UUID orgId, UUID id, boolean won, Instant at) {
        return work.run(CLOSE_DISPUTE, orgId, id, won ? "won" : "lost", at).map(rows -> rows == 1);
    }

    /** Whether this is the first time. */
    static Future<Boolean> insertEffect(Work work, Effect effect) {
        return work.run(
                        INSERT_EFFECT,
                        effect.orgId(),
                        effect.provider(),
                        effect.object(),
                        effect.name(),
                        effect.paymentId(),
                        effect.amount().currency(),
                        effect.amount().amount(),
                        effect.posting(),
                        work.now())
                .map(rows -> rows == 1);
    }

    private static Stored refund(Row row) {
        return new Stored(
                new Refund(
                        row.getUUID("id"),
                        row.getUUID("org_id"),
                        row.getUUID("payment_id"),
                        Money.of(row.getLong("amount"), row.getString("currency")),
                        constant(RefundStatus.class, row, "status"),
                        constant(RefundDestination.class, row, "destination"),
                        row.getString("reason"),
                        row.getString("failure"),
                        time(row, "created_at"),
                        time(row, "updated_at"),
                        steps(row.getString("steps"))),
                row.getString("provider"),
                row.getString("ref"),
                row.getInteger("failures"),
                row.getLong("counted"));
    }

    private static String json(List<RefundStep> steps) {
        try {
            return Json.tolerant().writeValueAsString(steps);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("What is to be stored has no JSON form", e);
        }
    }

    private static List<RefundStep> steps(String json) {
        try {
            return Json.tolerant().readValue(json, new TypeReference<List<RefundStep>>() {});
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("What was stored cannot be read", e);
        }
    }
}
