package io.vertebra.audit;

import io.vertebra.contract.Audit.Entry;
import io.vertebra.contract.Audit.ListRecords;
import io.vertebra.contract.Audit.Outcome;
import io.vertebra.kernel.audit.AuditRecord;
import io.vertebra.kernel.chains.Seal;
import io.vertebra.kernel.db.Read;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** SQL that reads records and their seals. */
final class AuditStore {
    /** What a record says, in the order in which the reading functions take it. */
    static final String RECORD =
            "r.id, r.org_id, r.at, r.actor_kind, r.actor, r.role, r.action, r.target, r.outcome, r.reason, r.request,"
                    + " r.platform";

    static final String LIST = "SELECT r.seq, s.sequence, " + RECORD
            + " FROM audit.records r LEFT JOIN audit.seals s ON s.record_seq = r.seq"
            + " WHERE r.chain = $1 AND r.seq < $2 AND ($3::uuid IS NULL OR r.actor = $3)"
            + " AND ($4::text IS NULL OR r.action = $4) AND ($5::text IS NULL OR r.target = $5)"
            + " AND ($6::text IS NULL OR r.outcome = $6) AND ($7::timestamptz IS NULL OR r.at >= $7)"
            + " AND ($8::timestamptz IS NULL OR r.at < $8) ORDER BY r.seq DESC LIMIT $9";
    static final String SEALED = "SELECT s.sequence, s.hash, s.chain, " + RECORD
            + " FROM audit.seals s LEFT JOIN audit.records r ON r.seq = s.record_seq"
            + " WHERE s.chain = $1 AND s.sequence >= $2 ORDER BY s.sequence LIMIT $3";
    static final String UNSEALED = "SELECT count(*) AS records, min(at) AS oldest FROM audit.records"
            + " WHERE chain = $1 AND seq > (SELECT record_seq FROM audit.sealing)";

    private AuditStore() {}

    /** A record as the list shows it, with its place in the order of writing. */
    record Listed(long seq, Entry entry) {}

    /** The records that wait to be sealed. */
    record Unsealed(long records, @Nullable Instant oldest) {}

    /** A seal and the record under it; null where the record is gone. */
    record Sealed(long sequence, String hash, @Nullable Row row) {
        /** The record in its place, after this hash. */
        Optional<AuditRecord> record(String previous) {
            return row == null
                    ? Optional.empty()
                    : Optional.of(AuditStore.record(row, row.getUUID("chain"), sequence, previous));
        }
    }

    static Future<List<Listed>> list(Read read, ListRecords filter, long before, int limit) {
        return read.list(
                LIST,
                AuditStore::listed,
                filter.orgId(),
                before,
                filter.actor(),
                filter.action(),
                filter.target(),
                filter.outcome() == null ? null : filter.outcome().name().toLowerCase(Locale.ROOT),
                at(filter.from()),
                at(filter.until()),
                limit);
    }

    /** Seals with their records, from this place on. */
    static Future<List<Sealed>> sealed(Read read, UUID chain, long from, int limit) {
        return read.list(
                SEALED,
                row -> new Sealed(
                        row.getLong("sequence"), Seal.hex(row, "hash"), row.getUUID("id") == null ? null : row),
                chain,
                from,
                limit);
    }

    static Future<Unsealed> unsealed(Read read, UUID chain) {
        return read.one(UNSEALED, row -> new Unsealed(row.getLong("records"), time(row, "oldest")), chain)
                .map(found -> found.orElse(new Unsealed(0, null)));
    }

    static AuditRecord record(Row row, UUID chain, long sequence, String previous) {
        return new AuditRecord(
                chain,
                sequence,
                previous,
                row.getUUID("id"),
                row.getUUID("org_id"),
                row.getOffsetDateTime("at").toInstant(),
                row.getString("actor_kind"),
                row.getUUID("actor"),
                row.getString("role"),
                row.getString("action"),
                row.getString("target"),
                row.getString("outcome"),
                row.getString("reason"),
                row.getString("request"),
                row.getBoolean("platform"));
    }

    private static Listed listed(Row row) {
        var entry = new Entry(
                row.getUUID("id"),
                row.getLong("sequence"),
                row.getOffsetDateTime("at").toInstant(),
                row.getString("actor_kind"),
                row.getUUID("actor"),
                row.getString("role"),
                row.getString("action"),
                row.getString("target"),
                Outcome.valueOf(row.getString("outcome").toUpperCase(Locale.ROOT)),
                row.getString("reason"),
                row.getString("request"));
        return new Listed(row.getLong("seq"), entry);
    }

    static @Nullable OffsetDateTime at(@Nullable Instant time) {
        return time == null ? null : time.atOffset(ZoneOffset.UTC);
    }

    private static @Nullable Instant time(Row row, String column) {
        var time = row.getOffsetDateTime(column);
        return time == null ? null : time.toInstant();
    }
}
