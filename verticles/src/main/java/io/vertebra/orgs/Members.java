package io.vertebra.orgs;

import io.vertebra.bus.Caller;
import io.vertebra.bus.Nothing;
import io.vertebra.bus.Page;
import io.vertebra.bus.Problem;
import io.vertebra.contract.Accounts;
import io.vertebra.contract.Accounts.PersonName;
import io.vertebra.contract.Orgs.ChangeMember;
import io.vertebra.contract.Orgs.FindMembership;
import io.vertebra.contract.Orgs.LeaveOrg;
import io.vertebra.contract.Orgs.ListMembers;
import io.vertebra.contract.Orgs.Member;
import io.vertebra.contract.Orgs.MemberChanged;
import io.vertebra.contract.Orgs.MemberLeft;
import io.vertebra.contract.Orgs.Membership;
import io.vertebra.contract.Orgs.Refusal;
import io.vertebra.contract.Orgs.RemoveMember;
import io.vertebra.contract.Orgs.Role;
import io.vertebra.kernel.bus.Bus;
import io.vertebra.kernel.db.Cursor;
import io.vertebra.kernel.db.Read;
import io.vertebra.kernel.db.Work;
import io.vertebra.orgs.MemberStore.Standing;
import io.vertx.core.Future;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * Who belongs to an org in which role. Whoever takes ownership from somebody locks the org first, so that the last two
 * owners cannot leave at once.
 */
final class Members {
    private static final String GONE = "Deleted person";

    private final Bus bus;

    Members(Bus bus) {
        this.bus = bus;
    }

    Future<Page<Member>> list(Read read, ListMembers request) {
        int limit = Page.limit(request.limit());
        return MemberStore.list(read, request.orgId(), Cursor.parse(request.after(), Cursor.first()), limit + 1)
                .map(standings -> Page.of(standings, limit, one -> Cursor.of(one.joinedAt(), one.personId())
                        .text()))
                .compose(page -> names(
                                read,
                                page.items().stream().map(Standing::personId).toList())
                        .map(names -> new Page<>(
                                page.items().stream()
                                        .map(one -> member(one, names))
                                        .toList(),
                                page.next())));
    }

    /** Who the member is, asked before the transaction opens. */
    Future<Map<UUID, PersonName>> prepareChange(Read read, ChangeMember request) {
        return names(read, List.of(request.personId()));
    }

    Future<Member> change(Work work, ChangeMember request, Map<UUID, PersonName> names) {
        return CompanyStore.lock(work, request.orgId())
                .compose(Companies::orMissing)
                .compose(org -> MemberStore.find(work, request.orgId(), request.personId()))
                .compose(Members::orMissing)
                .compose(before -> mayChange(work.call().caller(), before.role(), request.role())
                        .compose(may -> before.role() == Role.OWNER && request.role() != Role.OWNER
                                ? anotherOwner(work, request.orgId(), request.personId())
                                : Future.succeededFuture())
                        .compose(may -> MemberStore.update(work, request.orgId(), request.personId(), request.role()))
                        .map(new Standing(request.personId(), request.role(), before.joinedAt())))
                .map(after -> {
                    work.touch(request.personId());
                    work.emit(new MemberChanged(request.orgId(), request.personId(), request.role()));
                    return member(after, names);
                });
    }

    Future<Nothing> remove(Work work, RemoveMember request) {
        return CompanyStore.lock(work, request.orgId())
                .compose(Companies::orMissing)
                .compose(org -> MemberStore.find(work, request.orgId(), request.personId()))
                .compose(Members::orMissing)
                .compose(before -> mayChange(work.call().caller(), before.role(), before.role())
                        .compose(may -> takeOut(work, request.orgId(), request.personId(), before.role())));
    }

    /** Needs no permission but the membership itself, whose org becomes the tenant of the transaction. */
    Future<Nothing> leave(Work work, LeaveOrg request) {
        var person = work.call().caller().id();
        return MemberStore.enter(work, request.membershipOrgId())
                .compose(role -> role.isPresent()
                        ? CompanyStore.lock(work, request.membershipOrgId())
                        : Future.failedFuture(Problem.notFound("org")))
                .compose(Companies::orMissing)
                .compose(org -> MemberStore.find(work, org.id(), person))
                .compose(Members::orMissing)
                .compose(before -> takeOut(work, request.membershipOrgId(), person, before.role()));
    }

    Future<Membership> find(Read read, FindMembership request) {
        return MemberStore.find(read, request.orgId(), request.personId())
                .map(found -> new Membership(found.map(Standing::role).orElse(null)));
    }

    private static Future<Nothing> takeOut(Work work, UUID orgId, UUID personId, Role role) {
        return (role == Role.OWNER ? anotherOwner(work, orgId, personId) : Future.<Void>succeededFuture())
                .compose(may -> MemberStore.delete(work, orgId, personId))
                .map(gone -> {
                    work.target("personId:" + personId);
                    work.touch(personId);
                    work.emit(new MemberLeft(orgId, personId));
                    return Nothing.NOTHING;
                });
    }

    private static Future<Void> anotherOwner(Work work, UUID orgId, UUID personId) {
        return MemberStore.hasOtherOwner(work, orgId, personId)
                .compose(other -> other
                        ? Future.succeededFuture()
                        : Future.failedFuture(Problem.of(Refusal.LAST_OWNER, "The org has no other owner.")));
    }

    /** Ownership is given and taken by owners only: otherwise a permission to manage members would be all of them. */
    static Future<Void> mayChange(Caller caller, Role before, Role after) {
        return isOwner(caller) || (before != Role.OWNER && after != Role.OWNER)
                ? Future.succeededFuture()
                : Future.failedFuture(Problem.of(Refusal.OWNERS_ONLY, "Your role in this org is not owner."));
    }

    static boolean isOwner(Caller caller) {
        var grant = caller.grant();
        return grant != null && grant.role().equals(Rows.label(Role.OWNER));
    }

    private Future<Map<UUID, PersonName>> names(Read read, List<UUID> ids) {
        if (ids.isEmpty()) {
            return Future.succeededFuture(Map.of());
        }
        return bus.ask(read.call(), new Accounts.FindPeople(ids)).map(found -> {
            var names = new HashMap<UUID, PersonName>();
            found.people().forEach(person -> names.put(person.id(), person));
            return names;
        });
    }

    private static Member member(Standing standing, Map<UUID, PersonName> names) {
        var name = names.getOrDefault(standing.personId(), new PersonName(standing.personId(), GONE, ""));
        return new Member(standing.personId(), name.name(), name.email(), standing.role(), standing.joinedAt());
    }

    private static Future<Standing> orMissing(Optional<Standing> found) {
        return found.map(Future::succeededFuture).orElseGet(() -> Future.failedFuture(Problem.notFound("member")));
    }
}
