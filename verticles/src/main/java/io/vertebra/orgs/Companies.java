package io.vertebra.orgs;

import io.vertebra.bus.Nothing;
import io.vertebra.bus.Page;
import io.vertebra.bus.Problem;
import io.vertebra.contract.Orgs.ChangeOrg;
import io.vertebra.contract.Orgs.CreateOrg;
import io.vertebra.contract.Orgs.DeleteOrg;
import io.vertebra.contract.Orgs.GetOrg;
import io.vertebra.contract.Orgs.ListMyOrgs;
import io.vertebra.contract.Orgs.MemberJoined;
import io.vertebra.contract.Orgs.MyOrg;
import io.vertebra.contract.Orgs.Org;
import io.vertebra.contract.Orgs.OrgChanged;
import io.vertebra.contract.Orgs.OrgCreated;
import io.vertebra.contract.Orgs.OrgDeleted;
import io.vertebra.contract.Orgs.Role;
import io.vertebra.kernel.db.Cursor;
import io.vertebra.kernel.db.Read;
import io.vertebra.kernel.db.Work;
import io.vertx.core.Future;
import java.util.Optional;
import java.util.UUID;

/** The orgs themselves. */
final class Companies {

    /** The membership of the owner stands in the same transaction, so the next call has its rights already. */
    Future<Org> create(Work work, CreateOrg request) {
        var person = work.call().caller().id();
        return work.foundTenant()
                .compose(id -> insert(work, id, request))
                .compose(org ->
                        MemberStore.insert(work, org.id(), person, Role.OWNER).map(org))
                .map(org -> {
                    work.target("orgId:" + org.id());
                    work.touch(person);
                    work.emit(new OrgCreated(org.id(), org.name()));
                    work.emit(new MemberJoined(org.id(), person, Role.OWNER));
                    return org;
                });
    }

    /** A slug that the client chose must be free; one made from the name gets a suffix when it is not. */
    private static Future<Org> insert(Work work, UUID id, CreateOrg request) {
        if (request.slug() != null) {
            return CompanyStore.insert(work, id, request.name(), request.slug()).compose(Companies::orTaken);
        }
        var slug = Slug.of(request.name(), "org");
        return CompanyStore.insert(work, id, request.name(), slug)
                .compose(org -> org.isPresent()
                        ? Future.succeededFuture(org)
                        : CompanyStore.insert(work, id, request.name(), Slug.with(slug, id)))
                .compose(Companies::orTaken);
    }

    private static Future<Org> orTaken(Optional<Org> org) {
        return org.map(Future::succeededFuture).orElseGet(() -> Future.failedFuture(Rows.slugTaken()));
    }

    Future<Org> get(Read read, GetOrg request) {
        return CompanyStore.find(read, request.orgId()).compose(Companies::orMissing);
    }

    Future<Org> change(Work work, ChangeOrg request) {
        return CompanyStore.lock(work, request.orgId())
                .compose(Companies::orMissing)
                .compose(before -> {
                    work.expectVersion(before.version());
                    var name = Projects.required(request.name().over(before.name()), "/name");
                    var slug = Projects.required(request.slug().over(before.slug()), "/slug");
                    return CompanyStore.update(work, before.id(), name, slug);
                })
                .map(org -> {
                    work.emit(new OrgChanged(org.id(), org.name(), org.slug()));
                    return org;
                });
    }

    Future<Nothing> delete(Work work, DeleteOrg request) {
        return CompanyStore.lock(work, request.orgId())
                .compose(Companies::orMissing)
                .compose(before -> {
                    work.expectVersion(before.version());
                    return CompanyStore.delete(work, before.id());
                })
                .map(members -> {
                    members.forEach(work::touch);
                    work.emit(new OrgDeleted(request.orgId()));
                    return Nothing.NOTHING;
                });
    }

    Future<Page<MyOrg>> listMine(Read read, ListMyOrgs request) {
        int limit = Page.limit(request.limit());
        return CompanyStore.ofPerson(read, Cursor.parse(request.after(), Cursor.first()), limit + 1)
                .map(orgs -> Page.of(orgs, limit, org -> new Cursor(org.name(), org.id()).text()));
    }

    static Future<Org> orMissing(Optional<Org> org) {
        return org.map(Future::succeededFuture).orElseGet(() -> Future.failedFuture(Problem.notFound("org")));
    }
}
