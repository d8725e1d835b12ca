package io.vertebra.accounts;

import static io.vertebra.accounts.AccountsStore.at;

import io.vertebra.accounts.RefreshFamily.Place;
import io.vertebra.accounts.RefreshFamily.Rotation;
import io.vertebra.contract.Accounts;
import io.vertebra.kernel.db.Cursor;
import io.vertebra.kernel.db.Read;
import io.vertebra.kernel.db.Work;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** SQL of sessions. */
final class SessionStore {
    private static final String FAMILY_COLUMNS = "person_id, operator, created_at, expires_at, ended_at, generation,"
            + " branch, parent_branch, branched_at, rotated, rotated_from, rotated_at";

    static final String START = "SELECT session_id FROM accounts.start_session($1, $2, $3, $4, $5, $6, $7)";
    static final String FIND = "SELECT " + FAMILY_COLUMNS + " FROM accounts.find_session($1)";
    static final String LOCK = "SELECT " + FAMILY_COLUMNS + " FROM accounts.lock_session($1)";
    static final String ADVANCE = """
            UPDATE accounts.sessions
               SET generation = $2, branch = $3, parent_branch = $4, branched_at = $5, rotated = $6, rotated_from = $7,
                   rotated_at = $8, last_seen_at = $9, expires_at = $10
             WHERE id = $1""";
    static final String END = """
            UPDATE accounts.sessions SET ended_at = $2, end_reason = $3
             WHERE id = $1 AND ended_at IS NULL AND expires_at > $2
            RETURNING id, person_id""";
    static final String END_OTHERS = """
            UPDATE accounts.sessions SET ended_at = $3, end_reason = $4
             WHERE person_id = $1 AND id <> $2 AND ended_at IS NULL AND expires_at > $3
            RETURNING id, person_id""";
    static final String STATE = """
            SELECT s.ended_at IS NULL AND s.expires_at > $2 AS alive, p.operator
              FROM accounts.sessions s JOIN accounts.people p ON p.id = s.person_id
             WHERE s.id = $1""";
    static final String TOUCH = "UPDATE accounts.sessions SET last_seen_at = $2 WHERE id = $1 AND last_seen_at < $3";
    static final String LIVE = """
            SELECT id, address, agent, created_at, last_seen_at
              FROM accounts.sessions
             WHERE person_id = $1 AND ended_at IS NULL AND expires_at > $2
               AND ($3::timestamptz IS NULL OR (last_seen_at, id) < ($3, $4))
             ORDER BY last_seen_at DESC, id DESC LIMIT $5""";

    /** With their epochs, which only tokens asked for that have expired by now. */
    static final String DELETE_OLD = """
            WITH gone AS (
              DELETE FROM accounts.sessions WHERE id IN (
                SELECT id FROM accounts.sessions WHERE expires_at < $1 OR ended_at < $1 LIMIT $2 FOR UPDATE SKIP LOCKED)
              RETURNING id)
            SELECT cardinality(g.ids), kernel.forget_epochs(g.ids)
              FROM (SELECT coalesce(array_agg(id), '{}') AS ids FROM gone) AS g""";

    private SessionStore() {}

    /** A session with its family. */
    record Sitting(
            UUID personId,
            boolean operator,
            Instant createdAt,
            Instant expiresAt,
            @Nullable Instant endedAt,
            RefreshFamily family) {
        boolean isAlive(Instant now) {
            return endedAt == null && now.isBefore(expiresAt);
        }
    }

    /** A session that ended just now. */
    record Ended(UUID id, UUID personId) {}

    /** Starts a session; answers false when the password was changed meanwhile. */
    static Future<Boolean> start(Work work, UUID person, String hash, UUID session, Instant expires) {
        return work.one(
                        START,
                        row -> row.getUUID("session_id"),
                        person,
                        hash,
                        session,
                        work.call().address(),
                        work.call().agent(),
                        at(expires),
                        at(work.now()))
                .map(Optional::isPresent);
    }

    static Future<Optional<Sitting>> find(Read read, UUID session) {
        return read.one(FIND, SessionStore::sitting, session);
    }

    static Future<Optional<Sitting>> lock(Work work, UUID session) {
        return work.one(LOCK, SessionStore::sitting, session);
    }

    static Future<Integer> advance(Work work, UUID session, RefreshFamily next, Instant expires) {
        var rotations = next.rotations();
        return work.run(
                ADVANCE,
                session,
                next.generation(),
                (short) next.branch(),
                (short) next.parentBranch(),
                at(next.branchedAt()),
                rotations.stream().map(past -> past.place().generation()).toArray(Integer[]::new),
                rotations.stream().map(past -> (short) past.place().branch()).toArray(Short[]::new),
                rotations.stream().map(past -> at(past.at())).toArray(OffsetDateTime[]::new),
                at(work.now()),
                at(expires));
    }

    /** Ends a session; empty when there is none that is alive and shows. */
    static Future<Optional<Ended>> end(Work work, UUID session, Accounts.EndReason reason) {
        return work.one(END, SessionStore::ended, session, at(work.now()), reason.name());
    }

    /** Ends every live session of a person but one. */
    static Future<List<Ended>> endOthers(Work work, UUID person, UUID but, Accounts.EndReason reason) {
        return work.list(END_OTHERS, SessionStore::ended, person, but, at(work.now()), reason.name());
    }

    static Future<Optional<Accounts.SessionState>> state(Read read, UUID session, Instant now) {
        return read.one(
                STATE,
                row -> new Accounts.SessionState(row.getBoolean("alive"), row.getBoolean("operator")),
                session,
                at(now));
    }

    static Future<Integer> touch(Work work, UUID session, Duration atMostEvery) {
        return work.run(TOUCH, session, at(work.now()), at(work.now().minus(atMostEvery)));
    }

    static Future<List<Accounts.Session>> live(
            Read read, UUID person, @Nullable UUID current, Instant now, @Nullable Cursor after, int limit) {
        return read.list(
                LIVE,
                row -> new Accounts.Session(
                        row.getUUID("id"),
                        row.getString("address"),
                        row.getString("agent"),
                        row.getOffsetDateTime("created_at").toInstant(),
                        row.getOffsetDateTime("last_seen_at").toInstant(),
                        row.getUUID("id").equals(current)),
                person,
                at(now),
                after == null ? null : at(after.at()),
                after == null ? null : after.id(),
                limit);
    }

    /** Deletes sessions that have been over for so long; at most so many. */
    static Future<Integer> deleteOld(Work work, Duration kept, int limit) {
        return work.one(DELETE_OLD, row -> row.getInteger(0), work.now().minus(kept), limit)
                .map(count -> count.orElse(0));
    }

    private static Ended ended(Row row) {
        return new Ended(row.getUUID("id"), row.getUUID("person_id"));
    }

    private static Sitting sitting(Row row) {
        var ended = row.getOffsetDateTime("ended_at");
        return new Sitting(
                row.getUUID("person_id"),
                row.getBoolean("operator"),
                row.getOffsetDateTime("created_at").toInstant(),
                row.getOffsetDateTime("expires_at").toInstant(),
                ended == null ? null : ended.toInstant(),
                new RefreshFamily(
                        row.getInteger("generation"),
                        row.getShort("branch"),
                        row.getShort("parent_branch"),
                        row.getOffsetDateTime("branched_at").toInstant(),
                        rotations(row)));
    }

    private static List<Rotation> rotations(Row row) {
        var generations = row.getArrayOfIntegers("rotated");
        var branches = row.getArrayOfShorts("rotated_from");
        var times = row.getArrayOfOffsetDateTimes("rotated_at");
        var rotations = new ArrayList<Rotation>();
        for (int i = 0; i < generations.length; i++) {
            rotations.add(new Rotation(new Place(generations[i], branches[i]), times[i].toInstant()));
        }
        return List.copyOf(rotations);
    }
}
