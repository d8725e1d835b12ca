package io.vertebra.access;

import io.vertebra.bus.Caller;
import io.vertebra.kernel.db.Read;
import io.vertebra.kernel.db.Work;
import io.vertx.core.Future;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;

/** All SQL of access. */
final class AccessStore {
    static final String VALUES = "SELECT scope, name, value FROM access.policy_values WHERE scope = $1 OR scope = $2";
    static final String SET = """
        INSERT INTO access.policy_values (scope, name, value, updated_at, updated_by) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (scope, name)
        DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at, updated_by = excluded.updated_by\
        """;
    static final String CLEAR = "DELETE FROM access.policy_values WHERE scope = $1 AND name = $2";

    private AccessStore() {}

    /** A policy value that was set. */
    record SetValue(UUID scope, String name, long value) {
        boolean global() {
            return scope.equals(Caller.NOBODY);
        }
    }

    /** The values that were set globally and for this org; {@link Caller#NOBODY} for the global ones alone. */
    static Future<List<SetValue>> values(Read read, UUID scope) {
        return read.list(
                VALUES,
                row -> new SetValue(row.getUUID("scope"), row.getString("name"), row.getLong("value")),
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
}
