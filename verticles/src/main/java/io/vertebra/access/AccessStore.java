package io.vertebra.access;

import io.vertebra.bus.Caller;
import io.vertebra.contract.Access.PolicyLevel;
import io.vertebra.kernel.db.Read;
import io.vertebra.kernel.db.Work;
import io.vertx.core.Future;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;

/** All SQL of access. */
final class AccessStore {
    static final String VALUES = """
        SELECT CASE WHEN scope = $1 THEN 'global' ELSE 'org' END AS level, name, value
          FROM access.policy_values WHERE scope = $1 OR scope = $2
        UNION ALL SELECT 'plan', name, max(value) FROM access.entitlements WHERE org_id = $2 GROUP BY name\
        """;
    static final String SET = """
        INSERT INTO access.policy_values (scope, name, value, updated_at, updated_by) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (scope, name)
        DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at, updated_by = excluded.updated_by\
        """;
    static final String CLEAR = "DELETE FROM access.policy_values WHERE scope = $1 AND name = $2";

    static final String CLEAR_PLAN =
            "DELETE FROM access.entitlements WHERE org_id = $1 AND subscription_id = $2 RETURNING name";
    static final String SET_PLAN = "INSERT INTO access.entitlements (org_id, subscription_id, name, value)"
            + " SELECT $1, $2, e.name, e.value FROM unnest($3::text[], $4::bigint[]) e (name, value)";

    private AccessStore() {}

    /** A policy value that was set. */
    record SetValue(PolicyLevel level, String name, long value) {}

    /** The values that were set globally, by plans and for this org; of {@link Caller#NOBODY} the global ones alone. */
    static Future<List<SetValue>> values(Read read, UUID scope) {
        return read.list(
                VALUES,
                row -> new SetValue(
                        PolicyLevel.valueOf(row.getString("level").toUpperCase(Locale.ROOT)),
                        row.getString("name"),
                        row.getLong("value")),
                Caller.NOBODY,
                scope);
    }

    static Future<Integer> set(Work work, UUID scope, String name, long value) {
        return work.run(
                SET,
                scope,
                name,
                value,
                work.now().atOffset(ZoneOffset.UTC),
                work.call().caller().id());
    }

    static Future<Integer> clear(Work work, UUID scope, String name) {
        return work.run(CLEAR, scope, name);
    }

    /** Forgets what a subscription allowed, and answers the names. */
    static Future<List<String>> clearPlan(Work work, UUID orgId, UUID subscriptionId) {
        return work.list(CLEAR_PLAN, row -> row.getString("name"), orgId, subscriptionId);
    }

    static Future<Integer> setPlan(Work work, UUID orgId, UUID subscriptionId, Map<String, Long> values) {
        return work.run(
                SET_PLAN,
                orgId,
                subscriptionId,
                values.keySet().toArray(String[]::new),
                values.values().toArray(Long[]::new));
    }
}
