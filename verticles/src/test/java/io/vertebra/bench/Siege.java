package io.vertebra.bench;

import io.vertebra.bench.Attacks.Attacker;
import io.vertebra.bench.Attacks.Ports;
import io.vertebra.bench.Attacks.Toll;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Hostile clients of every kind at once against one node with its preset limits, each from an address and with an
 * account of its own and again as soon as it was cut: what the node holds before and after, and what somebody notices
 * who follows events beside them.
 */
final class Siege {
    private static final int OF_EACH_KIND = 2;
    private static final int WARM_SECONDS = 15;
    private static final int QUIET_SECONDS = 15;
    private static final int REST_SECONDS = 60;
    private static final int REFRESH_SECONDS = 20;
    private static final long PAUSE_MS = 50;

    private final Server server;
    private final Ports ports;
    private final Seed seed;
    private final PrintWriter out;

    Siege(Server server, Ports ports, Seed seed, PrintWriter out) {
        this.server = server;
        this.ports = ports;
        this.seed = seed;
        this.out = out;
    }

    /** Besieges the node for so long, after a shorter siege that warms it up. */
    void run(int seconds) throws Exception {
        var over = new CountDownLatch(1);
        seed.refresh(people());
        var refreshing = Thread.startVirtualThread(() -> refresh(over));
        try (var witness = new Witness(seed, ports.tcp())) {
            besiege(WARM_SECONDS);
            over.await(REST_SECONDS, TimeUnit.SECONDS);
            out.println("before: " + Memory.of(server.pid()));
            out.flush();
            witness.latency();
            over.await(QUIET_SECONDS, TimeUnit.SECONDS);
            out.println("quiet:  " + witness.latency());
            var tolls = besiege(seconds);
            out.println("siege:  " + witness.latency());
            over.await(REST_SECONDS, TimeUnit.SECONDS);
            print(tolls);
            out.println("after:  " + Memory.of(server.pid()));
            witness.latency();
        } finally {
            over.countDown();
            refreshing.join();
            out.flush();
        }
    }

    private int people() {
        return 1 + Attacks.all().size() * OF_EACH_KIND;
    }

    private void refresh(CountDownLatch over) {
        try {
            while (!over.await(REFRESH_SECONDS, TimeUnit.SECONDS)) {
                seed.refresh(people());
            }
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** Those who are still held when the time is over are cut in the rest that follows. */
    private Map<String, Toll> besiege(int seconds) throws Exception {
        var tolls = new LinkedHashMap<String, Toll>();
        var over = new CountDownLatch(1);
        int person = 1;
        for (var kind : Attacks.all().entrySet()) {
            var toll = new Toll();
            tolls.put(kind.getKey(), toll);
            for (int i = 0; i < OF_EACH_KIND; i++) {
                int own = person++;
                Thread.ofPlatform().daemon().start(() -> attack(own, kind.getValue(), toll, over));
            }
        }
        over.await(seconds, TimeUnit.SECONDS);
        over.countDown();
        return tolls;
    }

    private void attack(int person, Attacks.Kind kind, Toll toll, CountDownLatch over) {
        try {
            while (!over.await(PAUSE_MS, TimeUnit.MILLISECONDS)) {
                var by = new Attacker("127.0.0." + (person + 1), ports, seed.token(person), seed.org(person));
                Attacks.run(kind, by, toll);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void print(Map<String, Toll> tolls) {
        out.printf("%-24s %12s %12s %12s %12s%n", "", "connections", "refusals", "cut", "not cut");
        tolls.forEach((kind, toll) -> out.printf(
                Locale.ROOT,
                "%-24s %12d %12d %12d %12d%n",
                kind,
                toll.tries().sum(),
                toll.refused().sum(),
                toll.cut().sum(),
                toll.held().sum()));
    }
}
