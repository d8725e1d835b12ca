package io.vertebra.chaos;

import static io.vertebra.testing.Await.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** kill -9 right after the payer has paid, before any webhook was brought: the money is posted once all the same. */
class PaymentKilledTest {
    private static final String EMAIL = "ada@example.com";
    private static final String PASSWORD = "walnut cellar tidal quorum";
    private static final int CENTS = 500;
    private static final long PATIENCE_MS = 60_000;
    private static final long LOOK_MS = 100;

    /** One round in every build; more with {@code -Dvertebra.rounds=50}. */
    private static final int ROUNDS = Integer.getInteger("vertebra.rounds", 1);

    @TempDir
    private Path folder;

    @Test
    void what_a_payer_paid_is_posted_once_whenever_the_platform_dies() throws Exception {
        var vertx = Vertx.vertx();
        try (var dev = new DevProcess(folder.resolve("data"))) {
            dev.start();
            dev.expect(200, "POST", "/v1/auth/register", null, person().put("name", "Ada"));
            var org = dev.expect(201, "POST", "/v1/orgs", token(dev), new JsonObject().put("name", "Engines"));
            var base = "/v1/orgs/" + org.getString("id");
            for (int round = 1; round <= ROUNDS; round++) {
                var amount = new JsonObject().put("amount", CENTS).put("currency", "EUR");
                var payment =
                        dev.expect(201, "POST", base + "/payments", token(dev), new JsonObject().put("amount", amount));
                pay(dev, payment);
                dev.kill();
                dev.start();
                var token = token(dev);
                long end = System.currentTimeMillis() + PATIENCE_MS;
                while (credits(dev, base, token) < (long) round * CENTS && System.currentTimeMillis() < end) {
                    await(vertx.timer(LOOK_MS, TimeUnit.MILLISECONDS));
                }
                assertThat(credits(dev, base, token)).isEqualTo((long) round * CENTS);
                assertThat(cash(dev, base, token)).isEqualTo((long) round * CENTS);
            }
        } finally {
            await(vertx.close());
        }
    }

    private static void pay(DevProcess dev, JsonObject payment) throws Exception {
        var page = URI.create("http://127.0.0.1:" + dev.port()
                + URI.create(payment.getString("checkoutUrl")).getPath());
        var sent = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(page)
                                .header("content-type", "application/x-www-form-urlencoded")
                                .POST(HttpRequest.BodyPublishers.ofString("action=pay&card=4242424242424242"))
                                .build(),
                        BodyHandlers.discarding());
        assertThat(sent.statusCode()).isEqualTo(303);
    }

    private static long credits(DevProcess dev, String base, String token) throws Exception {
        return dev.expect(200, "GET", base + "/grants", token, null).getJsonArray("items").stream()
                .map(JsonObject.class::cast)
                .mapToLong(grant -> grant.getJsonObject("left").getLong("amount"))
                .sum();
    }

    private static long cash(DevProcess dev, String base, String token) throws Exception {
        return dev.expect(200, "GET", base + "/ledger/accounts?limit=200", token, null).getJsonArray("items").stream()
                .map(JsonObject.class::cast)
                .filter(account -> account.getString("code").equals("cash:sandbox"))
                .mapToLong(account ->
                        account.getJsonObject("balance").getJsonObject("posted").getLong("amount"))
                .sum();
    }

    private static JsonObject person() {
        return new JsonObject().put("email", EMAIL).put("password", PASSWORD);
    }

    private static String token(DevProcess dev) throws Exception {
        return dev.expect(200, "POST", "/v1/auth/login", null, person()).getString("accessToken");
    }
}
