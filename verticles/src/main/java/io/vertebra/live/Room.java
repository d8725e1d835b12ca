package io.vertebra.live;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertebra.bus.Call;
import io.vertebra.bus.Caller;
import io.vertebra.bus.Problem;
import io.vertebra.bus.Problems;
import io.vertebra.door.Gate;
import io.vertebra.kernel.config.LiveSettings;
import io.vertebra.kernel.module.Doorway;
import io.vertebra.kernel.telemetry.Meters;
import io.vertebra.live.Channel.Closing;
import io.vertx.core.shareddata.Shareable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the connections of one event loop have in common, and what looks after them. */
final class Room {
    private static final Logger log = LoggerFactory.getLogger(Room.class);
    private static final long TICK_MS = 1_000;
    /** How often epochs are read; a change is heard at once, this is for when that was lost. */
    private static final long LOOK_MS = 700;

    private static final long MINUTE_MS = 60_000;
    private static final int SUBJECTS_AT_ONCE = 500;

    private final Doorway on;
    private final Gate gate;
    private final LiveSettings settings;
    private final Duration timeout;
    private final Census census;
    private final Panel panel;
    private final Requests requests;
    private final Set<Session> sessions = new LinkedHashSet<>();
    private final Map<UUID, Set<Session>> known = new HashMap<>();
    /** How many commands that read epochs are under way. */
    private int looking;

    Room(Doorway on, Gate gate, LiveSettings settings, Duration timeout) {
        this.on = on;
        this.gate = gate;
        this.settings = settings;
        this.timeout = timeout;
        this.census = Census.of(on, settings.connectionsMax());
        this.panel = new Panel(on);
        this.requests = new Requests(on, gate);
        on.vertx().setPeriodic(TICK_MS, tick -> List.copyOf(sessions).forEach(Session::tick));
        on.vertx().setPeriodic(MINUTE_MS, minute -> List.copyOf(sessions).forEach(Session::held));
        on.vertx().setPeriodic(LOOK_MS, look -> look());
        on.cache()
                .onRaised(raised -> raised.forEach(subject ->
                        List.copyOf(known.getOrDefault(subject, Set.of())).forEach(Session::look)));
    }

    Doorway on() {
        return on;
    }

    Gate gate() {
        return gate;
    }

    LiveSettings settings() {
        return settings;
    }

    Census census() {
        return census;
    }

    Panel panel() {
        return panel;
    }

    Requests requests() {
        return requests;
    }

    /** A time to measure with; no clock moves it. */
    static long nowMs() {
        return System.nanoTime() / 1_000_000;
    }

    /** The circumstances of the next thing that a connection asks. */
    Call call(String address, @Nullable String agent, Requests.Terms terms) {
        var most = timeout.toMillis();
        var wait = terms.timeoutMs() == null ? most : Math.clamp(terms.timeoutMs(), 1, most);
        var id = UUID.randomUUID().toString().replace("-", "");
        var deadline = on.clock().millis() + wait;
        return new Call(Caller.ANONYMOUS, id, null, deadline, terms.key(), terms.ifMatch(), address, agent);
    }

    /** A connection was opened; it has its place in the census. */
    void entered(Session session) {
        sessions.add(session);
    }

    /** It is known who a connection is: its subjects are looked after. */
    void known(Session session) {
        for (var subject : session.subjects()) {
            known.computeIfAbsent(subject, none -> new LinkedHashSet<>(2)).add(session);
        }
    }

    /** The subjects of a connection are about to change, or it has ended. */
    void unknown(Session session) {
        for (var subject : session.subjects()) {
            var of = known.get(subject);
            if (of != null && of.remove(session) && of.isEmpty()) {
                known.remove(subject);
            }
        }
    }

    /** A connection has ended. */
    void left(Session session) {
        if (sessions.remove(session)) {
            census.leave();
        }
        unknown(session);
    }

    /** Ends every connection. */
    void close() {
        var stops = Problem.of(Problems.UNAVAILABLE, "The node stops.").with("retryAfter", 1);
        List.copyOf(sessions).forEach(session -> session.cut(Closing.GOING_AWAY, stops));
    }

    private void look() {
        if (looking > 0) {
            return;
        }
        var subjects = new ArrayList<>(known.keySet());
        for (int from = 0; from < subjects.size(); from += SUBJECTS_AT_ONCE) {
            var some = subjects.subList(from, Math.min(subjects.size(), from + SUBJECTS_AT_ONCE));
            looking++;
            gate.epochs(some)
                    .onComplete(done -> looking--)
                    .onSuccess(epochs -> {
                        for (int i = 0; i < epochs.length; i++) {
                            see(some.get(i), epochs[i]);
                        }
                    })
                    .onFailure(failure -> log.debug("Epochs could not be read: {}", failure.getMessage()));
        }
    }

    private void see(UUID subject, long epoch) {
        List.copyOf(known.getOrDefault(subject, Set.of())).forEach(session -> session.sees(subject, epoch));
    }

    /** How many connections and subscriptions there are on the node, over all event loops. */
    static final class Census implements Shareable {
        private static final String MAP = "vertebra.live";

        private final AtomicInteger connections = new AtomicInteger();
        private final AtomicInteger subscriptions = new AtomicInteger();
        private final int connectionsMax;
        private final Counter sent;

        private Census(MeterRegistry meters, int connectionsMax) {
            this.connectionsMax = connectionsMax;
            Gauge.builder(Meters.LIVE_CONNECTIONS, connections, AtomicInteger::get)
                    .description("Open connections of the live doors")
                    .register(meters);
            Gauge.builder(Meters.LIVE_SUBSCRIPTIONS, subscriptions, AtomicInteger::get)
                    .description("Subscriptions over the live doors")
                    .register(meters);
            this.sent = Counter.builder(Meters.LIVE_SENT)
                    .description("Frames that the live doors sent")
                    .register(meters);
        }

        /** The census of the node. */
        static Census of(Doorway on, int connectionsMax) {
            return on.vertx()
                    .sharedData()
                    .<String, Census>getLocalMap(MAP)
                    .computeIfAbsent("census", missing -> new Census(on.meters(), connectionsMax));
        }

        /** Takes a place for a connection; false when all are taken. */
        boolean enter() {
            if (connections.incrementAndGet() > connectionsMax) {
                connections.decrementAndGet();
                return false;
            }
            return true;
        }

        void leave() {
            connections.decrementAndGet();
        }

        void subscribed(int more) {
            subscriptions.addAndGet(more);
        }

        void sent() {
            sent.increment();
        }
    }
}
