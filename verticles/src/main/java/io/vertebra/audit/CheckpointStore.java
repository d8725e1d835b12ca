package io.vertebra.audit;

import io.vertebra.kernel.audit.AuditCheckpoint;
import io.vertebra.kernel.audit.AuditKey;
import io.vertebra.kernel.chains.Seal;
import io.vertebra.kernel.db.Read;
import io.vertebra.kernel.db.Work;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** SQL of checkpoints and the keys that sign them. */
final class CheckpointStore {
    private static final String COLUMNS = "chain, sequence, head, at, key_id, signature";

    static final String KEYS = "SELECT public_key FROM audit.keys ORDER BY created_at";
    static final String NEWEST_KEY =
            "SELECT id, public_key, sealed_private FROM audit.keys ORDER BY created_at DESC LIMIT 1";
    static final String INSERT_KEY =
            "INSERT INTO audit.keys (id, public_key, sealed_private, created_at) VALUES ($1, $2, $3, $4)";
    static final String UNSIGNED = "SELECT chain, sequence, hash FROM audit.chains"
            + " WHERE sequence > checkpointed ORDER BY sealed_at LIMIT $1";
    static final String INSERT = "INSERT INTO audit.checkpoints (" + COLUMNS + ")"
            + " SELECT * FROM unnest($1::uuid[], $2::bigint[], $3::bytea[], $4::timestamptz[], $5::text[], $6::bytea[])"
            + " ON CONFLICT (chain, sequence) DO NOTHING";
    static final String NOTE = "UPDATE audit.chains c SET checkpointed = greatest(c.checkpointed, n.sequence)"
            + " FROM unnest($1::uuid[], $2::bigint[]) AS n (chain, sequence) WHERE c.chain = n.chain";
    static final String LIST = "SELECT " + COLUMNS + " FROM audit.checkpoints"
            + " WHERE chain = $1 AND sequence > $2 ORDER BY sequence LIMIT $3";
    static final String NEWEST =
            "SELECT " + COLUMNS + " FROM audit.checkpoints" + " WHERE chain = $1 ORDER BY sequence DESC LIMIT $2";

    private CheckpointStore() {}

    /** A key with its private half, sealed. */
    record SealedKey(AuditKey key, byte[] sealedPrivate) {}

    /** The head of a chain that no checkpoint states yet. */
    record Unsigned(UUID chain, long sequence, String head) {}

    static Future<List<AuditKey>> keys(Read read) {
        return read.list(KEYS, row -> AuditKey.of(row.getBuffer("public_key").getBytes()));
    }

    static Future<Optional<SealedKey>> newestKey(Read read) {
        return read.one(
                NEWEST_KEY,
                row -> new SealedKey(
                        AuditKey.of(row.getBuffer("public_key").getBytes()),
                        row.getBuffer("sealed_private").getBytes()));
    }

    static Future<SealedKey> insert(Work work, SealedKey made) {
        return work.run(
                        INSERT_KEY,
                        made.key().id(),
                        Buffer.buffer(made.key().encoded()),
                        Buffer.buffer(made.sealedPrivate()),
                        work.now().atOffset(ZoneOffset.UTC))
                .map(made);
    }

    static Future<List<Unsigned>> unsigned(Read read, int limit) {
        return read.list(
                UNSIGNED,
                row -> new Unsigned(row.getUUID("chain"), row.getLong("sequence"), Seal.hex(row, "hash")),
                limit);
    }

    static Future<Integer> insert(Work work, List<AuditCheckpoint> signed) {
        var chains = signed.stream().map(AuditCheckpoint::chain).toArray(UUID[]::new);
        var sequences = signed.stream().map(AuditCheckpoint::sequence).toArray(Long[]::new);
        return work.run(
                        INSERT,
                        chains,
                        sequences,
                        signed.stream().map(one -> Seal.bytes(one.head())).toArray(Buffer[]::new),
                        signed.stream()
                                .map(one -> one.at().atOffset(ZoneOffset.UTC))
                                .toArray(OffsetDateTime[]::new),
                        signed.stream().map(AuditCheckpoint::keyId).toArray(String[]::new),
                        signed.stream()
                                .map(one -> Buffer.buffer(Base64.getDecoder().decode(one.signature())))
                                .toArray(Buffer[]::new))
                .compose(inserted -> work.run(NOTE, chains, sequences));
    }

    /** Checkpoints of a chain after this place, the oldest first. */
    static Future<List<AuditCheckpoint>> list(Read read, UUID chain, long after, int limit) {
        return read.list(LIST, CheckpointStore::checkpoint, chain, after, limit);
    }

    /** The latest checkpoints of a chain, the newest first. */
    static Future<List<AuditCheckpoint>> newest(Read read, UUID chain, int limit) {
        return read.list(NEWEST, CheckpointStore::checkpoint, chain, limit);
    }

    private static AuditCheckpoint checkpoint(Row row) {
        return new AuditCheckpoint(
                row.getUUID("chain"),
                row.getLong("sequence"),
                Seal.hex(row, "head"),
                row.getOffsetDateTime("at").toInstant(),
                row.getString("key_id"),
                Base64.getEncoder().encodeToString(row.getBuffer("signature").getBytes()));
    }
}
