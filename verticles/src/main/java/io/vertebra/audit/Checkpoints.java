package io.vertebra.audit;

import io.vertebra.audit.CheckpointStore.Unsigned;
import io.vertebra.audit.SigningKeys.Signer;
import io.vertebra.kernel.audit.AuditCheckpoint;
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
final class Checkpoints {
    private static final int BATCH = 500;

    private final Vertx vertx;
    private final SigningKeys keys;
    private final CheckpointFile file;

    Checkpoints(Vertx vertx, SigningKeys keys, CheckpointFile file) {
        this.vertx = vertx;
        this.keys = keys;
        this.file = file;
    }

    /** Signs the heads that have moved, the longest waiting first. */
    Future<Integer> sign(Run run) {
        return run.inWork(this::pending).compose(pending -> {
            if (pending.heads().isEmpty()) {
                return Future.succeededFuture(0);
            }
            return vertx.executeBlocking(pending::signed).compose(signed -> file.append(pending.signer(), signed)
                    .compose(written -> run.inWork(work -> CheckpointStore.insert(work, signed))));
        });
    }

    private Future<Pending> pending(Work work) {
        return keys.current(work).compose(signer -> CheckpointStore.unsigned(work, BATCH)
                .map(heads -> new Pending(signer, heads, work.now().truncatedTo(ChronoUnit.MICROS))));
    }

    private record Pending(Signer signer, List<Unsigned> heads, Instant at) {
        List<AuditCheckpoint> signed() {
            return heads.stream()
                    .map(head -> AuditCheckpoint.sign(
                            head.chain(),
                            head.sequence(),
                            head.head(),
                            at,
                            signer.key().id(),
                            signer.secret()))
                    .toList();
        }
    }
}
