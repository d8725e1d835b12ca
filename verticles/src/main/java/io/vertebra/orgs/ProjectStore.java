package io.vertebra.orgs;

import static io.vertebra.orgs.Rows.at;
import static io.vertebra.orgs.Rows.time;
import static io.vertebra.orgs.Rows.unlessTaken;

import io.vertebra.contract.Orgs.Project;
import io.vertebra.kernel.db.Cursor;
import io.vertebra.kernel.db.Read;
import io.vertebra.kernel.db.Work;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** SQL of projects. */
final class ProjectStore {
    private static final String COLUMNS = "id, org_id, name, slug, description, created_at, updated_at, version";

    static final String INSERT =
            "INSERT INTO orgs.projects (org_id, id, name, slug, description, created_at, updated_at)"
                    + " VALUES ($1, $2, $3, $4, $5, $6, $6)"
                    + " ON CONFLICT (org_id, slug) DO NOTHING RETURNING " + COLUMNS;

    static final String FIND = "SELECT " + COLUMNS + " FROM orgs.projects WHERE org_id = $1 AND id = $2";
    static final String LOCK = FIND + " FOR UPDATE";
    static final String LIST =
            "SELECT " + COLUMNS + " FROM orgs.projects WHERE org_id = $1 AND id < $2" + " ORDER BY id DESC LIMIT $3";
    static final String UPDATE = "UPDATE orgs.projects SET name = $3, slug = $4, description = $5, updated_at = $6,"
            + " version = version + 1 WHERE org_id = $1 AND id = $2 RETURNING " + COLUMNS;
    static final String DELETE = "DELETE FROM orgs.projects WHERE org_id = $1 AND id = $2";
    static final String SWEEP =
            "DELETE FROM orgs.projects p" + " WHERE NOT EXISTS (SELECT FROM orgs.orgs o WHERE o.id = p.org_id)";

    private ProjectStore() {}

    /** Inserts a project; empty when its slug is taken. */
    static Future<Optional<Project>> insert(
            Work work, UUID orgId, UUID id, String name, String slug, @Nullable String about) {
        return work.one(INSERT, ProjectStore::project, orgId, id, name, slug, about, at(work.now()));
    }

    static Future<Optional<Project>> find(Read read, UUID orgId, UUID id) {
        return read.one(FIND, ProjectStore::project, orgId, id);
    }

    static Future<Optional<Project>> lock(Work work, UUID orgId, UUID id) {
        return work.one(LOCK, ProjectStore::project, orgId, id);
    }

    /** The newest first: ids grow with time. */
    static Future<List<Project>> list(Read read, UUID orgId, Cursor after, int limit) {
        return read.list(LIST, ProjectStore::project, orgId, after.id(), limit);
    }

    static Future<Project> update(Work work, Project after) {
        return unlessTaken(work.change(
                "project",
                UPDATE,
                ProjectStore::project,
                after.orgId(),
                after.id(),
                after.name(),
                after.slug(),
                after.description(),
                at(work.now())));
    }

    static Future<Integer> delete(Work work, UUID orgId, UUID id) {
        return work.run(DELETE, orgId, id);
    }

    /** Removes projects whose org is gone. */
    static Future<Integer> sweep(Work work) {
        return work.run(SWEEP);
    }

    private static Project project(Row row) {
        return new Project(
                row.getUUID("id"),
                row.getUUID("org_id"),
                row.getString("name"),
                row.getString("slug"),
                row.getString("description"),
                time(row, "created_at"),
                time(row, "updated_at"),
                row.getLong("version"));
    }
}
