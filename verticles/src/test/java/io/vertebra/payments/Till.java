package io.vertebra.payments;

import static io.vertebra.testing.Await.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertebra.bus.Call;
import io.vertebra.bus.Caller;
import io.vertebra.bus.Request;
import io.vertebra.kernel.secrets.MasterSecret;
import io.vertebra.launcher.embedded.EmbeddedPostgres;
import io.vertebra.testing.Api;
import io.vertebra.testing.Person;
import io.vertebra.testing.Servers;
import io.vertebra.testing.TestClock;
import io.vertebra.testing.TestPlatform;
import io.vertx.pgclient.PgConnection;
import io.vertx.sqlclient.Row;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/** A platform that takes money through the sandbox, an operator, and an org that pays. */
final class Till implements AutoCloseable {
    static final String GOOD = "4242424242424242";
    static final String DECLINED = "4000000000000002";
    static final String NEEDS_ACTION = "4000002760003184";
    static final String FAILS_LATER = "4000000000000341";
    static final String DISPUTED = "4000000000000259";
    static final String REFUND_PENDING = "4000000000007726";
    static final String REFUND_FAILS = "4000000000005126";
    static final String REFUND_UNANSWERED = "4000000000005408";

    private static final Set<String> ROOMS =
            Set.of("http", "accounts", "orgs", "access", "audit", "events", "ledger", "billing", "payments", "sandbox");
    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static final int LOOK_MS = 15;
    private static final long PATIENCE_MS = 40_000;

    final TestClock clock = new TestClock();
    final Map<String, String> settings = new HashMap<>(
            Map.of("jobs.poll-interval", "20ms", "jobs.concurrency", "8", "payments.compare-delay", "0s"));
    final Api api;
    final Person operator;
    final Person owner;
    final UUID org;
    private TestPlatform platform;

    Till() {
        this(Map.of());
    }

    Till(Map<String, String> more) {
        settings.putAll(more);
        platform = TestPlatform.start(settings, clock, ROOMS);
        api = platform.api();
        operator = Person.operator(platform);
        owner = Person.signUp(api, "Olive Owner");
        for (var limit : List.of("limits.address-per-minute", "limits.user-per-minute")) {
            api.put("/v1/admin/policies/" + limit, "{\"value\":100000}")
                    .as(operator.token())
                    .send()
                    .expect(200);
        }
        org = newOrg();
    }

    UUID newOrg() {
        var made = api.post("/v1/orgs", "{\"name\":\"Customer\"}").as(owner.token());
        return UUID.fromString(made.send().expect(201).text("id"));
    }

    Api api() {
        return platform.api();
    }

    /** The platform dies without a word, and another one takes over on the same database. */
    void restart() {
        var database = platform.database();
        platform.close();
        platform = TestPlatform.on(database, Servers.freshRedis(), settings, clock, ROOMS);
    }

    /** Every connection of payments to the database is lost, in the middle of whatever it does. */
    void cutConnections() {
        var options = platform.database().owner().setUser(EmbeddedPostgres.SUPERUSER);
        await(PgConnection.connect(platform.platform().vertx(), options).compose(connection -> connection
                .query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'vertebra_payments'"
                        + " AND datname = current_database()")
                .execute()
                .eventually(connection::close)));
    }

    /** An open invoice over this amount of cents. */
    UUID invoice(long cents) {
        return invoice(org, cents);
    }

    UUID invoice(UUID of, long cents) {
        var path = "/v1/admin/orgs/" + of + "/invoices";
        var draft = "{\"currency\":\"EUR\",\"lines\":[{\"description\":\"Work\",\"amount\":%d}]}".formatted(cents);
        var id = api().post(path, draft).as(operator.token()).send().text("id");
        api().post(path + "/" + id + "/finalise", null)
                .as(operator.token())
                .send()
                .expect(200);
        return UUID.fromString(id);
    }

    JsonNode checkout(String body) {
        return checkout(org, body);
    }

    JsonNode checkout(UUID of, String body) {
        return api().post("/v1/orgs/" + of + "/payments", body)
                .as(owner.token())
                .send()
                .expect(201)
                .json();
    }

    /** Opens a checkout of this many cents for credits and pays it. */
    UUID paid(long cents, String card) {
        var payment = checkout("{\"amount\":{\"amount\":%d,\"currency\":\"EUR\"}}".formatted(cents));
        pay(payment, card);
        return settled(payment);
    }

    /** Waits until a payment succeeded and billing has made of it what it pays or buys. */
    UUID settled(JsonNode payment) {
        var id = payment.path("id").asText();
        until(() -> see("/payments/" + id).path("status").asText().equals("succeeded"));
        until(() -> ask("SELECT 1 FROM billing.payments WHERE payment_id = '" + id + "'", row -> 1)
                        .size()
                == 1);
        return UUID.fromString(id);
    }

    /** Sends the form of the checkout page. */
    HttpResponse<String> pay(JsonNode payment, String card) {
        return submit(payment, Map.of("action", "pay", "card", card));
    }

    /** Opens the provider's page for a card that is put on file without paying. */
    JsonNode setUp(UUID of) {
        return api().post("/v1/orgs/" + of + "/payment-setups", "{\"returnPath\":\"/billing\"}")
                .as(owner.token())
                .send()
                .expect(201)
                .json();
    }

    HttpResponse<String> submit(JsonNode opened, Map<String, String> form) {
        var body = new StringBuilder();
        form.forEach((name, value) -> body.append(name)
                .append('=')
                .append(URLEncoder.encode(value, StandardCharsets.UTF_8))
                .append('&'));
        var path = URI.create(
                        opened.path("checkoutUrl").asText(opened.path("url").asText()))
                .getPath();
        return send(HttpRequest.newBuilder(URI.create(api().base() + path))
                .header("content-type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(body.toString()))
                .build());
    }

    /** Sends a webhook with this signature. */
    int webhook(String payload, String signature) {
        return send(HttpRequest.newBuilder(URI.create(api().base() + "/v1/payments/webhooks/sandbox"))
                        .header("content-type", "application/json; charset=utf-8")
                        .header("Stripe-Signature", signature)
                        .POST(HttpRequest.BodyPublishers.ofString(payload))
                        .build())
                .statusCode();
    }

    static String secret() {
        var key = new MasterSecret(Servers.SECRET.getBytes(StandardCharsets.UTF_8)).key("sandbox", "webhooks");
        return "whsec_" + HexFormat.of().formatHex(key.getEncoded());
    }

    static HttpResponse<String> send(HttpRequest request) {
        try {
            return CLIENT.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    JsonNode see(String path) {
        return see(org, path);
    }

    JsonNode see(UUID of, String path) {
        return api().get("/v1/orgs/" + of + path)
                .as(owner.token())
                .send()
                .expect(200)
                .json();
    }

    Api.Answer post(String path, String json) {
        return api().post("/v1/orgs/" + org + path, json).as(owner.token()).send();
    }

    Api.Answer operate(String path, String json) {
        return api().post("/v1/admin" + path, json).as(operator.token()).send();
    }

    JsonNode oversee(String path) {
        return api().get("/v1/admin" + path)
                .as(operator.token())
                .send()
                .expect(200)
                .json();
    }

    /** The balance of an account by its code. */
    long balance(UUID of, String code) {
        for (var account : see(of, "/ledger/accounts?limit=200").path("items")) {
            if (account.path("code").asText().equals(code)) {
                return account.at("/balance/posted/amount").asLong();
            }
        }
        return 0;
    }

    long balance(String code) {
        return balance(org, code);
    }

    /** What is in the database, as its owner sees it. */
    <T> List<T> ask(String sql, Function<Row, T> map) {
        return await(PgConnection.connect(
                        platform.platform().vertx(), platform.database().owner())
                .compose(connection -> connection
                        .query(sql)
                        .execute()
                        .map(rows -> {
                            var all = new ArrayList<T>();
                            rows.forEach(row -> all.add(map.apply(row)));
                            return (List<T>) all;
                        })
                        .eventually(connection::close)));
    }

    /** A transaction of another, as long as it is not closed. */
    final class Held implements AutoCloseable {
        private final PgConnection connection;

        private Held(PgConnection connection, String sql) {
            this.connection = connection;
            await(connection.query("BEGIN").execute());
            await(connection.query(sql).execute());
        }

        @Override
        public void close() {
            await(connection.query("COMMIT").execute().eventually(connection::close));
        }
    }

    /** Holds what this locks. */
    Held hold(String sql) {
        return new Held(
                await(PgConnection.connect(
                        platform.platform().vertx(), platform.database().owner())),
                sql);
    }

    long number(String sql) {
        return ask(sql, row -> row.getLong(0)).getFirst();
    }

    /** Asks an operation that only services ask. */
    <R> R bus(Request<R> request) {
        var call = Call.inside(Caller.service("tests"), System.currentTimeMillis() + 30_000);
        return await(platform.platform().bus().ask(call, request));
    }

    void until(BooleanSupplier holds) {
        var end = System.currentTimeMillis() + PATIENCE_MS;
        while (!holds.getAsBoolean()) {
            if (System.currentTimeMillis() > end) {
                throw new AssertionError("It did not come to hold.");
            }
            await(platform.platform().vertx().timer(LOOK_MS, TimeUnit.MILLISECONDS));
        }
    }

    @Override
    public void close() {
        platform.close();
    }
}
