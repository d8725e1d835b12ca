package io.vertebra.payments;

import static io.vertebra.payments.PaymentStore.constant;
import static io.vertebra.payments.PaymentStore.time;

import io.vertebra.contract.PaymentsCharges.Setup;
import io.vertebra.contract.PaymentsCharges.SetupStatus;
import io.vertebra.kernel.db.Read;
import io.vertebra.kernel.db.Work;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** SQL of payment methods on their way to the file. */
final class SetupStore {
    static final String INSERT = "INSERT INTO payments.setups (org_id, id, provider, status, session_ref, url,"
            + " expires_at, next_at, created_at) VALUES ($1, $2, $3, 'pending', $4, $5, $6, $7, $8)";
    private static final String SETUP = "SELECT org_id, id, provider, status, session_ref, url, method_id, expires_at,"
            + " failures, created_at FROM payments.setups";
    static final String FIND = SETUP + " WHERE org_id = $1 AND id = $2";
    static final String LOCK = FIND + " FOR UPDATE";
    static final String DUE = SETUP + " WHERE next_at <= $1 AND provider = $2 ORDER BY next_at LIMIT 20";
    static final String END =
            "UPDATE payments.setups SET status = $3, method_id = $4, next_at = NULL" + " WHERE org_id = $1 AND id = $2";
    static final String LATER =
            "UPDATE payments.setups SET failures = failures + 1, next_at = $3 WHERE org_id = $1 AND id = $2";

    private SetupStore() {}

    /** One as it is stored. */
    record Stored(
            UUID orgId,
            UUID id,
            String provider,
            SetupStatus status,
            String session,
            String url,
            @Nullable UUID methodId,
            Instant expiresAt,
            int failures,
            Instant createdAt) {

        boolean over() {
            return status != SetupStatus.PENDING;
        }

        Setup shown() {
            return new Setup(id, orgId, status, provider, methodId, over() ? null : url, expiresAt, createdAt);
        }

        Stored ended(SetupStatus as, @Nullable UUID method) {
            return new Stored(orgId, id, provider, as, session, url, method, expiresAt, failures, createdAt);
        }
    }

    static Future<Integer> insert(Work work, Stored one, Instant next) {
        return work.run(
                INSERT,
                one.orgId(),
                one.id(),
                one.provider(),
                one.session(),
                one.url(),
                one.expiresAt(),
                next,
                one.createdAt());
    }

    static Future<Optional<Stored>> find(Read read, UUID orgId, UUID id) {
        return read.one(FIND, SetupStore::stored, orgId, id);
    }

    static Future<Optional<Stored>> lock(Work work, UUID orgId, UUID id) {
        return work.one(LOCK, SetupStore::stored, orgId, id);
    }

    static Future<List<Stored>> due(Read read, Instant now, String provider) {
        return read.list(DUE, SetupStore::stored, now, provider);
    }

    static Future<Stored> end(Work work, Stored one, SetupStatus status, @Nullable UUID method) {
        return work.run(END, one.orgId(), one.id(), status, method).map(one.ended(status, method));
    }

    static Future<Integer> later(Work work, Stored one, @Nullable Instant next) {
        return work.run(LATER, one.orgId(), one.id(), next);
    }

    private static Stored stored(Row row) {
        return new Stored(
                row.getUUID("org_id"),
                row.getUUID("id"),
                row.getString("provider"),
                constant(SetupStatus.class, row, "status"),
                row.getString("session_ref"),
                row.getString("url"),
                row.getUUID("method_id"),
                time(row, "expires_at"),
                row.getInteger("failures"),
                time(row, "created_at"));
    }
}
