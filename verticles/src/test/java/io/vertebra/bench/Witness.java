package io.vertebra.bench;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Vector;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Somebody who follows an org and asks now and then all the time, and measures how long that takes. */
final class Witness implements AutoCloseable {
    private static final int WAIT_SECONDS = 60;
    private static final long PAUSE_MS = 200;

    private final Seed seed;
    private final Wire wire;
    private final LinkedBlockingQueue<JsonObject> events = new LinkedBlockingQueue<>();
    private final LinkedBlockingQueue<JsonObject> answers = new LinkedBlockingQueue<>();
    private final CountDownLatch over = new CountDownLatch(1);
    private volatile Latency latency = new Latency(new Vector<>(), new Vector<>());
    private volatile @Nullable Exception disturbed;

    Witness(Seed seed, int tcpPort) throws IOException {
        this.seed = seed;
        this.wire = new Wire("127.0.0.1", tcpPort);
        wire.authenticate(seed.token());
        wire.send(Wire.frame("register", topic()).put("replyAddress", "begun"));
        wire.next();
        Thread.startVirtualThread(this::listen);
        Thread.startVirtualThread(this::measure);
    }

    /** How long it took until an event was there after it was asked for, and until an answer. */
    record Latency(List<Double> events, List<Double> answers) {
        private static double at(List<Double> times, double share) {
            var sorted = times.stream().mapToDouble(each -> each).toArray();
            Arrays.sort(sorted);
            return sorted[(int) Math.min(sorted.length - 1.0, sorted.length * share)];
        }

        private static String text(List<Double> times) {
            return String.format(
                    Locale.ROOT, "p50 %.1f p99 %.1f worst %.1f ms", at(times, 0.5), at(times, 0.99), at(times, 1));
        }

        @Override
        public String toString() {
            return events.size() + " events " + text(events) + "; " + answers.size() + " answers " + text(answers);
        }
    }

    private String topic() {
        return "orgs/" + seed.org() + "/events";
    }

    private void listen() {
        try {
            while (true) {
                var frame = wire.next();
                (topic().equals(frame.getString("address")) ? events : answers).add(frame);
            }
        } catch (IOException over) {
            answers.add(new JsonObject().put("type", "err").put("message", "the connection ended"));
        }
    }

    /** What was measured since it was asked for the last time. */
    Latency latency() throws IOException {
        if (disturbed != null) {
            throw new IOException(disturbed);
        }
        var since = latency;
        latency = new Latency(new Vector<>(), new Vector<>());
        return since;
    }

    private void measure() {
        try {
            while (!over.await(PAUSE_MS, TimeUnit.MILLISECONDS)) {
                measureOnce(latency);
            }
        } catch (Exception e) {
            disturbed = e;
        }
    }

    private void measureOnce(Latency into) throws Exception {
        var fresh = Wire.frame("send", "live.auth").put("replyAddress", "known");
        fresh.getJsonObject("headers").put("token", seed.token());
        wire.send(fresh);
        take(answers);
        long begun = System.nanoTime();
        seed.event();
        take(events);
        into.events.add((System.nanoTime() - begun) / 1e6);
        long asked = System.nanoTime();
        wire.send(Wire.frame("send", "Orgs.GetOrg")
                .put("body", new JsonObject().put("orgId", seed.org()))
                .put("replyAddress", "r"));
        take(answers);
        into.answers.add((System.nanoTime() - asked) / 1e6);
    }

    private static void take(LinkedBlockingQueue<JsonObject> from) throws Exception {
        var frame = from.poll(WAIT_SECONDS, TimeUnit.SECONDS);
        if (frame == null || "err".equals(frame.getString("type"))) {
            throw new IOException("the witness was disturbed: " + frame);
        }
    }

    @Override
    public void close() throws IOException {
        over.countDown();
        wire.close();
    }
}
