package io.vertebra.billing;

import static io.vertebra.testing.Await.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertebra.bus.Call;
import io.vertebra.bus.Caller;
import io.vertebra.bus.Grant;
import io.vertebra.bus.Money;
import io.vertebra.bus.Request;
import io.vertebra.contract.Payments;
import io.vertebra.kernel.db.Work;
import io.vertebra.kernel.ledger.Book;
import io.vertebra.kernel.ledger.BookAccount;
import io.vertebra.kernel.ledger.Leg;
import io.vertebra.kernel.ledger.Posting;
import io.vertebra.testing.Api;
import io.vertebra.testing.Person;
import io.vertebra.testing.Servers;
import io.vertebra.testing.TestPlatform;
import io.vertx.core.Future;
import io.vertx.pgclient.PgConnection;
import java.time.Clock;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * A platform without payments, an operator who sells and an org that buys. Payments' part is played by {@link #payer}:
 * it answers each request for money as the test says.
 */
final class Shop implements AutoCloseable {
    private static final Set<String> ROOMS =
            Set.of("http", "accounts", "orgs", "access", "audit", "events", "ledger", "billing");
    private static final String ASKED = "SELECT org_id, id, number, subtotal + tax - credited - paid - lowered AS due,"
            + " currency, cardinality(failures) + 1 AS attempt FROM billing.invoices"
            + " WHERE status = 'open' AND asked_at IS NOT NULL";
    private static final int LOOK_MS = 15;

    final String redis = Servers.freshRedis();
    final TestPlatform platform;
    final Api api;
    final Person operator;
    final Person owner;
    UUID org;

    /** What payments is asked: the invoice and the number of the attempt. */
    record Asked(UUID org, UUID invoice, String number, Money due, int attempt) {}

    Shop() {
        platform = TestPlatform.on(Servers.freshDatabase(), redis, Map.of(), Clock.systemUTC(), ROOMS);
        api = platform.api();
        operator = Person.operator(platform);
        owner = Person.signUp(api, "Olive Owner");
        org = newOrg();
    }

    /** From now on another org buys. */
    void nextCustomer() {
        org = newOrg();
    }

    UUID newOrg() {
        var made = api.post("/v1/orgs", "{\"name\":\"Customer\"}").as(owner.token());
        return UUID.fromString(made.send().expect(201).text("id"));
    }

    /** Another node on the same database, with this clock. */
    TestPlatform another(String redis, Clock clock) {
        return TestPlatform.on(platform.database(), redis, Map.of(), clock, ROOMS);
    }

    Api.Answer sell(String path, String json) {
        return api.post("/v1/admin" + path, json).as(operator.token()).send();
    }

    Api.Answer set(String path, String json) {
        return api.put("/v1/admin" + path, json).as(operator.token()).send();
    }

    Api.Answer buy(String path, String json) {
        return api.post("/v1/orgs/" + org + path, json).as(owner.token()).send();
    }

    JsonNode see(String path) {
        return api.get("/v1/orgs/" + org + path)
                .as(owner.token())
                .send()
                .expect(200)
                .json();
    }

    /** Moves the test clock and waits until it has arrived. */
    void travel(Instant to) {
        set("/orgs/" + org + "/clock", "{\"to\":\"%s\"}".formatted(to)).expect(200);
        while (api.get("/v1/admin/orgs/" + org + "/clock")
                .as(operator.token())
                .send()
                .expect(200)
                .json()
                .path("walking")
                .asBoolean()) {
            await(platform.platform().vertx().timer(LOOK_MS, TimeUnit.MILLISECONDS));
        }
    }

    /** Asks an operation that only services ask. */
    <R> R ask(Request<R> request) {
        var call = Call.inside(Caller.service("tests"), System.currentTimeMillis() + 30_000);
        return await(platform.platform().bus().ask(call, request));
    }

    <T> T inBilling(Function<Work, Future<T>> body) {
        return await(inBillingLater(body));
    }

    private <T> Future<T> inBillingLater(Function<Work, Future<T>> body) {
        var service = Caller.service("billing").with(new Grant(null, null, "billing.test", "service"));
        var call = Call.inside(service, System.currentTimeMillis() + 30_000);
        return platform.platform().db().domain("billing").open(call, body);
    }

    /** Plays payments until it is closed: true pays, false declines. */
    AutoCloseable payer(Function<Asked, Boolean> pays) {
        var answered = new HashSet<String>();
        var vertx = platform.platform().vertx();
        long timer = vertx.setPeriodic(LOOK_MS, tick -> inBillingLater(work -> work.list(
                                ASKED,
                                row -> new Asked(
                                        row.getUUID("org_id"),
                                        row.getUUID("id"),
                                        row.getString("number"),
                                        Money.of(row.getLong("due"), row.getString("currency")),
                                        row.getInteger("attempt")))
                        .compose(asked -> answer(work, asked, answered, pays)))
                .onFailure(failure -> answered.clear()));
        return () -> vertx.cancelTimer(timer);
    }

    private static Future<Void> answer(
            Work work, List<Asked> all, Set<String> answered, Function<Asked, Boolean> pays) {
        Future<Void> done = Future.succeededFuture();
        for (var asked : all) {
            if (answered.add(asked.invoice() + " " + asked.attempt())) {
                done = done.compose(before -> pays.apply(asked) ? pay(work, asked) : decline(work, asked));
            }
        }
        return done;
    }

    private static Future<Void> decline(Work work, Asked asked) {
        work.emit(new Payments.PaymentFailed(
                asked.org(), UUID.randomUUID(), asked.due(), asked.invoice(), asked.attempt(), "card_declined"));
        return Future.succeededFuture();
    }

    private static Future<Void> pay(Work work, Asked asked) {
        return received(work, asked.org(), UUID.randomUUID(), asked.due(), asked.invoice());
    }

    /** What payments does when money arrives: posts it and tells. */
    static Future<Void> received(Work work, UUID org, UUID payment, Money amount, UUID invoice) {
        var cash = BookAccount.cash("test", amount.currency());
        var clearing = BookAccount.payments(amount.currency());
        work.emit(new Payments.PaymentSucceeded(org, payment, amount, invoice, "test", work.now()));
        var book = Book.of(work, org);
        return book.open(List.of(cash, clearing))
                .compose(open -> book.post(Posting.of(
                        BookAccount.derived("capture:" + payment),
                        "payment.received",
                        "payment:" + payment,
                        List.of(Leg.debit(cash.id(org), amount), Leg.credit(clearing.id(org), amount)))))
                .mapEmpty();
    }

    /** Waits until this holds. */
    static void until(TestPlatform platform, java.util.function.BooleanSupplier holds) {
        var end = System.currentTimeMillis() + 30_000;
        while (!holds.getAsBoolean()) {
            if (System.currentTimeMillis() > end) {
                throw new AssertionError("It did not come to hold.");
            }
            await(platform.platform().vertx().timer(LOOK_MS, TimeUnit.MILLISECONDS));
        }
    }

    /** How often an event was told about the org. */
    long told(String type) {
        return told(platform, org, type);
    }

    static long told(TestPlatform platform, UUID org, String type) {
        return number(
                platform,
                "SELECT count(*) FROM events.log WHERE type = 'Billing." + type + "' AND org_id = '" + org + "'");
    }

    /** What is in the database, as its owner sees it. */
    static long number(TestPlatform platform, String sql) {
        return await(PgConnection.connect(
                        platform.platform().vertx(), platform.database().owner())
                .compose(connection -> connection
                        .query(sql)
                        .execute()
                        .map(rows -> rows.iterator().next().getLong(0))
                        .eventually(connection::close)));
    }

    /** What the owner of the tables does by hand. */
    void run(String sql) {
        await(PgConnection.connect(
                        platform.platform().vertx(), platform.database().owner())
                .compose(connection -> connection.query(sql).execute().eventually(connection::close)));
    }

    /** The balance of an account of the org by its code. */
    long balance(String code) {
        for (var account : see("/ledger/accounts?limit=200").path("items")) {
            if (account.path("code").asText().equals(code)) {
                return account.at("/balance/posted/amount").asLong();
            }
        }
        return 0;
    }

    @Override
    public void close() {
        platform.close();
    }
}
