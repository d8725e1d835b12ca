package io.vertebra.kernel.events;

import io.vertebra.bus.Call;
import io.vertebra.bus.Event;
import io.vertebra.kernel.db.Work;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The transaction of a batch as the handler of one event sees it: with that event's request and trace. */
record FactWork(Work batch, Call call) implements Work {
    private static final String PLATFORM = "SELECT set_config('app.platform', 'on', true)";

    @Override
    public <T> Future<Optional<T>> one(String sql, Function<Row, T> map, @Nullable Object... parameters) {
        return batch.one(sql, map, parameters);
    }

    @Override
    public <T> Future<List<T>> list(String sql, Function<Row, T> map, @Nullable Object... parameters) {
        return batch.list(sql, map, parameters);
    }

    @Override
    public Instant now() {
        return batch.now();
    }

    @Override
    public UUID newId() {
        return batch.newId();
    }

    @Override
    public Future<Integer> run(String sql, @Nullable Object... parameters) {
        return batch.run(sql, parameters);
    }

    @Override
    public <T> Future<T> change(String what, String sql, Function<Row, T> map, @Nullable Object... parameters) {
        return batch.change(what, sql, map, parameters);
    }

    @Override
    public void emit(Event event) {
        batch.emit(event);
    }

    @Override
    public void target(String target) {
        batch.target(target);
    }

    @Override
    public void expectVersion(long current) {
        batch.expectVersion(current);
    }

    @Override
    public void touch(UUID subject) {
        batch.touch(subject);
    }

    @Override
    public Future<UUID> foundTenant() {
        return batch.foundTenant();
    }

    @Override
    public Future<Work> platform() {
        return batch.one(PLATFORM, row -> row.getString(0)).map(this);
    }
}
