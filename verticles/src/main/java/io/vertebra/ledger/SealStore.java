package io.vertebra.ledger;

import io.vertebra.kernel.chains.CanonicalJson;
import io.vertebra.kernel.chains.ChainStore;
import io.vertebra.kernel.chains.ChainStore.Position;
import io.vertebra.kernel.chains.Hash;
import io.vertebra.kernel.chains.Link;
import io.vertebra.kernel.chains.Seal;
import io.vertebra.kernel.db.Read;
import io.vertebra.kernel.db.Work;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** SQL of what the seals cover. */
final class SealStore {
    static final ChainStore CHAINS = new ChainStore("ledger", "org_id", "transaction_seq");

    /** Everything that a seal covers; legs in their order, one line each. */
    private static final String CONTENT = " t.seq, t.org_id, t.id, t.kind, t.code, t.description, t.cause, t.refers,"
            + " t.at, t.recorded_at, t.expires_at, (SELECT string_agg(concat_ws(' ', e.account_id, e.place, e.phase,"
            + " e.amount, e.currency, to_char(e.at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US')), ','"
            + " ORDER BY e.leg) FROM ledger.entries e"
            + " WHERE e.org_id = t.org_id AND e.transaction_id = t.id) AS legs";

    static final String OPEN =
            "SELECT" + CONTENT + " FROM ledger.transactions t WHERE t.seq > $1 AND t.seq <= $2 ORDER BY t.seq LIMIT $3";
    static final String SEALED = "SELECT s.sequence, s.hash," + CONTENT + " FROM ledger.seals s"
            + " LEFT JOIN ledger.transactions t ON t.seq = s.transaction_seq"
            + " WHERE s.org_id = $1 AND s.sequence > $2 ORDER BY s.sequence LIMIT $3";
    static final String UNSEALED = "SELECT t.id, t.seq, t.seq <= p.transaction_seq AS late FROM ledger.transactions t"
            + " CROSS JOIN ledger.sealing p WHERE t.org_id = $1"
            + " AND NOT EXISTS (SELECT FROM ledger.seals s WHERE s.transaction_seq = t.seq) ORDER BY t.seq LIMIT $2";
    static final String UNBALANCED = "SELECT DISTINCT u.transaction_id FROM (SELECT e.transaction_id"
            + " FROM ledger.entries e WHERE e.org_id = $1 GROUP BY e.transaction_id, e.currency, e.phase"
            + " HAVING sum(e.amount) <> 0) u LIMIT $2";
    static final String BAD_SNAPSHOTS = "SELECT n.account_id, n.place FROM ledger.snapshots n JOIN ("
            + "SELECT e.account_id, e.place, count(*) OVER w AS entries,"
            + " coalesce(sum(e.amount) FILTER (WHERE e.phase = 'posted' AND e.amount > 0) OVER w, 0) AS dp,"
            + " coalesce(-sum(e.amount) FILTER (WHERE e.phase = 'posted' AND e.amount < 0) OVER w, 0) AS cp,"
            + " sum(CASE e.phase WHEN 'posted' THEN 0 WHEN 'pending' THEN e.amount ELSE -e.amount END) OVER w"
            + " AS pending"
            + " FROM ledger.entries e WHERE e.org_id = $1 WINDOW w AS (PARTITION BY e.account_id ORDER BY e.place)) r"
            + " ON r.account_id = n.account_id AND r.place = n.place WHERE n.org_id = $1 AND (r.entries <> n.place"
            + " OR r.dp <> n.debits_posted OR r.cp <> n.credits_posted"
            + " OR r.pending <> n.debits_pending - n.credits_pending) LIMIT $2";

    private SealStore() {}

    /** A transaction as the database has it now. */
    record Content(long seq, UUID orgId, UUID id, Map<String, @Nullable Object> said) implements Link {
        @Override
        public UUID chain() {
            return orgId;
        }

        @Override
        public String hash(long sequence, String previous) {
            var content = new LinkedHashMap<>(said);
            content.put("sequence", sequence);
            content.put("previous", previous);
            return Hash.of(CanonicalJson.bytes(content));
        }
    }

    /** A seal with what it seals; nothing when that is gone. */
    record Sealed(long sequence, String hash, Optional<Content> content) {}

    /** A transaction without a seal; late when the sealer has passed it. */
    record Unsealed(UUID id, boolean late) {}

    /** A snapshot that is not the sum of its entries. */
    record BadSnapshot(UUID accountId, long place) {}

    static Future<List<Content>> open(Work work, Position position, int limit) {
        return work.list(OPEN, SealStore::content, position.seq(), position.horizon(), limit);
    }

    static Future<List<Sealed>> sealed(Read read, UUID orgId, long after, int limit) {
        return read.list(
                SEALED,
                row -> new Sealed(
                        row.getLong("sequence"),
                        Seal.hex(row, "hash"),
                        row.getLong("seq") == null ? Optional.empty() : Optional.of(content(row))),
                orgId,
                after,
                limit);
    }

    static Future<List<Unsealed>> unsealed(Read read, UUID orgId, int limit) {
        return read.list(UNSEALED, row -> new Unsealed(row.getUUID("id"), row.getBoolean("late")), orgId, limit);
    }

    static Future<List<UUID>> unbalanced(Read read, UUID orgId, int limit) {
        return read.list(UNBALANCED, row -> row.getUUID("transaction_id"), orgId, limit);
    }

    static Future<List<BadSnapshot>> badSnapshots(Read read, UUID orgId, int limit) {
        return read.list(
                BAD_SNAPSHOTS, row -> new BadSnapshot(row.getUUID("account_id"), row.getLong("place")), orgId, limit);
    }

    private static Content content(Row row) {
        var said = new LinkedHashMap<String, @Nullable Object>();
        said.put("version", 1);
        said.put("org", row.getUUID("org_id").toString());
        said.put("id", row.getUUID("id").toString());
        for (var column : List.of("kind", "code", "description", "cause", "legs")) {
            said.put(column, row.getString(column));
        }
        said.put(
                "refers",
                row.getUUID("refers") == null ? null : row.getUUID("refers").toString());
        for (var column : List.of("at", "recorded_at", "expires_at")) {
            var time = row.getOffsetDateTime(column);
            said.put(column, time == null ? null : time.toInstant().toString());
        }
        return new Content(row.getLong("seq"), row.getUUID("org_id"), row.getUUID("id"), said);
    }
}
