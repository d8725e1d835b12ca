package io.vertebra.launcher.watch;

import io.vertx.core.json.JsonObject;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the terminal shows: filled by the bridge, read by the picture; any thread. */
public final class Board implements Reception {
    /** The topic of how the nodes are. */
    public static final String HEALTH = "platform/health";
    /** The topic of what the nodes do. */
    public static final String METRICS = "platform/metrics";

    private static final int KEPT = 1_000;
    private static final int SECONDS = 120;

    private final Clock clock;
    private final Set<String> types;
    private final Deque<Happening> events = new ArrayDeque<>();
    private final long[] perSecond = new long[SECONDS];
    private final long[] secondOf = new long[SECONDS];
    private State state = State.CONNECTING;
    private @Nullable Instant retryAt;
    private String reason = "";
    private String note = "";
    private String filter = "";
    private long total;
    private @Nullable JsonObject health;
    private @Nullable JsonObject metrics;
    private @Nullable List<Happening> held;
    private boolean watching = true;

    /** An event with the place where it stands in the log. */
    record Happening(String cursor, JsonObject event) {
        String type() {
            return event.getString("type", "");
        }

        boolean contains(String words) {
            return words.isEmpty() || event.encode().toLowerCase(Locale.ROOT).contains(words);
        }
    }

    /** One moment, to be drawn. */
    record View(
            State state,
            @Nullable Instant retryAt,
            String reason,
            String note,
            String filter,
            boolean paused,
            long waiting,
            long total,
            List<Happening> events,
            List<Long> rates,
            @Nullable JsonObject health,
            @Nullable JsonObject metrics) {}

    /** A board that shows events of these types, or of all when there is none. */
    public Board(Clock clock, Set<String> types) {
        this.clock = clock;
        this.types = types;
    }

    @Override
    public synchronized void turned(State next, @Nullable Instant retry, String why) {
        state = next;
        retryAt = retry;
        reason = why;
        watching = next != State.CLOSED;
    }

    @Override
    public synchronized void event(String topic, String cursor, JsonObject event) {
        if (!types.isEmpty() && !types.contains(event.getString("type"))) {
            return;
        }
        total++;
        long second = clock.millis() / 1_000;
        int slot = (int) (second % SECONDS);
        if (secondOf[slot] != second) {
            secondOf[slot] = second;
            perSecond[slot] = 0;
        }
        perSecond[slot]++;
        events.addLast(new Happening(cursor, event));
        if (events.size() > KEPT) {
            events.removeFirst();
        }
    }

    @Override
    public synchronized void value(String topic, JsonObject value) {
        if (topic.equals(HEALTH)) {
            health = value;
        } else if (topic.equals(METRICS)) {
            metrics = value;
        }
    }

    @Override
    public synchronized void reset(String topic, String why) {
        note = "Some events are no longer kept: " + why;
    }

    @Override
    public synchronized void ended(String topic, String why) {
        if (topic.startsWith("orgs/")) {
            note = why;
            watching = false;
        }
    }

    /** Whether the events of the org can still come. */
    public synchronized boolean watching() {
        return watching;
    }

    /** Why it ended. */
    public synchronized String farewell() {
        return state == State.CLOSED ? reason : note;
    }

    synchronized void pause() {
        held = held == null ? new ArrayList<>(events) : null;
    }

    synchronized void filter(String words) {
        filter = words.toLowerCase(Locale.ROOT);
    }

    /** What is to be seen now, the newest event first. */
    synchronized View view(int most) {
        var shown = new ArrayList<Happening>();
        var source = held == null ? new ArrayList<>(events) : held;
        for (int i = source.size() - 1; i >= 0 && shown.size() < most; i--) {
            if (source.get(i).contains(filter)) {
                shown.add(source.get(i));
            }
        }
        long waiting = held == null || held.isEmpty()
                ? 0
                : events.stream()
                        .dropWhile(one -> one != held.getLast())
                        .skip(1)
                        .count();
        return new View(
                state, retryAt, reason, note, filter, held != null, waiting, total, shown, rates(), health, metrics);
    }

    private List<Long> rates() {
        long present = clock.millis() / 1_000;
        var rates = new ArrayList<Long>(SECONDS);
        for (long second = present - SECONDS + 1; second <= present; second++) {
            int slot = (int) (second % SECONDS);
            rates.add(secondOf[slot] == second ? perSecond[slot] : 0);
        }
        return rates;
    }
}
