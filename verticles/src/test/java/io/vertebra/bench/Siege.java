package io.vertebra.bench;

import io.vertebra.bench.Attacks.Attacker;
import io.vertebra.bench.Attacks.Ports;
import io.vertebra.bench.Attacks.Toll;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
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
    private static final int WARM_SECONDS = 20;
    private static final int QUIET_SECONDS = 15;
    private static final int REST_SECONDS = 25;
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
            besiege(witness, WARM_SECONDS);
            over.await(REST_SECONDS, TimeUnit.SECONDS);
            var before = Memory.of(server.pid());
            out.println("before: " + before);
            out.println("quiet:  " + witness.measure(after(QUIET_SECONDS)));
            print(besiege(witness, seconds));
            over.await(REST_SECONDS, TimeUnit.SECONDS);
            out.println("after:  " + Memory.of(server.pid()));
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

    private static CountDownLatch after(int seconds) {
        var latch = new CountDownLatch(1);
        Thread.startVirtualThread(() -> {
            try {
                latch.await(seconds, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            latch.countDown();
        });
        return latch;
    }

    private Map<String, Toll> besiege(Witness witness, int seconds) throws Exception {
        var tolls = new LinkedHashMap<String, Toll>();
        var over = after(seconds);
        List<Thread> attackers = new ArrayList<>();
        int person = 1;
        for (var kind : Attacks.all().entrySet()) {
            var toll = new Toll();
            tolls.put(kind.getKey(), toll);
            for (int i = 0; i < OF_EACH_KIND; i++) {
                int own = person++;
                attackers.add(Thread.ofPlatform().daemon().start(() -> attack(own, kind.getValue(), toll, over)));
            }
        }
        out.println("siege:  " + witness.measure(over));
        for (var attacker : attackers) {
            attacker.join(TimeUnit.SECONDS.toMillis(REST_SECONDS));
        }
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
