package io.vertebra.orgs;

import io.vertebra.bus.Nothing;
import io.vertebra.bus.Page;
import io.vertebra.bus.Problem;
import io.vertebra.contract.Orgs.ChangeProject;
import io.vertebra.contract.Orgs.CreateProject;
import io.vertebra.contract.Orgs.DeleteProject;
import io.vertebra.contract.Orgs.GetProject;
import io.vertebra.contract.Orgs.ListProjects;
import io.vertebra.contract.Orgs.Project;
import io.vertebra.contract.Orgs.ProjectChanged;
import io.vertebra.contract.Orgs.ProjectCreated;
import io.vertebra.contract.Orgs.ProjectDeleted;
import io.vertebra.kernel.db.Cursor;
import io.vertebra.kernel.db.Read;
import io.vertebra.kernel.db.Work;
import io.vertebra.kernel.jobs.Run;
import io.vertx.core.Future;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The projects of an org. */
final class Projects {

    /** Without a slug from the client it is the name's own or, when that is taken, the same with the end of the id. */
    Future<Project> create(Work work, CreateProject request) {
        var id = work.newId();
        var chosen = request.slug();
        var slug = chosen == null ? Slug.of(request.name(), "project") : chosen;
        work.target("projectId:" + id);
        return insert(work, request, id, slug)
                .compose(project -> project.isPresent() || chosen != null
                        ? Future.succeededFuture(project)
                        : insert(work, request, id, Slug.with(slug, id)))
                .compose(Projects::orTaken)
                .map(project -> {
                    work.emit(new ProjectCreated(project.orgId(), project.id(), project.name()));
                    return project;
                });
    }

    private static Future<Optional<Project>> insert(Work work, CreateProject request, UUID id, String slug) {
        return ProjectStore.insert(work, request.orgId(), id, request.name(), slug, request.description());
    }

    Future<Page<Project>> list(Read read, ListProjects request) {
        int limit = Page.limit(request.limit());
        return ProjectStore.list(read, request.orgId(), Cursor.parse(request.after(), Cursor.last()), limit + 1)
                .map(projects -> Page.of(
                        projects, limit, project -> Cursor.of(project.id()).text()));
    }

    Future<Project> get(Read read, GetProject request) {
        return ProjectStore.find(read, request.orgId(), request.projectId()).compose(Projects::orMissing);
    }

    Future<Project> change(Work work, ChangeProject request) {
        return ProjectStore.lock(work, request.orgId(), request.projectId())
                .compose(Projects::orMissing)
                .compose(before -> {
                    work.expectVersion(before.version());
                    return ProjectStore.update(work, changed(before, request));
                })
                .map(project -> {
                    work.emit(new ProjectChanged(project.orgId(), project.id(), project.name()));
                    return project;
                });
    }

    Future<Nothing> delete(Work work, DeleteProject request) {
        return ProjectStore.lock(work, request.orgId(), request.projectId())
                .compose(Projects::orMissing)
                .compose(before -> {
                    work.expectVersion(before.version());
                    return ProjectStore.delete(work, request.orgId(), request.projectId());
                })
                .map(gone -> {
                    work.emit(new ProjectDeleted(request.orgId(), request.projectId()));
                    return Nothing.NOTHING;
                });
    }

    /** Removes what an insert left behind a concurrent deletion of its org. */
    Future<Integer> sweep(Run run) {
        return run.inWork(ProjectStore::sweep);
    }

    private static Project changed(Project before, ChangeProject request) {
        return new Project(
                before.id(),
                before.orgId(),
                required(request.name().over(before.name()), "/name"),
                required(request.slug().over(before.slug()), "/slug"),
                request.description().over(before.description()),
                before.createdAt(),
                before.updatedAt(),
                before.version());
    }

    static String required(@Nullable String value, String pointer) {
        if (value == null || value.isBlank()) {
            throw Problem.invalid(pointer, "must not be empty");
        }
        return value;
    }

    private static Future<Project> orTaken(Optional<Project> project) {
        return project.map(Future::succeededFuture).orElseGet(() -> Future.failedFuture(Rows.slugTaken()));
    }

    private static Future<Project> orMissing(Optional<Project> project) {
        return project.map(Future::succeededFuture).orElseGet(() -> Future.failedFuture(Problem.notFound("project")));
    }
}
