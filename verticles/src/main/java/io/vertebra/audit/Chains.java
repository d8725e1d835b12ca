package io.vertebra.audit;

import io.vertebra.audit.AuditStore.Sealed;
import io.vertebra.contract.Audit.Chain;
import io.vertebra.contract.Audit.Checkpoint;
import io.vertebra.contract.Audit.GetChain;
import io.vertebra.contract.Audit.Proof;
import io.vertebra.contract.Audit.ProveChains;
import io.vertebra.contract.Audit.Verification;
import io.vertebra.contract.Audit.VerifyChain;
import io.vertebra.kernel.audit.AuditRecord;
import io.vertebra.kernel.audit.ChainCheck;
import io.vertebra.kernel.chains.Checkpoints;
import io.vertebra.kernel.chains.Head;
import io.vertebra.kernel.chains.SignedCheckpoint;
import io.vertebra.kernel.db.Read;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** The chain of an org: how far it is sealed, and whether it still fits together. */
final class Chains {
    private static final int SLICE = 1_000;
    private static final int CHECKPOINTS_MAX = 1_000;
    private static final int PROVED_AT_ONCE = 50;

    /** Chains that are hashed at once; whoever asks for more waits, and nothing else does. */
    static final int THREADS = 2;

    static final String POOL = "audit-verification";

    private final WorkerExecutor pool;

    Chains(Vertx vertx) {
        this.pool = vertx.createSharedWorkerExecutor(POOL, THREADS);
    }

    Future<Chain> get(Read read, GetChain request) {
        var chain = request.orgId();
        return AuditStore.unsealed(read, chain)
                .compose(unsealed -> SealStore.CHAINS.head(read, chain).compose(head -> SealStore.CHAINS
                        .newest(read, chain, 1)
                        .map(checkpoints -> new Chain(
                                head.sequence(),
                                unsealed.records(),
                                unsealed.oldest(),
                                head.sequence() == 0 ? null : head.hash(),
                                checkpoints.stream()
                                        .findFirst()
                                        .map(Chains::shown)
                                        .orElse(null)))));
    }

    Future<Verification> verify(Read read, VerifyChain request) {
        return verify(read, request.orgId());
    }

    /** One chain after the other, so that a long one is not held up by all others. */
    Future<Proof> prove(Read read, ProveChains request) {
        return SealStore.CHAINS
                .after(read, request.after(), PROVED_AT_ONCE)
                .compose(chains -> prove(read, chains, 0, new ArrayList<>()).map(verified -> {
                    var broken = new ArrayList<String>();
                    for (int i = 0; i < chains.size(); i++) {
                        if (!verified.get(i).intact()) {
                            broken.add("chain " + chains.get(i) + ": "
                                    + verified.get(i).finding());
                        }
                    }
                    long records =
                            verified.stream().mapToLong(Verification::records).sum();
                    var next = chains.size() < PROVED_AT_ONCE ? null : chains.getLast();
                    return new Proof(chains.size(), records, broken, next);
                }));
    }

    private Future<List<Verification>> prove(Read read, List<UUID> chains, int at, List<Verification> verified) {
        return at == chains.size()
                ? Future.succeededFuture(verified)
                : verify(read, chains.get(at)).compose(one -> {
                    verified.add(one);
                    return prove(read, chains, at + 1, verified);
                });
    }

    /** Checkpoints are read before the head, and the head before the records, since the chain may grow meanwhile. */
    private Future<Verification> verify(Read read, UUID chain) {
        return SealStore.CHAINS.keys(read).compose(keys -> SealStore.CHAINS
                .newest(read, chain, CHECKPOINTS_MAX)
                .compose(checkpoints -> pool.executeBlocking(() -> Checkpoints.signed(checkpoints, keys), false)
                        .compose(signed -> SealStore.CHAINS.head(read, chain).compose(head -> walk(
                                        read, chain, new ChainCheck(chain.toString(), signed), 0, AuditRecord.START)
                                .map(check -> verdict(check, head, checkpoints.size() - signed.size()))))));
    }

    private Future<ChainCheck> walk(Read read, UUID chain, ChainCheck check, long after, String previous) {
        return AuditStore.sealed(read, chain, after + 1, SLICE)
                .compose(rows -> pool.executeBlocking(() -> accept(check, rows, previous), false)
                        .compose(last -> rows.size() < SLICE
                                ? Future.succeededFuture(check)
                                : walk(read, chain, check, rows.getLast().sequence(), last)));
    }

    /** Hashes a slice; answers the hash that the next one follows. */
    private static String accept(ChainCheck check, List<Sealed> rows, String previous) {
        var before = previous;
        for (var row : rows) {
            accept(check, row, before);
            before = row.hash();
        }
        return before;
    }

    private static void accept(ChainCheck check, Sealed row, String previous) {
        var record = row.record(previous);
        if (record.isPresent()) {
            check.accept(row.sequence(), previous, record.get().hash(), row.hash());
        } else {
            check.missing(row.sequence(), row.hash());
        }
    }

    private static Verification verdict(ChainCheck check, Head head, int unsigned) {
        check.end(head.sequence(), head.sequence() == 0 ? null : head.hash());
        var first = check.findings().stream().findFirst();
        if (first.isEmpty() && unsigned > 0) {
            return new Verification(
                    false, check.records(), null, unsigned + " checkpoints are not signed by their key.");
        }
        return first.map(finding -> new Verification(false, check.records(), finding.sequence(), finding.detail()))
                .orElseGet(() -> new Verification(true, check.records(), null, null));
    }

    private static Checkpoint shown(SignedCheckpoint checkpoint) {
        return new Checkpoint(
                checkpoint.chain(),
                checkpoint.sequence(),
                checkpoint.head(),
                checkpoint.at(),
                checkpoint.keyId(),
                checkpoint.signature());
    }
}
