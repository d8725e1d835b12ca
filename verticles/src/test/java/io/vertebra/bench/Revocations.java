package io.vertebra.bench;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** How soon a subscription on an open connection ends after the change that took its right was answered. */
final class Revocations {
    private static final int WAIT_SECONDS = 30;

    private final Seed seed;
    private final int tcpPort;
    private final PrintWriter out;

    Revocations(Seed seed, int tcpPort, PrintWriter out) {
        this.seed = seed;
        this.tcpPort = tcpPort;
        this.out = out;
    }

    void run(int rounds) throws Exception {
        var times = new double[rounds];
        try (var wire = new Wire("127.0.0.1", tcpPort)) {
            if (!wire.authenticate(seed.token())) {
                throw new IOException("the token was refused");
            }
            for (int round = 0; round < rounds; round++) {
                times[round] = round(wire);
            }
        }
        Arrays.sort(times);
        out.printf(
                Locale.ROOT,
                "%d subscriptions ended %.1f ms (median) after the change was answered, the last after %.1f ms%n",
                rounds,
                times[rounds / 2],
                times[rounds - 1]);
        out.flush();
    }

    /** The org goes away, and with it the right to follow it. */
    private double round(Wire wire) throws Exception {
        var org = seed.newOrg();
        wire.send(Wire.frame("register", "orgs/" + org + "/events").put("replyAddress", "begun"));
        wire.next();
        var ended = new CompletableFuture<Long>();
        Thread.startVirtualThread(() -> {
            try {
                JsonObject frame;
                do {
                    frame = wire.next();
                } while (!"REVOKED".equals(frame.getString("failureType")));
                ended.complete(System.nanoTime());
            } catch (IOException e) {
                ended.completeExceptionally(e);
            }
        });
        seed.deleteOrg(org);
        long answered = System.nanoTime();
        return Math.max(0, (ended.get(WAIT_SECONDS, TimeUnit.SECONDS) - answered) / 1e6);
    }
}
