package io.vertebra.access;

import io.vertebra.access.AccessStore.SetValue;
import io.vertebra.bus.Caller;
import io.vertebra.bus.Problem;
import io.vertebra.contract.Access.ListGlobalPolicies;
import io.vertebra.contract.Access.ListPolicies;
import io.vertebra.contract.Access.PolicyChanged;
import io.vertebra.contract.Access.PolicyLevel;
import io.vertebra.contract.Access.PolicyValue;
import io.vertebra.contract.Access.PolicyValues;
import io.vertebra.contract.Access.ResolvePolicies;
import io.vertebra.contract.Access.SetGlobalPolicy;
import io.vertebra.contract.Access.SetOrgPolicy;
import io.vertebra.contract.Billing.EntitlementsChanged;
import io.vertebra.kernel.db.Read;
import io.vertebra.kernel.db.Work;
import io.vertebra.kernel.events.Fact;
import io.vertx.core.Future;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Policy values: the default, over it the global value, over it the largest that the org's subscriptions allow, over it
 * what an operator set for the org.
 */
final class Policies {

    Future<PolicyValues> list(Read read, ListPolicies request) {
        return inForce(read, request.orgId());
    }

    Future<PolicyValues> listGlobal(Read read, ListGlobalPolicies request) {
        return inForce(read, Caller.NOBODY);
    }

    Future<PolicyValues> resolve(Read read, ResolvePolicies request) {
        return inForce(read, Objects.requireNonNullElse(request.orgId(), Caller.NOBODY));
    }

    Future<PolicyValue> setGlobal(Work work, SetGlobalPolicy request) {
        return set(work, Caller.NOBODY, request.name(), request.value(), null);
    }

    Future<PolicyValue> setForOrg(Work work, SetOrgPolicy request) {
        return set(work, request.policyOrgId(), request.name(), request.value(), request.policyOrgId());
    }

    private Future<PolicyValue> set(Work work, UUID scope, String name, @Nullable Long value, @Nullable UUID orgId) {
        if (!DeclaredPolicy.all().containsKey(name)) {
            return Future.failedFuture(Problem.notFound("policy value"));
        }
        if (value != null && !sound(value)) {
            return Future.failedFuture(
                    Problem.invalid("/value", "must be from " + DeclaredPolicy.MIN + " to " + DeclaredPolicy.MAX));
        }
        work.touch(Caller.NOBODY);
        work.emit(new PolicyChanged(name, orgId, value));
        return work.platform()
                .compose(platform -> (value == null
                                ? AccessStore.clear(platform, scope, name)
                                : AccessStore.set(platform, scope, name, value))
                        .compose(done -> inForce(platform, scope)))
                .map(values -> Objects.requireNonNull(values.values().get(name)));
    }

    private static Future<PolicyValues> inForce(Read read, UUID scope) {
        return AccessStore.values(read, scope).map(Policies::merge);
    }

    /** The values in force, from those that were set on any level. */
    static PolicyValues merge(List<SetValue> set) {
        var values = new LinkedHashMap<String, PolicyValue>();
        DeclaredPolicy.all()
                .forEach((name, policy) -> values.put(name, value(policy, policy.preset(), PolicyLevel.DEFAULT)));
        set.stream().sorted(Comparator.comparing(SetValue::level)).forEach(one -> put(values, one));
        return new PolicyValues(values);
    }

    /** Plans also allow what is no policy value, or what none can be; that is for others to read. */
    private static void put(LinkedHashMap<String, PolicyValue> values, SetValue set) {
        var policy = DeclaredPolicy.all().get(set.name());
        if (policy != null && sound(set.value())) {
            values.put(set.name(), value(policy, set.value(), set.level()));
        }
    }

    /**
     * Notes what a subscription allows. All doors look again when that touches a policy value; they know no org before
     * they have admitted a request, so they keep the values of all orgs by the epoch of the platform's.
     */
    Future<Void> onEntitlementsChanged(Work work, Fact<EntitlementsChanged> fact) {
        var event = fact.event();
        return AccessStore.clearPlan(work, event.orgId(), event.subscriptionId())
                .compose(before -> {
                    var now = event.values();
                    if (Stream.concat(before.stream(), now.keySet().stream())
                            .anyMatch(DeclaredPolicy.all()::containsKey)) {
                        work.touch(Caller.NOBODY);
                    }
                    return now.isEmpty()
                            ? Future.succeededFuture()
                            : AccessStore.setPlan(work, event.orgId(), event.subscriptionId(), now)
                                    .mapEmpty();
                });
    }

    private static boolean sound(long value) {
        return value >= DeclaredPolicy.MIN && value <= DeclaredPolicy.MAX;
    }

    private static PolicyValue value(DeclaredPolicy policy, long value, PolicyLevel level) {
        return new PolicyValue(policy.label(), value, policy.unit(), policy.meaning(), level);
    }
}
