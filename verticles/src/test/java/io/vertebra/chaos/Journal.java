package io.vertebra.chaos;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/** What the clients saw, kept outside of the platform: in this process, and in a file for whoever looks later. */
final class Journal implements AutoCloseable {
    private final Writer file;
    private final Map<String, String> acknowledged = new ConcurrentHashMap<>();
    private final Map<String, Boolean> unknown = new ConcurrentHashMap<>();
    private final AtomicLong attempts = new AtomicLong();
    private final Queue<Long> failures = new ConcurrentLinkedQueue<>();
    private final Queue<Long> successes = new ConcurrentLinkedQueue<>();
    private final Queue<Long> acknowledgements = new ConcurrentLinkedQueue<>();
    private final Queue<String> anomalies = new ConcurrentLinkedQueue<>();

    Journal(Path path) throws IOException {
        file = Files.newBufferedWriter(path);
    }

    /** One request and how it ended. */
    void attempt(Client.Answer answer) {
        attempts.incrementAndGet();
        if (answer.failed()) {
            failures.add(System.nanoTime());
            note("failed", Integer.toString(answer.status()), answer.body());
        } else {
            successes.add(System.nanoTime());
        }
    }

    /** The platform said that this write is done. */
    void acknowledged(String name, String id) {
        var before = acknowledged.put(name, id);
        if (before != null && !before.equals(id)) {
            anomaly(name + " was answered with two ids");
        }
        unknown.remove(name);
        acknowledgements.add(System.nanoTime());
        note("acknowledged", name, id);
    }

    /** A write whose client never got a clear answer: it may be there once, or not at all. */
    void unknown(String name) {
        unknown.put(name, true);
        note("unknown", name, "");
    }

    /** Something that must never be answered. */
    void anomaly(String what) {
        anomalies.add(what);
        note("anomaly", what, "");
    }

    private void note(String what, String name, String detail) {
        try {
            synchronized (file) {
                file.write(new JsonObject()
                        .put("at", System.currentTimeMillis())
                        .put(what, name)
                        .put("detail", detail)
                        .encode());
                file.write('\n');
                file.flush();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The ids of acknowledged writes by their names. */
    Map<String, String> acknowledged() {
        return acknowledged;
    }

    int unknown() {
        return unknown.size();
    }

    Queue<String> anomalies() {
        return anomalies;
    }

    long attempts() {
        return attempts.get();
    }

    long failures() {
        return failures.size();
    }

    /** The share of the requests answered between two moments that failed. */
    double failedShare(long from, long to) {
        long failed = between(failures, from, to);
        return (double) failed / Math.max(1, failed + between(successes, from, to));
    }

    private static long between(Queue<Long> moments, long from, long to) {
        return moments.stream().filter(at -> at >= from && at < to).count();
    }

    /** How long after this moment the last failure came; 0 when there was none. */
    long lastFailureMs(long nanos) {
        return failures.stream()
                .filter(at -> at >= nanos)
                .mapToLong(at -> (at - nanos) / 1_000_000)
                .max()
                .orElse(0);
    }

    /** How long after this moment the first write was acknowledged; -1 when none was. */
    double firstAcknowledgedMs(long nanos) {
        return acknowledgements.stream()
                .filter(at -> at >= nanos)
                .mapToLong(at -> (at - nanos) / 1_000_000)
                .min()
                .orElse(-1);
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
