package io.vertebra.kernel.db;

import io.vertebra.bus.Call;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads of one call: each statement by itself, on a connection that many share, in the call's tenant. */
final class Reading implements Read {
    private final DomainDb db;
    private final Call call;
    private final Tenant tenant;

    Reading(DomainDb db, Call call) {
        this.db = db;
        this.call = call;
        this.tenant = Tenant.ofRead(call);
    }

    @Override
    public Call call() {
        return call;
    }

    @Override
    public <T> Future<Optional<T>> one(String sql, Function<Row, T> map, @Nullable Object... parameters) {
        return db.query(call, tenant, sql, parameters).map(rows -> one(rows, sql, map));
    }

    @Override
    public <T> Future<List<T>> list(String sql, Function<Row, T> map, @Nullable Object... parameters) {
        return db.query(call, tenant, sql, parameters).map(rows -> list(rows, map));
    }

    static <T> Optional<T> one(RowSet<Row> rows, String sql, Function<Row, T> map) {
        if (rows.size() > 1) {
            throw new IllegalStateException("More than one row came from: " + sql);
        }
        var iterator = rows.iterator();
        return iterator.hasNext() ? Optional.of(map.apply(iterator.next())) : Optional.empty();
    }

    static <T> List<T> list(RowSet<Row> rows, Function<Row, T> map) {
        var all = new ArrayList<T>(rows.size());
        for (var row : rows) {
            all.add(map.apply(row));
        }
        return all;
    }
}
