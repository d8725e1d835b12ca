package io.vertebra.billing;

import static io.vertebra.billing.CatalogueStore.time;

import io.vertebra.kernel.db.Read;
import io.vertebra.kernel.db.Work;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** SQL of what falls due and of test clocks. */
final class AgendaStore {
    static final String PUT = "INSERT INTO billing.agenda (org_id, what, subject, due_at) VALUES ($1, $2, $3, $4)"
            + " ON CONFLICT (org_id, what, subject) DO UPDATE SET due_at = excluded.due_at";
    static final String POSTPONE = "UPDATE billing.agenda SET due_at = $5"
            + " WHERE org_id = $1 AND what = $2 AND subject = $3 AND due_at = $4";
    static final String DROP = "DELETE FROM billing.agenda WHERE org_id = $1 AND what = $2 AND subject = $3";

    /** Orgs on test clocks are left out: theirs falls due when their clock comes to it. */
    static final String NEXT_DUE = "SELECT a.org_id, a.what, a.subject, a.due_at FROM billing.agenda a"
            + " WHERE a.due_at <= $1 AND NOT EXISTS (SELECT FROM billing.clocks c WHERE c.org_id = a.org_id)"
            + " ORDER BY a.due_at, a.what, a.subject LIMIT 1";

    static final String LOCK_DUE = "SELECT org_id, what, subject, due_at FROM billing.agenda"
            + " WHERE org_id = $1 AND what = $2 AND subject = $3 AND due_at <= $4 FOR UPDATE";

    static final String NEXT_OF_ORG = "SELECT org_id, what, subject, due_at FROM billing.agenda"
            + " WHERE org_id = $1 AND due_at <= $2 ORDER BY due_at, what, subject LIMIT 1 FOR UPDATE";
    static final String SET_CLOCK = "INSERT INTO billing.clocks AS c (org_id, to_at, moved) VALUES ($1, $2, false)"
            + " ON CONFLICT (org_id) DO UPDATE SET to_at = greatest(c.to_at, excluded.to_at), moved = false";
    static final String FIND_CLOCK = "SELECT org_id, to_at, moved FROM billing.clocks WHERE org_id = $1";
    static final String LOCK_CLOCK = FIND_CLOCK + " FOR UPDATE";
    static final String ARRIVED = "UPDATE billing.clocks SET moved = true WHERE org_id = $1";
    static final String WALKING = "SELECT c.org_id, c.to_at, c.moved FROM billing.clocks c WHERE NOT c.moved OR EXISTS"
            + " (SELECT FROM billing.agenda a WHERE a.org_id = c.org_id AND a.due_at <= c.to_at) LIMIT 100";
    static final String OUTSTANDING = "SELECT count(*) AS asked FROM billing.invoices WHERE org_id = $1"
            + " AND status = 'open' AND asked_at IS NOT NULL AND asked_real_at > $2";

    private AgendaStore() {}

    /** What may fall due. */
    enum What {
        PERIOD,
        DUNNING,
        GRANT,
        GRACE
    }

    /** Something that falls due. */
    record Due(UUID orgId, What what, String subject, Instant at) {
        UUID id() {
            return UUID.fromString(subject);
        }
    }

    /** A test clock. */
    record Clock(UUID orgId, Instant to, boolean moved) {}

    /** Lets something fall due then, and no more when it would have before. */
    static Future<Integer> put(Work work, UUID orgId, What what, Object subject, Instant at) {
        return work.run(PUT, orgId, what, subject.toString(), at);
    }

    /** Puts off just what was seen: what fell due anew since then stays when it is. */
    static Future<Integer> postpone(Work work, Due due, Instant to) {
        return work.run(POSTPONE, due.orgId(), due.what(), due.subject(), due.at(), to);
    }

    static Future<Integer> drop(Work work, UUID orgId, What what, Object subject) {
        return work.run(DROP, orgId, what, subject.toString());
    }

    /** The next that is due of an org on real time. */
    static Future<Optional<Due>> nextDue(Read read, Instant now) {
        return read.one(NEXT_DUE, AgendaStore::due, now);
    }

    /** The same, locked; nothing when it is not due any more. */
    static Future<Optional<Due>> lockDue(Work work, Due due) {
        return work.one(LOCK_DUE, AgendaStore::due, due.orgId(), due.what(), due.subject(), due.at());
    }

    static Future<Optional<Due>> nextOf(Work work, UUID orgId, Instant until) {
        return work.one(NEXT_OF_ORG, AgendaStore::due, orgId, until);
    }

    static Future<Integer> setClock(Work work, UUID orgId, Instant to) {
        return work.run(SET_CLOCK, orgId, to);
    }

    static Future<Optional<Clock>> findClock(Read read, UUID orgId) {
        return read.one(FIND_CLOCK, AgendaStore::clock, orgId);
    }

    static Future<Optional<Clock>> lockClock(Work work, UUID orgId) {
        return work.one(LOCK_CLOCK, AgendaStore::clock, orgId);
    }

    static Future<Integer> arrived(Work work, UUID orgId) {
        return work.run(ARRIVED, orgId);
    }

    static Future<List<Clock>> walking(Read read) {
        return read.list(WALKING, AgendaStore::clock);
    }

    /** Whether payments was asked since then and has not answered. */
    static Future<Boolean> outstanding(Read read, UUID orgId, Instant since) {
        return read.one(OUTSTANDING, row -> row.getLong("asked") > 0, orgId, since)
                .map(found -> found.orElse(false));
    }

    private static Due due(Row row) {
        return new Due(
                row.getUUID("org_id"),
                CatalogueStore.constant(What.class, row, "what"),
                row.getString("subject"),
                time(row, "due_at"));
    }

    private static Clock clock(Row row) {
        return new Clock(row.getUUID("org_id"), time(row, "to_at"), row.getBoolean("moved"));
    }
}
