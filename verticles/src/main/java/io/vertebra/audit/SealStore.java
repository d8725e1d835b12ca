package io.vertebra.audit;

import io.vertebra.kernel.chains.Head;
import io.vertebra.kernel.chains.Link;
import io.vertebra.kernel.chains.Seal;
import io.vertebra.kernel.db.Work;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** SQL of the sealer. */
final class SealStore {
    /** The horizon is worked out by this statement, so that the next one reads what it promises. */
    static final String POSITION = "SELECT record_seq, audit.horizon() AS horizon FROM audit.sealing FOR UPDATE";

    static final String RECORDS = "SELECT r.seq, r.chain, " + AuditStore.RECORD
            + " FROM audit.records r WHERE r.seq > $1 AND r.seq <= $2 ORDER BY r.seq LIMIT $3";
    static final String HEADS = "SELECT chain, sequence, hash FROM audit.chains WHERE chain = ANY ($1)";
    static final String INSERT = "INSERT INTO audit.seals (chain, sequence, record_seq, hash)"
            + " SELECT * FROM unnest($1::uuid[], $2::bigint[], $3::bigint[], $4::bytea[])";
    static final String MOVE_HEADS = "INSERT INTO audit.chains (chain, sequence, hash, sealed_at)"
            + " SELECT chain, sequence, hash, $4 FROM unnest($1::uuid[], $2::bigint[], $3::bytea[])"
            + " AS head (chain, sequence, hash)"
            + " ON CONFLICT (chain) DO UPDATE SET sequence = excluded.sequence, hash = excluded.hash,"
            + " sealed_at = excluded.sealed_at";
    static final String MOVE = "UPDATE audit.sealing SET record_seq = $1";

    private SealStore() {}

    /** How far the sealer came, and how far it may go. */
    record Position(long recordSeq, long horizon) {}

    /** A record that is to be sealed. */
    record Open(long seq, UUID chain, Row row) implements Link {
        Instant at() {
            return row.getOffsetDateTime("at").toInstant();
        }

        @Override
        public String hash(long sequence, String previous) {
            return AuditStore.record(row, chain, sequence, previous).hash();
        }
    }

    static Future<Position> position(Work work) {
        return work.one(POSITION, row -> new Position(row.getLong("record_seq"), row.getLong("horizon")))
                .map(found -> found.orElseThrow());
    }

    static Future<List<Open>> records(Work work, Position position, int limit) {
        return work.list(
                RECORDS,
                row -> new Open(row.getLong("seq"), row.getUUID("chain"), row),
                position.recordSeq(),
                position.horizon(),
                limit);
    }

    static Future<Map<UUID, Head>> heads(Work work, Collection<UUID> chains) {
        return work.list(
                        HEADS,
                        row -> Map.entry(
                                row.getUUID("chain"), new Head(row.getLong("sequence"), Seal.hex(row, "hash"))),
                        (Object) chains.toArray(UUID[]::new))
                .map(found -> {
                    var heads = new HashMap<UUID, Head>();
                    found.forEach(head -> heads.put(head.getKey(), head.getValue()));
                    return heads;
                });
    }

    /** Writes seals and heads and moves on. */
    static Future<Integer> seal(Work work, List<Seal> seals, Map<UUID, Head> heads) {
        var last = seals.getLast().seq();
        return work.run(
                        INSERT,
                        seals.stream().map(Seal::chain).toArray(UUID[]::new),
                        seals.stream().map(Seal::sequence).toArray(Long[]::new),
                        seals.stream().map(Seal::seq).toArray(Long[]::new),
                        seals.stream().map(seal -> Seal.bytes(seal.hash())).toArray(Buffer[]::new))
                .compose(inserted -> work.run(
                        MOVE_HEADS,
                        heads.keySet().toArray(UUID[]::new),
                        heads.values().stream().map(Head::sequence).toArray(Long[]::new),
                        heads.values().stream()
                                .map(head -> Seal.bytes(head.hash()))
                                .toArray(Buffer[]::new),
                        work.now().atOffset(ZoneOffset.UTC)))
                .compose(moved -> work.run(MOVE, last));
    }
}
