package io.vertebra.kernel.events;

import io.vertebra.bus.Problem;
import io.vertebra.kernel.config.EventsSettings;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The event log for whoever hands events on: pages after a cursor, subscriptions that follow, and its upkeep. */
public final class EventLog {
    private static final String PAGE = "SELECT " + Logged.COLUMNS + " FROM events.page($1, $2, $3, $4)";
    private static final String MAINTAIN =
            "SELECT events.maintain($1 * interval '1 second', $2 * interval '1 second', $3)";
    /** How long a partition takes events, unless it is full before. */
    private static final Duration ROTATION = Duration.ofDays(1);

    private final SqlClient kernel;
    private final EventsSettings settings;
    private final Clock clock;
    private final Tail tail;

    /**
     * The log as one node reads it.
     *
     * @param kernel the pool of the kernel's own role
     */
    public EventLog(Vertx vertx, SqlClient kernel, Wake wake, EventsSettings settings, Clock clock) {
        this.kernel = kernel;
        this.settings = settings;
        this.clock = clock;
        this.tail = new Tail(vertx, this, kernel, wake, settings.pollInterval(), settings.ringMax());
    }

    /**
     * Some events of an org, in the order of the log.
     *
     * @param events at most as many as were asked for
     * @param horizon up to where the log was complete when they were read; to compare with, no cursor
     */
    public record Slice(List<Logged> events, long horizon) {}

    /**
     * Which events a subscription wants.
     *
     * @param types the types of events of the org
     * @param narrower which of these
     */
    public record Wanted(UUID orgId, Set<String> types, Predicate<Logged> narrower) {
        /** All events of these types. */
        public static Wanted of(UUID orgId, Set<String> types) {
            return new Wanted(orgId, types, every -> true);
        }

        boolean holds(Logged logged) {
            return types.contains(logged.type()) && narrower.test(logged);
        }
    }

    /** What a subscription is told; on the context on which it was made. */
    public interface Listener {
        /** Where it begins: after this cursor. */
        default void begun(String cursor) {}

        /** The next event. */
        void event(Logged logged);

        /** Events after its cursor are not kept any more; it goes on after this one, the newest. */
        default void reset(String cursor) {}

        /** The log could not be read; the subscription tries again. */
        default void trouble(Throwable failure) {}
    }

    /** The events of an org after a cursor, of these types; null is the beginning. */
    public Future<Slice> read(UUID orgId, @Nullable String after, Set<String> types, int limit) {
        try {
            return read(orgId, LogCursor.parse(after), types, limit);
        } catch (Problem malformed) {
            return Future.failedFuture(malformed);
        }
    }

    /**
     * Follows the events of an org from a cursor on: first what is there, then what comes, with no gap, nothing twice,
     * in the order of the log. Without a cursor it begins with the next event. Tells nothing until asked to.
     */
    public Subscription follow(Wanted wanted, @Nullable String after, Listener listener) {
        return tail.subscribe(wanted, after == null ? Tail.NOWHERE : LogCursor.parse(after), listener);
    }

    /** Makes partitions ahead, drops those past retention and behind every reader. Answers how many were dropped. */
    public Future<Integer> maintain() {
        var parameters = Tuple.of(
                (double) settings.retention().toSeconds(),
                (double) ROTATION.toSeconds(),
                clock.instant().atOffset(ZoneOffset.UTC));
        return kernel.preparedQuery(MAINTAIN)
                .execute(parameters)
                .map(rows -> rows.iterator().next().getInteger(0));
    }

    Future<Slice> read(UUID orgId, long after, Set<String> types, int limit) {
        return kernel.preparedQuery(PAGE)
                .execute(Tuple.of(orgId, after, types.toArray(String[]::new), limit))
                .map(rows -> {
                    var events = new ArrayList<Logged>(rows.size());
                    long horizon = 0;
                    for (var row : rows) {
                        if (Logged.isMark(row)) {
                            horizon = row.getLong(0);
                        } else {
                            events.add(Logged.of(row));
                        }
                    }
                    return new Slice(events, horizon);
                })
                .recover(failure -> Future.failedFuture(LogCursor.explain(failure)));
    }

    /** One follower of an org's events. */
    public interface Subscription {
        /** Lets it tell so many more events; what was not asked for waits in the log, not in memory. */
        void request(int events);

        /** Ends it. */
        void close();
    }
}
