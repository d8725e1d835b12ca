package io.vertebra.ledger;

import io.vertebra.contract.Ledger;
import io.vertebra.contract.Ledger.Checkpoint;
import io.vertebra.contract.Ledger.Finding;
import io.vertebra.contract.Ledger.ProveBooks;
import io.vertebra.contract.Ledger.Verification;
import io.vertebra.contract.Ledger.VerifyBook;
import io.vertebra.kernel.audit.ChainCheck;
import io.vertebra.kernel.chains.Checkpoints;
import io.vertebra.kernel.chains.Head;
import io.vertebra.kernel.chains.SignedCheckpoint;
import io.vertebra.kernel.db.Read;
import io.vertebra.ledger.SealStore.Sealed;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Proves a book: the chain of its seals, that every transaction adds up, and that snapshots are what they sum up. */
final class Proof {
    private static final int SLICE = 1_000;
    private static final int FINDINGS_MAX = 100;
    private static final int UNSEALED_MAX = 10_000;
    private static final int CHECKPOINTS_MAX = 1_000;
    private static final int PROVED_AT_ONCE = 50;

    /** Whose signatures are checked at once; whoever asks for more waits, and nothing else does. */
    private static final int THREADS = 2;

    private static final String POOL = "ledger-verification";

    private final WorkerExecutor pool;

    Proof(Vertx vertx) {
        this.pool = vertx.createSharedWorkerExecutor(POOL, THREADS);
    }

    Future<Verification> verify(Read read, VerifyBook request) {
        return verify(read, request.orgId());
    }

    /** One book after the other. */
    Future<Ledger.Proof> prove(Read read, ProveBooks request) {
        return SealStore.CHAINS
                .after(read, request.after(), PROVED_AT_ONCE)
                .compose(books -> prove(read, books, 0, new ArrayList<>()).map(verified -> {
                    var broken = new ArrayList<String>();
                    for (int i = 0; i < books.size(); i++) {
                        var book = "book " + books.get(i) + ": ";
                        verified.get(i).findings().forEach(finding -> broken.add(book + finding.detail()));
                    }
                    long sealed =
                            verified.stream().mapToLong(Verification::sealed).sum();
                    var next = books.size() < PROVED_AT_ONCE ? null : books.getLast();
                    return new Ledger.Proof(books.size(), sealed, broken, next);
                }));
    }

    private Future<List<Verification>> prove(Read read, List<UUID> books, int at, List<Verification> verified) {
        return at == books.size()
                ? Future.succeededFuture(verified)
                : verify(read, books.get(at)).compose(one -> {
                    verified.add(one);
                    return prove(read, books, at + 1, verified);
                });
    }

    /** Checkpoints are read before the head, and the head before the seals, since the chain may grow meanwhile. */
    private Future<Verification> verify(Read read, UUID orgId) {
        return SealStore.CHAINS.keys(read).compose(keys -> SealStore.CHAINS
                .newest(read, orgId, CHECKPOINTS_MAX)
                .compose(stated -> pool.executeBlocking(() -> Checkpoints.signed(stated, keys), false)
                        .compose(signed -> verify(read, orgId, new Walk(orgId, signed, stated.size())))));
    }

    private static Future<Verification> verify(Read read, UUID orgId, Walk walk) {
        return SealStore.CHAINS.head(read, orgId).compose(head -> walk(read, orgId, walk, 0)
                .compose(walked -> {
                    walk.end(head);
                    return SealStore.unsealed(read, orgId, UNSEALED_MAX);
                })
                .compose(unsealed -> sums(read, orgId, walk).map(done -> {
                    unsealed.stream()
                            .filter(SealStore.Unsealed::late)
                            .forEach(one -> walk.found(one.id(), null, "It was never sealed."));
                    return walk.verdict(head, unsealed.size());
                })));
    }

    private static Future<Void> walk(Read read, UUID orgId, Walk walk, long after) {
        return SealStore.sealed(read, orgId, after, SLICE).compose(rows -> {
            rows.forEach(walk::accept);
            return rows.size() < SLICE
                    ? Future.succeededFuture()
                    : walk(read, orgId, walk, rows.getLast().sequence());
        });
    }

    private static Future<Void> sums(Read read, UUID orgId, Walk walk) {
        return SealStore.unbalanced(read, orgId, FINDINGS_MAX)
                .onSuccess(found -> found.forEach(id -> walk.found(id, null, "Its debits and credits differ.")))
                .compose(done -> SealStore.badSnapshots(read, orgId, FINDINGS_MAX))
                .onSuccess(found -> found.forEach(bad -> walk.found(
                        null,
                        null,
                        "The snapshot of account " + bad.accountId() + " at place " + bad.place()
                                + " is not the sum of its entries.")))
                .mapEmpty();
    }

    private static Checkpoint shown(SignedCheckpoint one) {
        return new Checkpoint(one.sequence(), one.head(), one.at(), one.keyId(), one.signature());
    }

    /** What was seen of a book so far. */
    private static final class Walk {
        private final ChainCheck check;
        private final Map<Long, UUID> ids = new HashMap<>();
        private final List<Finding> findings = new ArrayList<>();
        private final List<SignedCheckpoint> signed;
        private final int unsigned;
        private String previous = Head.START.hash();

        Walk(UUID orgId, List<SignedCheckpoint> signed, int stated) {
            this.signed = signed;
            unsigned = stated - signed.size();
            check = new ChainCheck(orgId.toString(), signed);
        }

        void accept(Sealed seal) {
            var content = seal.content();
            if (content.isPresent()) {
                var actual = content.get().hash(seal.sequence(), previous);
                if (!actual.equals(seal.hash())) {
                    ids.put(seal.sequence(), content.get().id());
                }
                check.accept(seal.sequence(), previous, actual, seal.hash());
            } else {
                check.missing(seal.sequence(), seal.hash());
            }
            previous = seal.hash();
        }

        void end(Head head) {
            check.end(head.sequence(), head.sequence() == 0 ? null : head.hash());
            check.findings().forEach(one -> found(ids.get(one.sequence()), one.sequence(), one.detail()));
            if (unsigned > 0) {
                found(null, null, unsigned + " checkpoints are not signed by their key.");
            }
        }

        void found(@Nullable UUID id, @Nullable Long sequence, String detail) {
            findings.add(new Finding(id, sequence, detail));
        }

        Verification verdict(Head head, long unsealed) {
            var some = findings.stream().limit(FINDINGS_MAX).toList();
            return new Verification(
                    findings.isEmpty(),
                    check.records(),
                    unsealed,
                    head.sequence() == 0 ? null : head.hash(),
                    signed.stream().findFirst().map(Proof::shown).orElse(null),
                    some);
        }
    }
}
