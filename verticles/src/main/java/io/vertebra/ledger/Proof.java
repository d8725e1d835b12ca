package io.vertebra.ledger;

import io.vertebra.contract.Ledger.Finding;
import io.vertebra.contract.Ledger.Verification;
import io.vertebra.contract.Ledger.VerifyBook;
import io.vertebra.kernel.audit.ChainCheck;
import io.vertebra.kernel.chains.Head;
import io.vertebra.kernel.db.Read;
import io.vertebra.ledger.SealStore.Sealed;
import io.vertx.core.Future;
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

    /** The head is read before the seals, since the chain may grow meanwhile. */
    Future<Verification> verify(Read read, VerifyBook request) {
        var orgId = request.orgId();
        var walk = new Walk(orgId);
        return SealStore.heads(read, List.of(orgId))
                .map(heads -> heads.getOrDefault(orgId, Head.START))
                .compose(head -> walk(read, orgId, walk, 0).compose(walked -> {
                    walk.end(head);
                    return SealStore.unsealed(read, orgId, UNSEALED_MAX)
                            .compose(unsealed -> sums(read, orgId, walk).map(done -> {
                                unsealed.stream()
                                        .filter(SealStore.Unsealed::late)
                                        .forEach(one -> walk.found(one.id(), null, "It was never sealed."));
                                return walk.verdict(head, unsealed.size());
                            }));
                }));
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

    /** What was seen of a book so far. */
    private static final class Walk {
        private final ChainCheck check;
        private final Map<Long, UUID> ids = new HashMap<>();
        private final List<Finding> findings = new ArrayList<>();
        private String previous = Head.START.hash();

        Walk(UUID orgId) {
            check = new ChainCheck(orgId.toString(), List.of());
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
        }

        void found(@Nullable UUID id, @Nullable Long sequence, String detail) {
            findings.add(new Finding(id, sequence, detail));
        }

        Verification verdict(Head head, long unsealed) {
            var some = findings.stream().limit(FINDINGS_MAX).toList();
            return new Verification(
                    findings.isEmpty(), check.records(), unsealed, head.sequence() == 0 ? null : head.hash(), some);
        }
    }
}
