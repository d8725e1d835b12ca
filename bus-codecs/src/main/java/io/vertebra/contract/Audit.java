package io.vertebra.contract;

import io.vertebra.bus.Get;
import io.vertebra.bus.Internal;
import io.vertebra.bus.Needs;
import io.vertebra.bus.Nothing;
import io.vertebra.bus.Page;
import io.vertebra.bus.Raw;
import io.vertebra.bus.Request;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The append-only, tamper-evident record of every change and every refused attempt. */
public sealed interface Audit<R> extends Request<R> {

    /** The audit records of an org, the newest first. */
    @Get("/v1/orgs/{orgId}/audit")
    @Needs("audit.records.read")
    record ListRecords(
            UUID orgId,
            @Nullable UUID actor,
            @Nullable String action,
            @Nullable String target,
            @Nullable Outcome outcome,
            @Nullable Instant from,
            @Nullable Instant until,
            @Nullable Integer limit,
            @Nullable String after)
            implements Audit<Page<Entry>> {}

    /** All sealed records of an org with their checkpoints, as NDJSON, the oldest first; verifies offline. */
    @Get("/v1/orgs/{orgId}/audit/export")
    @Needs("audit.records.read")
    @Raw
    record ExportRecords(UUID orgId) implements Audit<Nothing> {}

    /** One slice of an export, in the order of the chain; the door asks for slice after slice. */
    @Internal
    @Needs("audit.records.read")
    record ExportSlice(UUID orgId, long afterSequence, int limit) implements Audit<Slice> {}

    /** How far the chain of an org is sealed, and its last checkpoint. */
    @Get("/v1/orgs/{orgId}/audit/chain")
    @Needs("audit.records.read")
    record GetChain(UUID orgId) implements Audit<Chain> {}

    /** Verifies the chain of an org in the database, record by record. */
    @Get("/v1/orgs/{orgId}/audit/verification")
    @Needs("audit.records.read")
    record VerifyChain(UUID orgId) implements Audit<Verification> {}

    /** Verifies chains of orgs, people and the platform: some after this one, or the first ones. */
    @Internal
    @Needs("audit.records.read")
    record ProveChains(@Nullable UUID after) implements Audit<Proof> {}

    /** How an attempt ended. */
    enum Outcome {
        DONE,
        REFUSED
    }

    /**
     * One audit record.
     *
     * @param sequence its dense place in the org's chain; null until it is sealed
     * @param action the operation, {@code Orgs.CreateProject}
     * @param target what it was done to, {@code projectId:…}
     * @param reason the code of the problem when it was refused
     */
    record Entry(
            UUID id,
            @Nullable Long sequence,
            Instant at,
            String actorKind,
            UUID actor,
            @Nullable String role,
            String action,
            @Nullable String target,
            Outcome outcome,
            @Nullable String reason,
            String requestId) {}

    /** One slice: lines ready to be written, one JSON document each. */
    record Slice(List<String> lines, long lastSequence, boolean end) {}

    /**
     * The state of a chain.
     *
     * @param sealed how many records are sealed
     * @param unsealed how many wait to be sealed
     * @param oldestUnsealedAt when the oldest of these was written; null when none waits
     */
    record Chain(
            long sealed,
            long unsealed,
            @Nullable Instant oldestUnsealedAt,
            @Nullable String head,
            @Nullable Checkpoint checkpoint) {}

    /** A signed statement that the chain had this head at this length (Ed25519). */
    record Checkpoint(UUID chainId, long sequence, String head, Instant at, String keyId, String signature) {}

    /** The outcome of a verification; {@code firstBad} names the first record that does not fit. */
    record Verification(
            boolean intact,
            long records,
            @Nullable Long firstBad,
            @Nullable String finding) {}

    /**
     * The outcome of verifying several chains.
     *
     * @param records how many records they have
     * @param broken a sentence for each that does not fit
     * @param next after which one to go on; null at the end
     */
    record Proof(
            long chains,
            long records,
            List<String> broken,
            @Nullable UUID next) {}
}
