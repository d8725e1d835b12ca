package io.vertebra.chaos;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Clients at work: some write projects and retry each until it is clear, some read, one moves money in the ledger. With
 * keys each retry carries the same idempotency key; without, it is what a careless client does.
 */
final class Load implements AutoCloseable {
    private static final int WRITERS = 6;
    private static final int READERS = 8;
    private static final int PAUSE_MS = 60;
    private static final int RETRY_MS = 100;
    private static final int AMOUNT = 101;
    private static final long GIVE_UP_NANOS = TimeUnit.SECONDS.toNanos(60);

    private final Client client;
    private final Scene scene;
    private final Journal journal;
    private final boolean keyed;
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean stopped;

    private Load(Client client, Scene scene, Journal journal, boolean keyed) {
        this.client = client;
        this.scene = scene;
        this.journal = journal;
        this.keyed = keyed;
    }

    /** Begins. */
    static Load begin(Client client, Scene scene, Journal journal, boolean keyed) {
        var load = new Load(client, scene, journal, keyed);
        for (int i = 0; i < WRITERS; i++) {
            load.run("writer " + i, load::write);
        }
        for (int i = 0; i < READERS; i++) {
            load.run("reader " + i, load::read);
        }
        load.run("cashier", load::move);
        return load;
    }

    private interface Act {
        void once(String who, int number) throws InterruptedException;
    }

    private void run(String who, Act act) {
        threads.add(Thread.ofVirtual().start(() -> {
            try {
                for (int number = 0; !stopped; number++) {
                    act.once(who, number);
                    pause(PAUSE_MS);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }));
    }

    private static void pause(int millis) throws InterruptedException {
        TimeUnit.MILLISECONDS.sleep(millis);
    }

    private void write(String who, int number) throws InterruptedException {
        var name = who + " " + number + " " + Long.toHexString(System.nanoTime());
        until(name, scene.projects(), scene.token(), new JsonObject().put("name", name), answer -> answer.json()
                .getString("id"));
    }

    private void move(String who, int number) throws InterruptedException {
        var transaction = UUID.randomUUID().toString();
        boolean back = number % 3 == 2;
        var legs = new JsonArray().add(leg(scene.floor(), !back)).add(leg(scene.other(), back));
        var body = new JsonObject()
                .put("transactionId", transaction)
                .put("code", "chaos")
                .put("legs", legs);
        until("money " + transaction, scene.transactions(), scene.operator(), body, answer -> transaction);
    }

    /** More is taken from the floor than is given back: it is met again and again. */
    private static JsonObject leg(String account, boolean debit) {
        return new JsonObject()
                .put("accountId", account)
                .put("side", debit ? "debit" : "credit")
                .put("amount", AMOUNT);
    }

    private interface Id {
        @Nullable
        String of(Client.Answer answer);
    }

    private void until(String name, String path, String token, JsonObject body, Id id) throws InterruptedException {
        var key = UUID.randomUUID().toString();
        long begun = System.nanoTime();
        while (true) {
            var answer = client.post(path, token, keyed ? key : null, body);
            journal.attempt(answer);
            if (answer.ok()) {
                journal.acknowledged(name, String.valueOf(id.of(answer)));
                return;
            }
            if (!answer.failed() && !answer.retryAfter()) {
                return;
            }
            if (stopped || System.nanoTime() - begun > GIVE_UP_NANOS) {
                journal.unknown(name);
                return;
            }
            pause(RETRY_MS);
        }
    }

    private void read(String who, int number) {
        var known = journal.acknowledged().values();
        var path = scene.org();
        if (!known.isEmpty() && ThreadLocalRandom.current().nextBoolean()) {
            path = scene.projects() + "?limit=20";
        }
        var answer = client.get(path, scene.token());
        journal.attempt(answer);
        if (!answer.ok() && !answer.failed()) {
            journal.anomaly("GET " + path + " was answered with " + answer.status() + " " + answer.body());
        }
    }

    /** Lets every client finish what it began. */
    @Override
    public void close() throws InterruptedException {
        stopped = true;
        for (var thread : threads) {
            thread.join(TimeUnit.SECONDS.toMillis(90));
        }
    }
}
