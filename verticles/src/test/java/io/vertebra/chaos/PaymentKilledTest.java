package io.vertebra.chaos;

import static io.vertebra.testing.Await.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * kill -9 between any two webhooks of a checkout, each brought twice, in every order, with the payer's return at every
 * place: the ledger comes out the same. Each checkout is at another step when the process dies, so that a few deaths
 * meet every step.
 */
class PaymentKilledTest {
    private static final String EMAIL = "ada@example.com";
    private static final String PASSWORD = "walnut cellar tidal quorum";
    private static final int AT_ONCE = 4;
    private static final long PATIENCE_MS = 60_000;
    private static final long LOOK_MS = 50;

    /** So many that each checkout sees a death at each of its steps. */
    private static final int DEATHS_MAX = PaidCheckout.STEPS + 1;

    /** How often the process dies; more with {@code -Dvertebra.rounds=50}. */
    private static final int DEATHS = Integer.getInteger("vertebra.rounds", 3);

    private static final Map<String, Long> BOOK =
            Map.of("cash:sandbox", PaidCheckout.CENTS, "credits", PaidCheckout.CENTS);
    private static final Map<String, Long> POSTED = Map.of("payment.received", 1L, "credits.bought", 1L);

    @TempDir
    private Path folder;

    private final ExecutorService pool = Executors.newFixedThreadPool(AT_ONCE);
    private final Vertx vertx = Vertx.vertx();

    @Test
    void whatever_order_webhooks_come_in_and_whenever_the_platform_dies_the_ledger_is_the_same() throws Exception {
        try (var relay = new WebhookRelay();
                var dev = new DevProcess(folder.resolve("data"), environment(relay))) {
            dev.start();
            raiseLimits(dev);
            dev.expect(200, "POST", "/v1/auth/register", null, person().put("name", "Ada"));
            for (int left = DEATHS; left > 0; left -= DEATHS_MAX) {
                var checkouts = pay(dev, relay, left);
                die(dev, checkouts, Math.min(left, DEATHS_MAX));
                all(checkouts, one -> one.advance(PaidCheckout.STEPS));
                looked(dev);
                check(checkouts);
            }
        } finally {
            pool.shutdownNow();
            await(vertx.close());
        }
    }

    /** What a dead process had in hand is soon free again, so that no death costs a minute. */
    private static Map<String, String> environment(WebhookRelay relay) {
        return Map.of(
                "VERTEBRA_SANDBOX_WEBHOOK_URL", relay.url(),
                "VERTEBRA_PAYMENTS_WEBHOOK_TOLERANCE", "1h",
                "VERTEBRA_JOBS_LEASE", "2s",
                "VERTEBRA_JOBS_POLL_INTERVAL", "100ms");
    }

    /** One for each order. */
    private static List<PaidCheckout> pay(DevProcess dev, WebhookRelay relay, int shift) throws Exception {
        var token = token(dev, person());
        var checkouts = new ArrayList<PaidCheckout>();
        for (var order : PaidCheckout.orders()) {
            checkouts.add(PaidCheckout.pay(dev, relay, token, checkouts.size() + shift, order));
        }
        return checkouts;
    }

    private void die(DevProcess dev, List<PaidCheckout> checkouts, int deaths) throws Exception {
        for (int death = 0; death < deaths; death++) {
            int nth = death;
            all(checkouts, one -> {
                int steps = one.stepsBefore(nth, deaths);
                until(() -> steps == 0 || one.told());
                one.advance(steps);
            });
            // Some are in the middle of their next step: what was not answered comes again, as providers do it.
            pool.invokeAny(checkouts.stream()
                    .filter(one -> one.number() % AT_ONCE == 0 && one.told())
                    .<Callable<Boolean>>map(one -> one::step)
                    .toList());
            dev.kill();
            dev.start();
        }
        until(() -> checkouts.stream().allMatch(PaidCheckout::told));
    }

    /** Waits until every webhook was looked up, and every payment has bought what it bought. */
    private void looked(DevProcess dev) throws Exception {
        var operator = token(dev, operator());
        until(() -> dev.expect(200, "GET", "/v1/admin/payment-webhooks?status=waiting", operator, null)
                .getJsonArray("items")
                .isEmpty());
    }

    private void check(List<PaidCheckout> checkouts) throws Exception {
        all(checkouts, one -> {
            until(() -> one.credits() > 0);
            assertThat(one.book()).as("book of %s", one).isEqualTo(BOOK);
            assertThat(one.posted()).as("transactions of %s", one).isEqualTo(POSTED);
            assertThat(one.succeeded()).as("events of %s", one).isOne();
            assertThat(one.intact()).as("proof of %s", one).isTrue();
        });
    }

    private interface Act {
        void on(PaidCheckout one) throws Exception;
    }

    private void all(List<PaidCheckout> checkouts, Act act) throws Exception {
        var acts = checkouts.stream()
                .<Callable<Boolean>>map(one -> () -> {
                    act.on(one);
                    return true;
                })
                .toList();
        for (var done : pool.invokeAll(acts)) {
            done.get();
        }
    }

    private void until(Callable<Boolean> holds) throws Exception {
        long end = System.currentTimeMillis() + PATIENCE_MS;
        while (!holds.call()) {
            assertThat(System.currentTimeMillis()).as("it did not come to hold").isLessThan(end);
            await(vertx.timer(LOOK_MS, TimeUnit.MILLISECONDS));
        }
    }

    private void raiseLimits(DevProcess dev) throws Exception {
        until(() -> Files.exists(kept()) && new JsonObject(Files.readString(kept())).getBoolean("made"));
        var token = token(dev, operator());
        for (var limit : List.of("address-per-minute", "user-per-minute", "login-per-account-per-minute")) {
            dev.expect(200, "PUT", "/v1/admin/policies/limits." + limit, token, new JsonObject().put("value", 100_000));
        }
    }

    /** Where {@code dev} keeps its first superuser; a moment after it is ready. */
    private Path kept() {
        return folder.resolve("data/operator.json");
    }

    private JsonObject operator() throws Exception {
        var kept = new JsonObject(Files.readString(kept()));
        return new JsonObject().put("email", kept.getString("email")).put("password", kept.getString("password"));
    }

    private static JsonObject person() {
        return new JsonObject().put("email", EMAIL).put("password", PASSWORD);
    }

    private static String token(DevProcess dev, JsonObject person) throws Exception {
        return dev.expect(200, "POST", "/v1/auth/login", null, person).getString("accessToken");
    }
}
