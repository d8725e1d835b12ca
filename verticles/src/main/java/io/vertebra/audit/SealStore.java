package io.vertebra.audit;

import io.vertebra.kernel.chains.ChainStore;
import io.vertebra.kernel.chains.ChainStore.Position;
import io.vertebra.kernel.chains.Link;
import io.vertebra.kernel.db.Work;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/** SQL of the records that wait for their seals. */
final class SealStore {
    static final ChainStore CHAINS = new ChainStore("audit", "chain", "record_seq");

    static final String RECORDS = "SELECT r.seq, r.chain, " + AuditStore.RECORD
            + " FROM audit.records r WHERE r.seq > $1 AND r.seq <= $2 ORDER BY r.seq LIMIT $3";

    private SealStore() {}

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

    static Future<List<Open>> records(Work work, Position position, int limit) {
        return work.list(
                RECORDS,
                row -> new Open(row.getLong("seq"), row.getUUID("chain"), row),
                position.seq(),
                position.horizon(),
                limit);
    }
}
