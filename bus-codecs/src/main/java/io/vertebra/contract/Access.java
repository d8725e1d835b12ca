package io.vertebra.contract;

import io.vertebra.bus.Event;
import io.vertebra.bus.Get;
import io.vertebra.bus.Internal;
import io.vertebra.bus.Key;
import io.vertebra.bus.Needs;
import io.vertebra.bus.Put;
import io.vertebra.bus.Request;
import io.vertebra.bus.SignedIn;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Who may do what where: permissions, built-in roles and policy values. */
public sealed interface Access<R> extends Request<R> {

    /** The greatest policy value. As a limit it means that nothing is counted. */
    long POLICY_MAX = 1_000_000_000;

    /** Every permission of the platform: the operations and events that name it. */
    @Get("/v1/access/permissions")
    @SignedIn
    record ListPermissions() implements Access<PermissionCatalogue> {}

    /** The built-in roles and the permissions that each bundles. */
    @Get("/v1/access/roles")
    @SignedIn
    record ListRoles() implements Access<RoleCatalogue> {}

    /** What the signed-in caller may do in an org. */
    @Get("/v1/orgs/{orgId}/access/me")
    @Needs("orgs.org.read")
    record GetMyRights(UUID orgId) implements Access<Rights> {}

    /** The policy values in force in an org, with the level that each comes from. */
    @Get("/v1/orgs/{orgId}/policies")
    @Needs("access.policies.read")
    record ListPolicies(UUID orgId) implements Access<PolicyValues> {}

    /** The global policy values. */
    @Get("/v1/admin/policies")
    @Needs("platform.policies.read")
    record ListGlobalPolicies() implements Access<PolicyValues> {}

    /** Sets a global policy value; it holds on the next request of every node. Null restores the default. */
    @Put("/v1/admin/policies/{name}")
    @Needs("platform.policies.write")
    record SetGlobalPolicy(String name, @Nullable Long value) implements Access<PolicyValue> {}

    /** Sets a policy value for one org; it holds on the next request of every node. Null restores the global value. */
    @Put("/v1/admin/orgs/{policyOrgId}/policies/{name}")
    @Needs("platform.policies.write")
    record SetOrgPolicy(
            UUID policyOrgId, String name, @Nullable Long value) implements Access<PolicyValue> {}

    /** The rights of a principal: in an org, or without one on the platform. */
    @Internal
    @Needs("access.rights.resolve")
    record ResolveRights(
            UUID principal, boolean operator, @Nullable UUID orgId) implements Access<Rights> {}

    /** The policy values in force: of an org, or without one the global ones. */
    @Internal
    @Needs("access.policies.resolve")
    record ResolvePolicies(@Nullable UUID orgId) implements Access<PolicyValues> {}

    /**
     * What a principal may do in a scope.
     *
     * @param role the built-in role, {@code operator} on the platform; null without a membership
     * @param permissions the permissions that hold
     */
    record Rights(@Nullable String role, Set<String> permissions) {}

    /** All permissions. */
    record PermissionCatalogue(List<Permission> permissions) {}

    /**
     * One permission and what it opens.
     *
     * @param scope where it holds: in an {@code org}, or on the {@code platform} for operators
     */
    record Permission(String name, PermissionScope scope, List<String> operations, List<String> events) {}

    /** Where a permission holds. */
    enum PermissionScope {
        ORG,
        PLATFORM
    }

    /** All built-in roles. */
    record RoleCatalogue(List<RoleBundle> roles) {}

    /** One role and what it bundles. */
    record RoleBundle(String name, String meaning, Set<String> permissions) {}

    /** Policy values by name. */
    record PolicyValues(Map<String, PolicyValue> values) {}

    /**
     * One policy value.
     *
     * @param unit what the number counts, for example {@code requests per minute}
     * @param level where it was set
     */
    record PolicyValue(String name, long value, String unit, String meaning, PolicyLevel level) {}

    /**
     * Where a policy value was set; the later one wins: what an operator set for an org over what its subscriptions
     * allow, that over what holds for all.
     */
    enum PolicyLevel {
        DEFAULT,
        GLOBAL,
        PLAN,
        ORG
    }

    /** A policy value was set. */
    @Needs("platform.policies.read")
    record PolicyChanged(
            @Key String name,
            @Nullable UUID policyOrgId,
            @Nullable Long value) implements Event {}
}
