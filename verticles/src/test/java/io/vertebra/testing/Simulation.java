package io.vertebra.testing;

import java.time.Duration;
import java.time.Instant;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.function.Consumer;

/**
 * A world of its own in one thread: its time, its network and its accidents follow from one seed, so that what went
 * wrong once goes wrong again. Nothing in it waits; time jumps to whatever is due next.
 */
public final class Simulation {
    private static final Instant START = Instant.parse("2026-11-20T12:00:00Z");
    /** A world that has not come to rest after so many happenings never does. */
    private static final int HAPPENINGS_MAX = 1_000_000;

    private final Random random;
    private final PriorityQueue<Happening> due = new PriorityQueue<>();
    private long nowMs;
    private long number;

    private Simulation(long seed) {
        this.random = new Random(seed * 0x9E3779B97F4A7C15L);
    }

    private record Happening(long atMs, long number, Runnable what) implements Comparable<Happening> {
        @Override
        public int compareTo(Happening other) {
            return atMs == other.atMs ? Long.compare(number, other.number) : Long.compare(atMs, other.atMs);
        }
    }

    /**
     * What a network does to messages.
     *
     * @param lost the share that never arrives
     * @param doubled the share that arrives twice
     * @param delayMax how long a message may be under way; each takes its own time, so that they overtake each other
     */
    public record Network(double lost, double doubled, Duration delayMax) {}

    /**
     * Plays a world for so many seeds, more with {@code -Dvertebra.rounds=…}; one that fails is named, and runs again
     * by itself with {@code -Dvertebra.seed=…}.
     */
    public static void everySeed(int seeds, Consumer<Simulation> world) {
        var only = Long.getLong("vertebra.seed");
        long last = only != null ? only : (long) seeds * Integer.getInteger("vertebra.rounds", 1);
        for (long seed = only != null ? only : 1; seed <= last; seed++) {
            try {
                world.accept(new Simulation(seed));
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError("Seed " + seed + " fails; -Dvertebra.seed=" + seed + " plays it again.", e);
            }
        }
    }

    /** The negative control: of so many seeds, some fail their assertions in a world whose guard is off. */
    public static void someSeedFails(int seeds, Consumer<Simulation> world) {
        for (long seed = 1; seed <= seeds; seed++) {
            try {
                world.accept(new Simulation(seed));
            } catch (AssertionError found) {
                return;
            }
        }
        throw new AssertionError("The guard is off, and none of " + seeds + " seeds shows it.");
    }

    /** The time of this world. */
    public Instant now() {
        return START.plusMillis(nowMs);
    }

    /** The milliseconds since this world began. */
    public long nowMs() {
        return nowMs;
    }

    /** A number from 0 to below this. */
    public int below(int bound) {
        return random.nextInt(bound);
    }

    /** A number from the one to the other, both included. */
    public int between(int least, int most) {
        return least + random.nextInt(most - least + 1);
    }

    /** Whether something happens that does so in this share of cases. */
    public boolean chance(double share) {
        return random.nextDouble() < share;
    }

    /** Lets this happen in so many milliseconds. */
    public void after(long millis, Runnable what) {
        due.add(new Happening(nowMs + millis, number++, what));
    }

    /** Sends a message: it arrives once, twice or never, after what came later too. */
    public void send(Network network, Runnable arrival) {
        if (!chance(network.lost())) {
            after(delay(network), arrival);
        }
        if (chance(network.doubled())) {
            after(delay(network), arrival);
        }
    }

    private int delay(Network network) {
        return below((int) network.delayMax().toMillis() + 1);
    }

    /** Lets everything happen that is due, and what comes of it, until nothing is left. */
    public void run() {
        for (int happenings = 0; !due.isEmpty(); happenings++) {
            if (happenings == HAPPENINGS_MAX) {
                throw new AssertionError("This world does not come to rest.");
            }
            var next = due.remove();
            nowMs = next.atMs();
            next.what().run();
        }
    }
}
