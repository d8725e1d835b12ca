package io.vertebra.kernel.db;

import io.vertebra.bus.Call;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Read-only access to the domain's own tables for one call. Each statement sees exactly the granted tenant and the
 * signed-in person, so no org predicate is needed to keep tenants apart. A list says it all the same, for speed: the
 * policy also lets the platform pass, and therefore cannot choose an index by the org.
 *
 * <p>Parameters may be instants and enums (sent by their name in lower case) besides what the PostgreSQL client takes.
 */
public interface Read {
    /** The circumstances of the call. */
    Call call();

    /** At most one row. */
    <T> Future<Optional<T>> one(String sql, Function<Row, T> map, @Nullable Object... parameters);

    /** All rows; the statement carries its own LIMIT. */
    <T> Future<List<T>> list(String sql, Function<Row, T> map, @Nullable Object... parameters);
}
