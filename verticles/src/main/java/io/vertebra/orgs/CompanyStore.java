package io.vertebra.orgs;

import static io.vertebra.orgs.Rows.at;
import static io.vertebra.orgs.Rows.role;
import static io.vertebra.orgs.Rows.time;
import static io.vertebra.orgs.Rows.unlessTaken;

import io.vertebra.contract.Orgs.MyOrg;
import io.vertebra.contract.Orgs.Org;
import io.vertebra.kernel.db.Cursor;
import io.vertebra.kernel.db.Read;
import io.vertebra.kernel.db.Work;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** SQL of the orgs themselves. */
final class CompanyStore {
    private static final String COLUMNS = "id, name, slug, created_at, updated_at, version";

    static final String INSERT = "INSERT INTO orgs.orgs (id, name, slug, created_at, updated_at)"
            + " VALUES ($1, $2, $3, $4, $4) ON CONFLICT (slug) DO NOTHING RETURNING " + COLUMNS;
    static final String FIND = "SELECT " + COLUMNS + " FROM orgs.orgs WHERE id = $1";
    static final String LOCK = FIND + " FOR UPDATE";
    static final String UPDATE = "UPDATE orgs.orgs SET name = $2, slug = $3, updated_at = $4, version = version + 1"
            + " WHERE id = $1 RETURNING " + COLUMNS;
    static final String OF_PERSON =
            "SELECT id, name, slug, role, joined_at FROM orgs.of_person($1, $2, $3) ORDER BY name, id";
    static final String DELETE_PROJECTS = "DELETE FROM orgs.projects WHERE org_id = $1";
    static final String DELETE_INVITATIONS = "DELETE FROM orgs.invitations WHERE org_id = $1";
    static final String DELETE_MEMBERSHIPS = "DELETE FROM orgs.memberships WHERE org_id = $1 RETURNING person_id";
    static final String DELETE = "DELETE FROM orgs.orgs WHERE id = $1";

    private CompanyStore() {}

    /** Inserts an org; empty when its slug is taken. */
    static Future<Optional<Org>> insert(Work work, UUID id, String name, String slug) {
        return work.one(INSERT, CompanyStore::org, id, name, slug, at(work.now()));
    }

    static Future<Optional<Org>> find(Read read, UUID id) {
        return read.one(FIND, CompanyStore::org, id);
    }

    /** The org, locked: whoever changes who owns it waits here for the others. */
    static Future<Optional<Org>> lock(Work work, UUID id) {
        return work.one(LOCK, CompanyStore::org, id);
    }

    static Future<Org> update(Work work, UUID id, @Nullable String name, @Nullable String slug) {
        return unlessTaken(work.change("org", UPDATE, CompanyStore::org, id, name, slug, at(work.now())));
    }

    static Future<List<MyOrg>> ofPerson(Read read, Cursor after, int limit) {
        return read.list(OF_PERSON, CompanyStore::myOrg, after.key(), after.id(), limit);
    }

    /** Deletes an org with all that it holds, and answers who its members were. */
    static Future<List<UUID>> delete(Work work, UUID id) {
        return work.run(DELETE_PROJECTS, id)
                .compose(projects -> work.run(DELETE_INVITATIONS, id))
                .compose(invitations -> work.list(DELETE_MEMBERSHIPS, row -> row.getUUID("person_id"), id))
                .compose(members -> work.run(DELETE, id).map(members));
    }

    private static Org org(Row row) {
        return new Org(
                row.getUUID("id"),
                row.getString("name"),
                row.getString("slug"),
                time(row, "created_at"),
                time(row, "updated_at"),
                row.getLong("version"));
    }

    private static MyOrg myOrg(Row row) {
        return new MyOrg(
                row.getUUID("id"), row.getString("name"), row.getString("slug"), role(row), time(row, "joined_at"));
    }
}
