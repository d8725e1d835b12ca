package io.vertebra.chaos;

import io.vertx.core.json.JsonObject;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/** An org of its own for one experiment, with somebody in it and two accounts in its book. */
final class Scene {
    private static final String PASSWORD = "walnut cellar tidal quorum";

    private static final long FRESH_NANOS = TimeUnit.MINUTES.toNanos(3);

    private final Client client;
    private final String email;
    private final String org;
    private final String floor;
    private final String other;
    private long refreshedAt = System.nanoTime();
    private volatile String token;
    private volatile String operator;

    Scene(Client client, Stage.Operator who) {
        this.client = client;
        email = "ada-" + UUID.randomUUID() + "@example.com";
        client.expect("POST", "/v1/auth/register", null, person().put("name", "Ada"));
        token = signIn();
        operator =
                client.expect("POST", "/v1/auth/login", null, who.credentials()).getString("accessToken");
        org = client.expect("POST", "/v1/orgs", token, new JsonObject().put("name", "Chaos"))
                .getString("id");
        floor = account("floor", "liability", true);
        other = account("other", "liability", false);
        var bank = account("bank", "asset", false);
        transfer(bank, floor, 500);
    }

    private JsonObject person() {
        return new JsonObject().put("email", email).put("password", PASSWORD);
    }

    /** A new session of the person. */
    String signIn() {
        return client.expect("POST", "/v1/auth/login", null, person()).getString("accessToken");
    }

    private String account(String code, String type, boolean neverNegative) {
        var body = new JsonObject()
                .put("code", code)
                .put("name", code)
                .put("type", type)
                .put("currency", "EUR")
                .put("neverNegative", neverNegative);
        return client.expect("POST", admin() + "/accounts", operator, body).getString("id");
    }

    private void transfer(String debit, String credit, long amount) {
        var legs = new io.vertx.core.json.JsonArray()
                .add(new JsonObject()
                        .put("accountId", debit)
                        .put("side", "debit")
                        .put("amount", amount))
                .add(new JsonObject()
                        .put("accountId", credit)
                        .put("side", "credit")
                        .put("amount", amount));
        var body = new JsonObject()
                .put("transactionId", UUID.randomUUID().toString())
                .put("code", "opening")
                .put("legs", legs);
        client.expect("POST", transactions(), operator, body);
    }

    /** Access tokens live for ten minutes: takes new ones every few. */
    void stayFresh(Stage.Operator who) {
        if (System.nanoTime() - refreshedAt > FRESH_NANOS) {
            refresh(who);
        }
    }

    /** Signs in anew. */
    void refresh(Stage.Operator who) {
        token = signIn();
        operator =
                client.expect("POST", "/v1/auth/login", null, who.credentials()).getString("accessToken");
        refreshedAt = System.nanoTime();
    }

    String id() {
        return org;
    }

    String org() {
        return "/v1/orgs/" + org;
    }

    String projects() {
        return org() + "/projects";
    }

    private String admin() {
        return "/v1/admin/orgs/" + org + "/ledger";
    }

    String transactions() {
        return admin() + "/transactions";
    }

    String floor() {
        return floor;
    }

    String other() {
        return other;
    }

    String token() {
        return token;
    }

    String operator() {
        return operator;
    }
}
