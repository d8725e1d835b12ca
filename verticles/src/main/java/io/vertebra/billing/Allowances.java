package io.vertebra.billing;

import io.vertebra.billing.SubscriptionStore.ChargedFor;
import io.vertebra.billing.SubscriptionStore.Stored;
import io.vertebra.billing.invoice.Lines;
import io.vertebra.bus.Problem;
import io.vertebra.contract.Billing.EntitlementsChanged;
import io.vertebra.contract.BillingCatalogue.Plan;
import io.vertebra.contract.BillingSubscriptions.Entitlements;
import io.vertebra.contract.BillingSubscriptions.Status;
import io.vertebra.kernel.db.Read;
import io.vertebra.kernel.db.Work;
import io.vertebra.kernel.jobs.Run;
import io.vertx.core.Future;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.UUID;

/** What subscriptions allow: told of each alone, so that two that change at once do not hide each other. */
final class Allowances {
    private static final int AT_ONCE = 100;

    private Allowances() {}

    static Future<Entitlements> of(Read read, UUID orgId) {
        return SubscriptionStore.entitlements(read, orgId).map(all -> {
            var values = new TreeMap<String, Long>();
            all.forEach(one -> one.forEach((name, value) -> values.merge(name, value, Math::max)));
            return new Entitlements(values);
        });
    }

    /** Tells what a new subscription allows. */
    static void begin(Work work, Stored started, Plan plan) {
        if (!plan.entitlements().isEmpty()) {
            tell(work, started, plan.entitlements());
        }
    }

    /** Writes what became of a subscription, and tells what it allows when that may not be the same any more. */
    static Future<Stored> update(Work work, Stored before, Stored after) {
        boolean same = allows(before) == allows(after)
                && before.shown().plan().equals(after.shown().plan())
                && before.shown().planVersion() == after.shown().planVersion();
        if (same) {
            return SubscriptionStore.update(work, after);
        }
        var allowed = allows(after)
                ? Catalogue.plan(work, after.shown().plan(), after.shown().planVersion())
                        .map(Plan::entitlements)
                : Future.succeededFuture(Map.<String, Long>of());
        return allowed.compose(values -> {
            tell(work, after, values);
            return SubscriptionStore.update(work, after);
        });
    }

    /** Fails when a change of the price only would get more out of the running period than it was charged for. */
    static Future<Void> covered(Read read, Stored before, Plan after, int quantity) {
        var shown = before.shown();
        var charged = Objects.requireNonNullElse(
                before.chargedFor(), new ChargedFor(shown.plan(), shown.planVersion(), shown.quantity(), null));
        return Catalogue.plan(read, charged.plan(), charged.version()).map(plan -> {
            if (Lines.exceeds(after, quantity, plan, charged.quantity(), shown.currency())) {
                throw Problem.invalid(
                        "/proration", "must not be none: it costs or allows more than the period was charged for");
            }
            return null;
        });
    }

    /** Tells what subscriptions allow that began before anybody told it, each once; a job. */
    static Future<Integer> tellAll(Run run) {
        return run.drain(
                AT_ONCE, work -> SubscriptionStore.untold(work, AT_ONCE).compose(all -> {
                    Future<Integer> done = Future.succeededFuture(all.size());
                    for (var one : all) {
                        done = done.compose(before -> tellOne(work, one)).map(all.size());
                    }
                    return done;
                }));
    }

    private static Future<Integer> tellOne(Work work, Stored one) {
        return Catalogue.plan(work, one.shown().plan(), one.shown().planVersion())
                .compose(plan -> {
                    if (allows(one) && !plan.entitlements().isEmpty()) {
                        tell(work, one, plan.entitlements());
                    }
                    return SubscriptionStore.told(work, one);
                });
    }

    private static void tell(Work work, Stored subscription, Map<String, Long> values) {
        work.emit(new EntitlementsChanged(subscription.orgId(), subscription.id(), values));
    }

    private static boolean allows(Stored subscription) {
        var status = subscription.shown().status();
        return status == Status.ACTIVE || status == Status.TRIALING;
    }
}
