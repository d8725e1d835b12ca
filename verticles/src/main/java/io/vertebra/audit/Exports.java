package io.vertebra.audit;

import io.vertebra.audit.AuditStore.Sealed;
import io.vertebra.bus.Nothing;
import io.vertebra.contract.Audit.ExportRecords;
import io.vertebra.contract.Audit.ExportSlice;
import io.vertebra.contract.Audit.Slice;
import io.vertebra.kernel.audit.AuditExport;
import io.vertebra.kernel.audit.AuditRecord;
import io.vertebra.kernel.chains.CheckpointKey;
import io.vertebra.kernel.chains.Head;
import io.vertebra.kernel.chains.SignedCheckpoint;
import io.vertebra.kernel.db.Read;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;

/**
 * Exports of a chain as lines that verify offline: what it is, the keys, each record with the checkpoints up to it, and
 * how long the chain is. Read slice by slice, so that an export of any length streams.
 */
final class Exports {
    private static final int LIMIT_MAX = 1_000;
    private static final int CHECKPOINTS_MAX = 1_000;

    /** The door streams the slices; asked over the bus, an export has nothing to say. */
    Future<Nothing> export(Read read, ExportRecords request) {
        return Future.succeededFuture(Nothing.NOTHING);
    }

    /** Checkpoints are read before the head, and the head before the records: none of them can be ahead of the next. */
    Future<Slice> slice(Read read, ExportSlice request) {
        int limit = Math.clamp(request.limit(), 1, LIMIT_MAX);
        var chain = request.orgId();
        long after = Math.max(0, request.afterSequence());
        return keys(read, after).compose(keys -> SealStore.CHAINS
                .list(read, chain, after, CHECKPOINTS_MAX)
                .compose(checkpoints -> SealStore.CHAINS.head(read, chain).compose(head -> AuditStore.sealed(
                                read, chain, after, limit + 1)
                        .map(rows -> new Reading(keys, checkpoints, head, rows).slice(request, after, limit)))));
    }

    private static Future<List<CheckpointKey>> keys(Read read, long after) {
        return after == 0 ? SealStore.CHAINS.keys(read) : Future.succeededFuture(List.of());
    }

    /** What was read for one slice; the first row is the one before it, for its hash. */
    private record Reading(List<CheckpointKey> keys, List<SignedCheckpoint> checkpoints, Head head, List<Sealed> rows) {
        Slice slice(ExportSlice request, long after, int limit) {
            var lines = new ArrayList<String>();
            if (after == 0) {
                lines.add(AuditExport.start(request.orgId()));
                keys.forEach(key -> lines.add(key.line()));
            }
            var previous = AuditRecord.START;
            long last = after;
            int taken = 0;
            for (var row : rows) {
                if (taken == limit) {
                    break;
                }
                if (row.sequence() > after) {
                    row.record(previous).map(record -> record.line(row.hash())).ifPresent(lines::add);
                    last = row.sequence();
                    taken++;
                }
                previous = row.hash();
            }
            boolean end = taken < limit;
            for (var checkpoint : checkpoints) {
                if (end || checkpoint.sequence() <= last) {
                    lines.add(checkpoint.line());
                }
            }
            if (end) {
                boolean grown = last > head.sequence();
                lines.add(AuditExport.end(
                        request.orgId(), grown ? last : head.sequence(), grown ? previous : head.hash()));
            }
            return new Slice(lines, last, end);
        }
    }
}
