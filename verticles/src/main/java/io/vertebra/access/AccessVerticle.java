package io.vertebra.access;

import io.vertebra.bus.Contracts;
import io.vertebra.contract.Access;
import io.vertebra.contract.Billing;
import io.vertebra.contract.Orgs;
import io.vertebra.kernel.events.From;
import io.vertebra.kernel.module.Domain;
import io.vertebra.kernel.module.Wiring;

/** Permissions, roles and policy values. */
public final class AccessVerticle extends Domain {
    @Override
    public Class<?> contract() {
        return Access.class;
    }

    @Override
    protected void open(Wiring on) {
        var permissions = new Permissions(Contracts.load());
        var roles = new Roles(permissions);
        var principals = new Principals(roles, on.bus());
        var policies = new Policies();
        on.asks(Orgs.FindMembership.class)
                .read(Access.ListPermissions.class, permissions::list)
                .read(Access.ListRoles.class, roles::list)
                .read(Access.GetMyRights.class, principals::mine)
                .read(Access.ResolveRights.class, principals::resolve)
                .read(Access.ListPolicies.class, policies::list)
                .read(Access.ListGlobalPolicies.class, policies::listGlobal)
                .read(Access.ResolvePolicies.class, policies::resolve)
                .ask(Access.SetGlobalPolicy.class, policies::setGlobal)
                .ask(Access.SetOrgPolicy.class, policies::setForOrg)
                .follow("entitlements", Billing.EntitlementsChanged.class, From.START, policies::onEntitlementsChanged);
    }
}
