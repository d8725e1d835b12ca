package io.vertebra.kernel.chains;

import io.vertebra.kernel.db.Read;
import io.vertebra.kernel.db.Work;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * SQL of the chains of one schema: how far the sealer came ({@code sealing}), the seals, the head of each chain
 * ({@code chains}), the checkpoints that state them and the keys that sign those. The rows that are sealed are the
 * domain's own.
 */
public final class ChainStore {
    private final String schema;
    private final String all;
    private final String position;
    private final String heads;
    private final String insertSeals;
    private final String moveHeads;
    private final String move;
    private final String keys;
    private final String newestKey;
    private final String insertKey;
    private final String unsigned;
    private final String insertCheckpoints;
    private final String note;
    private final String list;
    private final String newest;

    /**
     * The chains of this schema.
     *
     * @param chain the column that names a chain
     * @param row the column that says which row a seal is of
     */
    public ChainStore(String schema, String chain, String row) {
        this.schema = schema;
        all = "SELECT " + chain + " AS chain FROM " + schema + ".chains WHERE $1::uuid IS NULL OR " + chain
                + " > $1 ORDER BY " + chain + " LIMIT $2";
        position =
                "SELECT " + row + " AS seq, " + schema + ".horizon() AS horizon FROM " + schema + ".sealing FOR UPDATE";
        heads = "SELECT " + chain + " AS chain, sequence, hash FROM " + schema + ".chains WHERE " + chain
                + " = ANY ($1)";
        insertSeals = "INSERT INTO " + schema + ".seals (" + chain + ", sequence, " + row
                + ", hash) SELECT * FROM unnest($1::uuid[], $2::bigint[], $3::bigint[], $4::bytea[])";
        moveHeads = "INSERT INTO " + schema + ".chains (" + chain + ", sequence, hash, sealed_at)"
                + " SELECT h.chain, h.sequence, h.hash, $4 FROM unnest($1::uuid[], $2::bigint[], $3::bytea[])"
                + " AS h (chain, sequence, hash) ON CONFLICT (" + chain
                + ") DO UPDATE SET sequence = excluded.sequence, hash = excluded.hash, sealed_at = excluded.sealed_at";
        move = "UPDATE " + schema + ".sealing SET " + row + " = $1";
        keys = "SELECT public_key FROM " + schema + ".keys ORDER BY created_at";
        newestKey = "SELECT public_key, sealed_private FROM " + schema + ".keys ORDER BY created_at DESC LIMIT 1";
        insertKey = "INSERT INTO " + schema + ".keys (id, public_key, sealed_private, created_at)"
                + " VALUES ($1, $2, $3, $4)";
        unsigned = "SELECT " + chain + " AS chain, sequence, hash FROM " + schema
                + ".chains WHERE sequence > checkpointed ORDER BY sealed_at LIMIT $1";
        insertCheckpoints = "INSERT INTO " + schema + ".checkpoints (" + chain
                + ", sequence, head, at, key_id, signature) SELECT * FROM unnest($1::uuid[], $2::bigint[],"
                + " $3::bytea[], $4::timestamptz[], $5::text[], $6::bytea[]) ON CONFLICT DO NOTHING";
        note = "UPDATE " + schema + ".chains c SET checkpointed = greatest(c.checkpointed, n.sequence)"
                + " FROM unnest($1::uuid[], $2::bigint[]) AS n (chain, sequence) WHERE c." + chain + " = n.chain";
        var checkpoints = "SELECT " + chain + " AS chain, sequence, head, at, key_id, signature FROM " + schema
                + ".checkpoints WHERE " + chain + " = $1";
        list = checkpoints + " AND sequence > $2 ORDER BY sequence LIMIT $3";
        newest = checkpoints + " ORDER BY sequence DESC LIMIT $2";
    }

    /** How far the sealer came, and how far it may go. */
    public record Position(long seq, long horizon) {}

    /** A key with its private half, sealed. */
    record SealedKey(CheckpointKey key, byte[] sealedPrivate) {}

    /** The head of a chain that no checkpoint states yet. */
    record Unsigned(UUID chain, Head head) {}

    /** The schema, which also says where a sealed key belongs. */
    String schema() {
        return schema;
    }

    /** The horizon is worked out by this statement, so that the next one reads what it promises. */
    Future<Position> position(Work work) {
        return work.one(position, row -> new Position(row.getLong("seq"), row.getLong("horizon")))
                .map(Optional::orElseThrow);
    }

    /** The chains that come after this one, or first. */
    public Future<List<UUID>> after(Read read, @Nullable UUID chain, int limit) {
        return read.list(all, row -> row.getUUID("chain"), chain, limit);
    }

    /** The ends of these chains; none for a chain without seals. */
    public Future<Map<UUID, Head>> heads(Read read, Collection<UUID> chains) {
        return read.list(heads, row -> Map.entry(row.getUUID("chain"), head(row)), (Object) chains.toArray(UUID[]::new))
                .map(found -> {
                    var all = new HashMap<UUID, Head>();
                    found.forEach(one -> all.put(one.getKey(), one.getValue()));
                    return all;
                });
    }

    /** The end of one chain. */
    public Future<Head> head(Read read, UUID chain) {
        return heads(read, List.of(chain)).map(found -> found.getOrDefault(chain, Head.START));
    }

    /** Writes seals and the new heads, and moves the position to the last seal. */
    Future<Integer> seal(Work work, List<Seal> seals, Map<UUID, Head> moved) {
        return work.run(
                        insertSeals,
                        seals.stream().map(Seal::chain).toArray(UUID[]::new),
                        seals.stream().map(Seal::sequence).toArray(Long[]::new),
                        seals.stream().map(Seal::seq).toArray(Long[]::new),
                        seals.stream().map(seal -> Seal.bytes(seal.hash())).toArray(Buffer[]::new))
                .compose(inserted -> work.run(
                        moveHeads,
                        moved.keySet().toArray(UUID[]::new),
                        moved.values().stream().map(Head::sequence).toArray(Long[]::new),
                        moved.values().stream()
                                .map(head -> Seal.bytes(head.hash()))
                                .toArray(Buffer[]::new),
                        work.now().atOffset(ZoneOffset.UTC)))
                .compose(done -> work.run(move, seals.getLast().seq()));
    }

    /** The public halves of all keys, the oldest first. */
    public Future<List<CheckpointKey>> keys(Read read) {
        return read.list(
                keys, row -> CheckpointKey.of(row.getBuffer("public_key").getBytes()));
    }

    Future<Optional<SealedKey>> newestKey(Read read) {
        return read.one(
                newestKey,
                row -> new SealedKey(
                        CheckpointKey.of(row.getBuffer("public_key").getBytes()),
                        row.getBuffer("sealed_private").getBytes()));
    }

    Future<SealedKey> insert(Work work, SealedKey made) {
        return work.run(
                        insertKey,
                        made.key().id(),
                        Buffer.buffer(made.key().encoded()),
                        Buffer.buffer(made.sealedPrivate()),
                        work.now().atOffset(ZoneOffset.UTC))
                .map(made);
    }

    Future<List<Unsigned>> unsigned(Read read, int limit) {
        return read.list(unsigned, row -> new Unsigned(row.getUUID("chain"), head(row)), limit);
    }

    Future<Integer> insert(Work work, List<SignedCheckpoint> signed) {
        var chains = signed.stream().map(SignedCheckpoint::chain).toArray(UUID[]::new);
        var sequences = signed.stream().map(SignedCheckpoint::sequence).toArray(Long[]::new);
        return work.run(
                        insertCheckpoints,
                        chains,
                        sequences,
                        signed.stream().map(one -> Seal.bytes(one.head())).toArray(Buffer[]::new),
                        signed.stream()
                                .map(one -> one.at().atOffset(ZoneOffset.UTC))
                                .toArray(OffsetDateTime[]::new),
                        signed.stream().map(SignedCheckpoint::keyId).toArray(String[]::new),
                        signed.stream()
                                .map(one -> Buffer.buffer(Base64.getDecoder().decode(one.signature())))
                                .toArray(Buffer[]::new))
                .compose(inserted -> work.run(note, chains, sequences));
    }

    /** Checkpoints of a chain after this place, the oldest first. */
    public Future<List<SignedCheckpoint>> list(Read read, UUID chain, long after, int limit) {
        return read.list(list, ChainStore::checkpoint, chain, after, limit);
    }

    /** The latest checkpoints of a chain, the newest first. */
    public Future<List<SignedCheckpoint>> newest(Read read, UUID chain, int limit) {
        return read.list(newest, ChainStore::checkpoint, chain, limit);
    }

    private static Head head(Row row) {
        return new Head(row.getLong("sequence"), Seal.hex(row, "hash"));
    }

    private static SignedCheckpoint checkpoint(Row row) {
        return new SignedCheckpoint(
                row.getUUID("chain"),
                row.getLong("sequence"),
                Seal.hex(row, "head"),
                row.getOffsetDateTime("at").toInstant(),
                row.getString("key_id"),
                Base64.getEncoder().encodeToString(row.getBuffer("signature").getBytes()));
    }
}
