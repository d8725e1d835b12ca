package io.vertebra.orgs;

import static io.vertebra.orgs.Rows.at;
import static io.vertebra.orgs.Rows.label;
import static io.vertebra.orgs.Rows.time;

import io.vertebra.contract.Orgs.Role;
import io.vertebra.kernel.db.Cursor;
import io.vertebra.kernel.db.Read;
import io.vertebra.kernel.db.Work;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;

/** SQL of memberships. */
final class MemberStore {
    static final String INSERT = "INSERT INTO orgs.memberships (org_id, person_id, role, joined_at)"
            + " VALUES ($1, $2, $3, $4) ON CONFLICT (org_id, person_id) DO NOTHING";
    static final String FIND =
            "SELECT person_id, role, joined_at FROM orgs.memberships" + " WHERE org_id = $1 AND person_id = $2";
    static final String LIST = "SELECT person_id, role, joined_at FROM orgs.memberships"
            + " WHERE org_id = $1 AND (joined_at, person_id) > ($2, $3) ORDER BY joined_at, person_id LIMIT $4";
    static final String OTHER_OWNERS = "SELECT count(*) AS owners FROM orgs.memberships"
            + " WHERE org_id = $1 AND person_id <> $2 AND role = 'owner'";
    static final String UPDATE = "UPDATE orgs.memberships SET role = $3 WHERE org_id = $1 AND person_id = $2";
    static final String DELETE = "DELETE FROM orgs.memberships WHERE org_id = $1 AND person_id = $2";
    static final String ENTER = "SELECT orgs.enter($1) AS role";

    private MemberStore() {}

    /** A membership without the person's name, which accounts knows. */
    record Standing(UUID personId, Role role, Instant joinedAt) {}

    /** Answers whether the person was no member yet. */
    static Future<Boolean> insert(Work work, UUID orgId, UUID personId, Role role) {
        return work.run(INSERT, orgId, personId, label(role), at(work.now())).map(rows -> rows == 1);
    }

    static Future<Optional<Standing>> find(Read read, UUID orgId, UUID personId) {
        return read.one(FIND, MemberStore::standing, orgId, personId);
    }

    static Future<List<Standing>> list(Read read, UUID orgId, Cursor after, int limit) {
        return read.list(LIST, MemberStore::standing, orgId, at(after.at()), after.id(), limit);
    }

    /** Whether the org has an owner beside this person; to be asked with the org locked. */
    static Future<Boolean> hasOtherOwner(Work work, UUID orgId, UUID personId) {
        return work.one(OTHER_OWNERS, row -> row.getLong("owners"), orgId, personId)
                .map(owners -> owners.orElse(0L) > 0);
    }

    static Future<Integer> update(Work work, UUID orgId, UUID personId, Role role) {
        return work.run(UPDATE, orgId, personId, label(role));
    }

    static Future<Integer> delete(Work work, UUID orgId, UUID personId) {
        return work.run(DELETE, orgId, personId);
    }

    /** Enters an org as the member that the caller is; empty when the caller is none. */
    static Future<Optional<Role>> enter(Work work, UUID orgId) {
        return work.one(ENTER, row -> Optional.ofNullable(row.getString("role")), orgId)
                .map(found -> found.flatMap(role -> role.map(label -> Role.valueOf(label.toUpperCase(Locale.ROOT)))));
    }

    private static Standing standing(Row row) {
        return new Standing(row.getUUID("person_id"), Rows.role(row), time(row, "joined_at"));
    }
}
