package io.vertebra.kernel.errors;

import io.vertebra.kernel.config.ErrorsSettings;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries what was reported to PostgreSQL, and to Sentry where one is set: every now and then, grouped beside the event
 * loops, one statement whatever the number of failures. What cannot be written waits for the next time, within bounds.
 */
public final class ErrorWriter {
    private static final Logger LOG = LoggerFactory.getLogger(ErrorWriter.class);
    private static final String NOTE = "SELECT errors.note($1, $2, $3, $4, $5)";
    /** More kinds of failures than this between two writes are no longer told apart. */
    private static final int GROUPS_AT_ONCE = 100;

    private final Vertx vertx;
    private final ErrorBus bus;
    private final SqlClient kernel;
    private final ErrorsSettings settings;
    private final String node;
    private final String version;
    private final @Nullable Sentry sentry;
    private final Map<UUID, ErrorGroup> unwritten = new LinkedHashMap<>();
    private long undropped;
    private long timer = -1;
    private @Nullable Future<?> writing;

    /**
     * What a writer works with.
     *
     * @param kernel the pool of the kernel's own role
     * @param sentry null where none is set
     */
    public record Surroundings(
            Vertx vertx,
            SqlClient kernel,
            ErrorsSettings settings,
            String node,
            String version,
            @Nullable Sentry sentry) {}

    /** A writer of what is reported to this bus. */
    public ErrorWriter(ErrorBus bus, Surroundings on) {
        this.bus = bus;
        this.vertx = on.vertx();
        this.kernel = on.kernel();
        this.settings = on.settings();
        this.node = on.node();
        this.version = on.version();
        this.sentry = on.sentry();
    }

    /** Begins to write. */
    public void start() {
        timer = vertx.setPeriodic(settings.writeInterval().toMillis(), due -> write());
    }

    /** Writes what is left, and ends. */
    public Future<?> stop() {
        vertx.cancelTimer(timer);
        var last = writing == null ? Future.succeededFuture() : writing;
        return last.transform(done -> write()).eventually(() -> {
            if (sentry != null) {
                sentry.close();
            }
            return Future.succeededFuture();
        });
    }

    private synchronized Future<?> write() {
        if (writing != null) {
            return writing;
        }
        var written =
                vertx.executeBlocking(this::gather, false).compose(groups -> store(Objects.requireNonNull(groups)));
        writing = written;
        return written.onComplete(done -> end(done.cause()));
    }

    private synchronized void end(@Nullable Throwable failure) {
        writing = null;
        if (failure != null) {
            LOG.debug("Failures could not be noted: {}", failure.getMessage());
        }
    }

    /** What there is to write, with what could not be written before; its texts are made here, where time is cheap. */
    private synchronized JsonArray gather() {
        var fresh = new LinkedHashMap<UUID, ErrorGroup>();
        for (var failure : bus.take()) {
            var one = ErrorGroup.of(failure);
            if (unwritten.containsKey(one.id()) || unwritten.size() < GROUPS_AT_ONCE) {
                unwritten.merge(one.id(), one, ErrorGroup::and);
                fresh.merge(one.id(), one, ErrorGroup::and);
            } else {
                bus.drop(1);
            }
        }
        undropped += bus.takeDropped();
        if (sentry != null) {
            sentry.tell(List.copyOf(fresh.values()));
        }
        var groups = new JsonArray();
        unwritten.values().forEach(group -> groups.add(group.json()));
        return groups;
    }

    private Future<?> store(JsonArray groups) {
        long dropped = dropped();
        if (groups.isEmpty() && dropped == 0) {
            return Future.succeededFuture();
        }
        return kernel.preparedQuery(NOTE)
                .execute(Tuple.of(groups, node, version, dropped, settings.groupsMax()))
                .onSuccess(done -> noted(dropped));
    }

    private synchronized long dropped() {
        return undropped;
    }

    private synchronized void noted(long dropped) {
        unwritten.clear();
        undropped -= dropped;
    }
}
