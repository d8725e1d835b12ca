package io.vertebra.kernel.db;

import io.vertx.sqlclient.Tuple;
import io.vertx.sqlclient.internal.ArrayTuple;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The texts that the kernel sends, and the domain's reads wrapped so that each sees its tenant only. */
final class Statements {
    static final String ENTER = """
            SELECT set_config('app.org', $1, true), set_config('app.person', $2, true), \
            set_config('app.platform', $3, true), set_config('statement_timeout', $4, true), \
            set_config('lock_timeout', $5, true)""";
    static final String ENTER_ONCE = """
            SELECT k.fingerprint, k.response, set_config('app.org', $1, true), set_config('app.person', $2, true), \
            set_config('app.platform', $3, true), set_config('statement_timeout', $4, true), \
            set_config('lock_timeout', $5, true) FROM kernel.seek($6, $7) k""";
    static final String FOUND = "SELECT set_config('app.org', $1, true)";
    static final String PLATFORM = "SELECT set_config('app.platform', 'on', true)";
    static final String FINISH = """
            SELECT kernel.finish($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, \
            $20, $21, $22), set_config('app.finished', 'on', true)""";
    /**
     * Commits what {@link #FINISH} closed, and fails where that did not run: without it the setting is empty or
     * unknown, which is no boolean. One message, so that nothing can come between the look and the commit.
     */
    static final String COMMIT_FINISHED = "SELECT current_setting('app.finished')::boolean; COMMIT";

    static final String SEEK = "SELECT fingerprint, response FROM kernel.seek($1, $2)";
    static final String OUTCOME = "SELECT fingerprint, response FROM kernel.outcome($1, $2)";

    private static final String SETTINGS = """
            WITH t AS MATERIALIZED (SELECT set_config('app.org', $%d, true) \
            || set_config('app.person', $%d, true) || set_config('app.platform', $%d, true) AS scope)""";

    private static final Map<String, String> WRAPPED = new ConcurrentHashMap<>();

    private Statements() {}

    /**
     * The settings stand in a materialised step of the same statement, which the domain's own text is joined to from
     * the side: PostgreSQL must take the step before it touches a row. Parameters follow those of the domain.
     */
    static String wrapped(String sql, int parameters) {
        var known = WRAPPED.get(sql);
        return known != null ? known : WRAPPED.computeIfAbsent(sql, text -> wrap(text, parameters));
    }

    private static String wrap(String sql, int parameters) {
        var settings = SETTINGS.formatted(parameters + 1, parameters + 2, parameters + 3);
        return settings + " SELECT q.* FROM t CROSS JOIN LATERAL (SELECT * FROM (" + sql
                + "\n) s WHERE t.scope IS NOT NULL OFFSET 0) q";
    }

    static Tuple tuple(@Nullable Object[] parameters) {
        var tuple = new ArrayTuple(parameters.length);
        for (var parameter : parameters) {
            tuple.addValue(value(parameter));
        }
        return tuple;
    }

    static Tuple tuple(@Nullable Object[] parameters, Tenant tenant) {
        var tuple = new ArrayTuple(parameters.length + 3);
        for (var parameter : parameters) {
            tuple.addValue(value(parameter));
        }
        tuple.addValue(tenant.org());
        tuple.addValue(tenant.person());
        tuple.addValue(tenant.platform());
        return tuple;
    }

    /** What the client does not know: instants are sent as UTC, enums by their name in lower case. */
    private static @Nullable Object value(@Nullable Object parameter) {
        if (parameter instanceof Instant instant) {
            return instant.atOffset(ZoneOffset.UTC);
        }
        if (parameter instanceof Enum<?> constant) {
            return constant.name().toLowerCase(Locale.ROOT);
        }
        return parameter;
    }
}
