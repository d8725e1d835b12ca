package io.vertebra.orgs;

import static io.vertebra.orgs.Rows.at;
import static io.vertebra.orgs.Rows.label;
import static io.vertebra.orgs.Rows.role;
import static io.vertebra.orgs.Rows.time;

import io.vertebra.contract.Orgs.Invitation;
import io.vertebra.contract.Orgs.Role;
import io.vertebra.kernel.db.Cursor;
import io.vertebra.kernel.db.Read;
import io.vertebra.kernel.db.Work;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** SQL of invitations. */
final class InvitationStore {
    private static final String COLUMNS = "id, email, role, invited_by, created_at, expires_at";

    /**
     * A second invitation of the same address takes the place of the first, whose token then works no more; of an open
     * one that makes an owner only where an owner sends it. Otherwise there is no row.
     */
    static final String REPLACE = """
        INSERT INTO orgs.invitations (id, org_id, email, role, token_hash, invited_by, created_at, expires_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
        ON CONFLICT (org_id, email) DO UPDATE SET id = excluded.id, role = excluded.role,
          token_hash = excluded.token_hash, invited_by = excluded.invited_by, created_at = excluded.created_at,
          expires_at = excluded.expires_at
        WHERE invitations.role <> 'owner' OR invitations.expires_at <= excluded.created_at OR $9
        RETURNING""" + " " + COLUMNS;

    static final String OTHERS =
            "SELECT count(*) AS open FROM orgs.invitations" + " WHERE org_id = $1 AND email <> $2 AND expires_at > $3";
    static final String LIST = "SELECT " + COLUMNS + " FROM orgs.invitations"
            + " WHERE org_id = $1 AND id < $2 AND expires_at > $3 ORDER BY id DESC LIMIT $4";
    static final String FIND = "SELECT " + COLUMNS + " FROM orgs.invitations WHERE org_id = $1 AND id = $2";
    static final String DELETE = "DELETE FROM orgs.invitations WHERE org_id = $1 AND id = $2";
    static final String OPEN = "SELECT id, org_id, role, name, slug FROM orgs.open_invitation($1, $2)";
    static final String SWEEP = "DELETE FROM orgs.invitations WHERE expires_at < $1";

    private InvitationStore() {}

    /** An invitation that was opened with its token, and the org that it leads to. */
    record Opened(UUID id, UUID orgId, Role role, String name, String slug) {}

    /** Puts the invitation in the place of an earlier one; empty when that one may be replaced by owners only. */
    static Future<Optional<Invitation>> replace(
            Work work, UUID orgId, Invitation invitation, byte[] tokenHash, boolean byOwner) {
        return work.one(
                REPLACE,
                InvitationStore::invitation,
                invitation.id(),
                orgId,
                invitation.email(),
                label(invitation.role()),
                Buffer.buffer(tokenHash),
                invitation.invitedBy(),
                at(invitation.createdAt()),
                at(invitation.expiresAt()),
                byOwner);
    }

    /** How many invitations of other addresses are open. */
    static Future<Long> others(Work work, UUID orgId, String email) {
        return work.one(OTHERS, row -> row.getLong("open"), orgId, email, at(work.now()))
                .map(open -> open.orElse(0L));
    }

    static Future<List<Invitation>> list(Read read, UUID orgId, Cursor after, Instant now, int limit) {
        return read.list(LIST, InvitationStore::invitation, orgId, after.id(), at(now), limit);
    }

    static Future<Optional<Invitation>> find(Read read, UUID orgId, UUID id) {
        return read.one(FIND, InvitationStore::invitation, orgId, id);
    }

    static Future<Integer> delete(Work work, UUID orgId, UUID id) {
        return work.run(DELETE, orgId, id);
    }

    /** Opens an invitation by its token: its org becomes the tenant of the transaction. Empty when it does not work. */
    static Future<Optional<Opened>> open(Work work, byte[] tokenHash) {
        return work.one(OPEN, InvitationStore::opened, Buffer.buffer(tokenHash), at(work.now()));
    }

    /** Removes invitations that expired before this time. */
    static Future<Integer> sweep(Work work, Instant before) {
        return work.run(SWEEP, at(before));
    }

    private static Invitation invitation(Row row) {
        return new Invitation(
                row.getUUID("id"),
                row.getString("email"),
                role(row),
                row.getUUID("invited_by"),
                time(row, "created_at"),
                time(row, "expires_at"));
    }

    private static Opened opened(Row row) {
        return new Opened(
                row.getUUID("id"), row.getUUID("org_id"), role(row), row.getString("name"), row.getString("slug"));
    }
}
