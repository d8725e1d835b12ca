package io.vertebra.kernel.chains;

import io.vertebra.kernel.chains.ChainStore.Unsigned;
import io.vertebra.kernel.chains.SigningKeys.Signer;
import io.vertebra.kernel.db.Work;
import io.vertebra.kernel.jobs.Run;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;

/**
 * States the heads of chains under a signature, first in the file outside the database, then in it: a checkpoint that
 * is only in the file is true as well.
 */
public final class Checkpoints {
    private static final int BATCH = 500;

    private final Vertx vertx;
    private final SigningKeys keys;
    private final CheckpointFile file;

    private final ChainStore store;

    /** Checkpoints of these chains. */
    public Checkpoints(Vertx vertx, ChainStore store, SigningKeys keys, CheckpointFile file) {
        this.vertx = vertx;
        this.store = store;
        this.keys = keys;
        this.file = file;
    }

    /** Signs the heads that have moved, the longest waiting first. */
    public Future<Integer> sign(Run run) {
        return run.inWork(this::pending).compose(pending -> {
            if (pending.heads().isEmpty()) {
                return Future.succeededFuture(0);
            }
            return vertx.executeBlocking(pending::signed).compose(signed -> file.append(pending.signer(), signed)
                    .compose(written -> run.inWork(work -> store.insert(work, signed))));
        });
    }

    /** Those of the checkpoints that one of the keys signed. */
    public static List<SignedCheckpoint> signed(List<SignedCheckpoint> checkpoints, List<CheckpointKey> keys) {
        return checkpoints.stream()
                .filter(checkpoint -> keys.stream()
                        .anyMatch(key -> key.id().equals(checkpoint.keyId()) && checkpoint.isSignedBy(key.publicKey())))
                .toList();
    }

    private Future<Pending> pending(Work work) {
        return keys.current(work).compose(signer -> store.unsigned(work, BATCH)
                .map(heads -> new Pending(signer, heads, work.now().truncatedTo(ChronoUnit.MICROS))));
    }

    private record Pending(Signer signer, List<Unsigned> heads, Instant at) {
        List<SignedCheckpoint> signed() {
            return heads.stream()
                    .map(head -> SignedCheckpoint.sign(
                            head.chain(),
                            head.head().sequence(),
                            head.head().hash(),
                            at,
                            signer.key().id(),
                            signer.secret()))
                    .toList();
        }
    }
}
