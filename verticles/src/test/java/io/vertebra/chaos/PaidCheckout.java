package io.vertebra.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertebra.chaos.WebhookRelay.Webhook;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** A checkout that its payer has paid, and in which order its webhooks and the payer's return come. */
final class PaidCheckout {
    static final long CENTS = 500;

    /** What the sandbox tells of a checkout that is paid at once. */
    static final int EVENTS = 4;

    /** Each webhook twice, and the return. */
    static final int STEPS = 2 * EVENTS + 1;

    private static final int RETURN = -1;
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    private final DevProcess dev;
    private final WebhookRelay relay;
    private final String token;
    private final int number;
    private final String org;
    private final String payment;
    private final List<Integer> steps;
    private int done;

    private PaidCheckout(
            DevProcess dev,
            WebhookRelay relay,
            String token,
            int number,
            String org,
            String payment,
            List<Integer> steps) {
        this.dev = dev;
        this.relay = relay;
        this.token = token;
        this.number = number;
        this.org = org;
        this.payment = payment;
        this.steps = steps;
    }

    /** All orders of the webhooks. */
    static List<List<Integer>> orders() {
        return orders(IntStream.range(0, EVENTS).boxed().toList());
    }

    private static List<List<Integer>> orders(List<Integer> of) {
        return of.isEmpty()
                ? List.of(List.of())
                : of.stream()
                        .flatMap(first -> orders(of.stream()
                                        .filter(one -> !one.equals(first))
                                        .toList())
                                .stream()
                                .map(rest -> Stream.concat(Stream.of(first), rest.stream())
                                        .toList()))
                        .toList();
    }

    /** An org buys credits; the number says where among its webhooks the payer comes back, and when it sees deaths. */
    static PaidCheckout pay(DevProcess dev, WebhookRelay relay, String token, int number, List<Integer> order)
            throws Exception {
        var org = dev.expect(201, "POST", "/v1/orgs", token, new JsonObject().put("name", "Engines " + number))
                .getString("id");
        var amount = new JsonObject().put("amount", CENTS).put("currency", "EUR");
        var payment =
                dev.expect(201, "POST", "/v1/orgs/" + org + "/payments", token, new JsonObject().put("amount", amount));
        var page = URI.create(payment.getString("checkoutUrl")).getPath();
        var form = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + dev.port() + page))
                .header("content-type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString("action=pay&card=4242424242424242"))
                .build();
        assertThat(CLIENT.send(form, BodyHandlers.discarding()).statusCode()).isEqualTo(303);
        var steps = new ArrayList<>(order);
        steps.addAll(order);
        steps.add(number % STEPS, RETURN);
        return new PaidCheckout(dev, relay, token, number, org, payment.getString("id"), steps);
    }

    int number() {
        return number;
    }

    /** Whether the provider has told all of it. */
    boolean told() {
        return relay.of(payment).size() == EVENTS;
    }

    /** How many of its steps are done when it sees this death: spread over all of them, by its number. */
    int stepsBefore(int death, int deaths) {
        return IntStream.range(0, deaths)
                .map(nth -> (number + nth * (STEPS + 1) / deaths) % (STEPS + 1))
                .sorted()
                .toArray()[death];
    }

    void advance(int to) throws Exception {
        while (done < to) {
            assertThat(step()).isTrue();
        }
    }

    /** Makes the next step; what was not answered is not done, and comes again. */
    boolean step() throws Exception {
        if (done == STEPS) {
            return true;
        }
        int step = steps.get(done);
        boolean answered =
                step == RETURN ? comesBack() : bring(relay.of(payment).get(step));
        done += answered ? 1 : 0;
        return answered;
    }

    private boolean comesBack() throws Exception {
        return dev.send("POST", base() + "/payments/" + payment + "/refresh", token, null)
                        .statusCode()
                == 200;
    }

    private boolean bring(Webhook webhook) throws IOException, InterruptedException {
        var sent = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + dev.port() + "/v1/payments/webhooks/sandbox"))
                .header("content-type", "application/json; charset=utf-8")
                .header("Stripe-Signature", webhook.signature())
                .POST(BodyPublishers.ofString(webhook.payload()))
                .build();
        return CLIENT.send(sent, BodyHandlers.discarding()).statusCode() == 204;
    }

    private String base() {
        return "/v1/orgs/" + org;
    }

    private Stream<JsonObject> items(String path) throws Exception {
        return dev.expect(200, "GET", base() + path, token, null).getJsonArray("items").stream()
                .map(JsonObject.class::cast);
    }

    long credits() throws Exception {
        return items("/grants")
                .mapToLong(grant -> grant.getJsonObject("left").getLong("amount"))
                .sum();
    }

    /** What stands on the accounts that are not empty; a grant's account has the grant's own name. */
    Map<String, Long> book() throws Exception {
        var book = new TreeMap<String, Long>();
        items("/ledger/accounts?limit=200").forEach(account -> {
            long posted =
                    account.getJsonObject("balance").getJsonObject("posted").getLong("amount");
            if (posted != 0) {
                book.merge(account.getString("code").replaceFirst("^credits:.*", "credits"), posted, Long::sum);
            }
        });
        return book;
    }

    /** How often each kind of transaction was posted. */
    Map<String, Long> posted() throws Exception {
        return items("/ledger/transactions?limit=200")
                .collect(Collectors.groupingBy(one -> one.getString("code"), Collectors.counting()));
    }

    /** How often it was told to other domains that it succeeded. */
    long succeeded() throws Exception {
        return items("/events?type=Payments.PaymentSucceeded&limit=200").count();
    }

    boolean intact() throws Exception {
        return dev.expect(200, "GET", base() + "/ledger/verification", token, null)
                .getBoolean("intact");
    }

    @Override
    public String toString() {
        return "checkout " + number + ": " + steps;
    }
}
