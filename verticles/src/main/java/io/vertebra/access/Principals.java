package io.vertebra.access;

import io.vertebra.contract.Access.GetMyRights;
import io.vertebra.contract.Access.ResolveRights;
import io.vertebra.contract.Access.Rights;
import io.vertebra.contract.Orgs;
import io.vertebra.kernel.bus.Bus;
import io.vertebra.kernel.db.Read;
import io.vertx.core.Future;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What principals may do. */
final class Principals {
    private final Roles roles;
    private final Bus bus;

    Principals(Roles roles, Bus bus) {
        this.roles = roles;
        this.bus = bus;
    }

    /** An operator's rights are the platform's alone: in an org, operators have what their membership gives. */
    Future<Rights> resolve(Read read, ResolveRights request) {
        if (request.orgId() == null) {
            return Future.succeededFuture(request.operator() ? roles.operator() : roles.rights(null));
        }
        return bus.ask(read.call(), new Orgs.FindMembership(request.orgId(), request.principal()))
                .map(membership -> roles.rights(label(membership)));
    }

    Future<Rights> mine(Read read, GetMyRights request) {
        var grant = read.call().caller().grant();
        return Future.succeededFuture(roles.rights(grant == null ? null : grant.role()));
    }

    private static @Nullable String label(Orgs.Membership membership) {
        var role = membership.role();
        return role == null ? null : role.name().toLowerCase(Locale.ROOT);
    }
}
