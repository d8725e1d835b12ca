package io.vertebra.kernel.db;

import io.vertebra.bus.ActorKind;
import io.vertebra.bus.Call;

/**
 * What row-level security knows of a call: the granted org, the signed-in person, and whether the call works beyond
 * tenants. Empty means none, and shows nothing.
 */
record Tenant(String org, String person, String platform) {
    private static final String ON = "on";

    /** What a read sees; an operator's platform grant reads beyond tenants. */
    static Tenant ofRead(Call call) {
        return of(call, true);
    }

    /** What a transaction sees; an operator's goes beyond tenants only by {@link Work#platform}, which is audited. */
    static Tenant ofWork(Call call) {
        return of(call, call.caller().kind() == ActorKind.SERVICE);
    }

    private static Tenant of(Call call, boolean mayPlatform) {
        var caller = call.caller();
        var grant = caller.grant();
        var org = caller.orgId();
        boolean person = caller.kind() == ActorKind.USER || caller.kind() == ActorKind.ADMIN;
        return new Tenant(
                org == null ? "" : org.toString(),
                person ? caller.id().toString() : "",
                mayPlatform && grant != null && org == null ? ON : "");
    }

    boolean beyondTenants() {
        return platform.equals(ON);
    }
}
