package io.vertebra.bench;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Somebody who follows an org and asks now and then, and measures how long that takes. */
final class Witness implements AutoCloseable {
    private static final int WAIT_SECONDS = 60;
    private static final long PAUSE_MS = 200;

    private final Seed seed;
    private final Wire wire;
    private final LinkedBlockingQueue<JsonObject> events = new LinkedBlockingQueue<>();
    private final LinkedBlockingQueue<JsonObject> answers = new LinkedBlockingQueue<>();

    Witness(Seed seed, int tcpPort) throws IOException {
        this.seed = seed;
        this.wire = new Wire("127.0.0.1", tcpPort);
        wire.authenticate(seed.token());
        wire.send(Wire.frame("register", topic()).put("replyAddress", "begun"));
        wire.next();
        Thread.startVirtualThread(this::listen);
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

    /** Measures until the latch opens. */
    Latency measure(CountDownLatch over) throws Exception {
        var latency = new Latency(new ArrayList<>(), new ArrayList<>());
        while (!over.await(PAUSE_MS, TimeUnit.MILLISECONDS)) {
            var fresh = Wire.frame("send", "live.auth").put("replyAddress", "known");
            fresh.getJsonObject("headers").put("token", seed.token());
            wire.send(fresh);
            take(answers);
            long begun = System.nanoTime();
            seed.event();
            take(events);
            latency.events.add((System.nanoTime() - begun) / 1e6);
            long asked = System.nanoTime();
            wire.send(Wire.frame("send", "Orgs.GetOrg")
                    .put("body", new JsonObject().put("orgId", seed.org()))
                    .put("replyAddress", "r"));
            take(answers);
            latency.answers.add((System.nanoTime() - asked) / 1e6);
        }
        return latency;
    }

    private static void take(LinkedBlockingQueue<JsonObject> from) throws Exception {
        var frame = from.poll(WAIT_SECONDS, TimeUnit.SECONDS);
        if (frame == null || "err".equals(frame.getString("type"))) {
            throw new IOException("the witness was disturbed: " + frame);
        }
    }

    @Override
    public void close() throws IOException {
        wire.close();
    }
}
