package io.vertebra.payments;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertebra.bus.Call;
import io.vertebra.bus.Money;
import io.vertebra.payments.Seen.Disputed;
import io.vertebra.payments.Seen.Movement;
import io.vertebra.payments.Seen.Refunded;
import io.vertebra.payments.Seen.SetUp;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * A payment provider in our words. Each of them speaks Stripe's API; they differ in the wire to them. What moves money
 * is sent with the id of the payment or refund as its key, so that sending it again has no second effect.
 *
 * @param name as it stands in accounts and addresses
 */
record Provider(String name, Wire wire) {
    private static final String INTENTS = "payment_intents";
    private static final String SESSIONS = "checkout/sessions";
    private static final String REFUNDS = "refunds";
    private static final String PAGE = "100";
    private static final int LISTED_MAX = 500_000;
    private static final Map<String, String> NOTHING = Map.of();
    private static final Map<String, String> WHOLE_SESSION = Map.of(
            "expand[0]", "payment_intent",
            "expand[1]", "payment_intent.payment_method",
            "expand[2]", "setup_intent",
            "expand[3]", "setup_intent.payment_method");
    private static final Map<String, String> WITH_METHOD = Map.of("expand[0]", "payment_method");

    /** A payment that is to be made. */
    record Order(UUID orgId, UUID paymentId, Money amount, String customer) {}

    /**
     * How a checkout looks and where it leads.
     *
     * @param keep whether the payment method is kept for later
     */
    record Counter(String name, String successUrl, String cancelUrl, Instant expiresAt, boolean keep) {}

    /** A checkout that was opened. */
    record Opened(String ref, String url) {}

    /** The org as a customer; the same one when it is asked again. */
    Future<String> customer(Call call, UUID orgId) {
        return wire.send(call, "POST", "customers", Map.of("metadata[org_id]", orgId.toString()), "customer:" + orgId)
                .map(customer -> customer.path("id").asText());
    }

    Future<Opened> open(Call call, Order order, Counter counter) {
        var form = new LinkedHashMap<String, String>();
        form.put("mode", "payment");
        form.put("customer", order.customer());
        form.put("client_reference_id", order.paymentId().toString());
        form.put("success_url", counter.successUrl());
        form.put("cancel_url", counter.cancelUrl());
        form.put("expires_at", Long.toString(counter.expiresAt().getEpochSecond()));
        form.put("line_items[0][quantity]", "1");
        form.put("line_items[0][price_data][currency]", currency(order.amount()));
        form.put("line_items[0][price_data][unit_amount]", Long.toString(Seen.counted(order.amount())));
        form.put("line_items[0][price_data][product_data][name]", counter.name());
        names(form, "metadata", order);
        names(form, "payment_intent_data[metadata]", order);
        if (counter.keep()) {
            form.put("payment_intent_data[setup_future_usage]", "off_session");
        }
        return wire.send(call, "POST", SESSIONS, form, "checkout:" + order.paymentId())
                .map(session -> new Opened(
                        session.path("id").asText(), session.path("url").asText()));
    }

    /** Opens a page on which a payment method is put on file without paying. */
    Future<Opened> setUp(Call call, UUID orgId, UUID setupId, String customer, Counter counter) {
        var form = new LinkedHashMap<String, String>();
        form.put("mode", "setup");
        form.put("customer", customer);
        form.put("payment_method_types[0]", "card");
        form.put("client_reference_id", setupId.toString());
        form.put("success_url", counter.successUrl());
        form.put("cancel_url", counter.cancelUrl());
        form.put("expires_at", Long.toString(counter.expiresAt().getEpochSecond()));
        form.put("metadata[org_id]", orgId.toString());
        form.put("metadata[setup_id]", setupId.toString());
        return wire.send(call, "POST", SESSIONS, form, "setup:" + setupId)
                .map(session -> new Opened(
                        session.path("id").asText(), session.path("url").asText()));
    }

    /** A checkout as the provider has it: of a payment, or of a payment method that is put on file. */
    Future<JsonNode> session(Call call, String session) {
        return wire.send(call, "GET", SESSIONS + "/" + session, WHOLE_SESSION, null);
    }

    Future<Seen> checkout(Call call, String session) {
        return session(call, session).map(Seen::ofSession);
    }

    Future<SetUp> setup(Call call, String session) {
        return session(call, session).map(SetUp::of);
    }

    /** Closes a checkout; one that is complete or over already stays as it is. */
    Future<Void> close(Call call, String session) {
        return ended(wire.send(call, "POST", SESSIONS + "/" + session + "/expire", NOTHING, null));
    }

    Future<Seen> payment(Call call, String intent) {
        return wire.send(call, "GET", INTENTS + "/" + intent, WITH_METHOD, null).map(Seen::ofIntent);
    }

    /** Charges a payment method without its owner; a decline is an answer. */
    Future<Seen> charge(Call call, Order order, String method) {
        var form = new LinkedHashMap<String, String>();
        form.put("amount", Long.toString(Seen.counted(order.amount())));
        form.put("currency", currency(order.amount()));
        form.put("customer", order.customer());
        form.put("payment_method", method);
        form.put("payment_method_types[0]", "card");
        form.put("off_session", "true");
        form.put("confirm", "true");
        form.put("expand[0]", "payment_method");
        names(form, "metadata", order);
        return wire.send(call, "POST", INTENTS, form, "charge:" + order.paymentId())
                .recover(failure -> failure instanceof Wire.Failure refused && refused.intent() != null
                        ? Future.succeededFuture(refused.intent())
                        : Future.failedFuture(failure))
                .map(Seen::ofIntent);
    }

    /** Looks for a charge whose answer was lost. */
    Future<Optional<Seen>> findCharge(Call call, String customer, UUID paymentId) {
        return all(call, INTENTS, Map.of("customer", customer)).map(items -> items.stream()
                .map(Seen::ofIntent)
                .filter(seen -> paymentId.equals(seen.paymentId()))
                .findFirst());
    }

    /** Lets a charge that failed not be tried again at the provider. */
    Future<Void> cancel(Call call, String intent) {
        return ended(wire.send(call, "POST", INTENTS + "/" + intent + "/cancel", NOTHING, null));
    }

    Future<Refunded> refund(Call call, UUID orgId, UUID refundId, String intent, Money amount) {
        return wire.send(
                        call,
                        "POST",
                        REFUNDS,
                        Map.of(
                                "payment_intent", intent,
                                "amount", Long.toString(Seen.counted(amount)),
                                "metadata[refund_id]", refundId.toString(),
                                "metadata[org_id]", orgId.toString()),
                        "refund:" + refundId)
                .map(Refunded::of);
    }

    Future<Refunded> refund(Call call, String ref) {
        return wire.send(call, "GET", REFUNDS + "/" + ref, NOTHING, null).map(Refunded::of);
    }

    Future<List<Refunded>> refunds(Call call, String intent) {
        return all(call, REFUNDS, Map.of("payment_intent", intent))
                .map(items -> items.stream().map(Refunded::of).toList());
    }

    Future<Disputed> dispute(Call call, String ref) {
        return wire.send(call, "GET", "disputes/" + ref, NOTHING, null).map(Disputed::of);
    }

    /** Takes a payment method off the customer; one that is off already stays so. */
    Future<Void> detach(Call call, String method) {
        return ended(wire.send(call, "POST", "payment_methods/" + method + "/detach", NOTHING, null));
    }

    /** What moved on our account since then, the whole list. */
    Future<List<Movement>> movements(Call call, Instant since) {
        return all(call, "balance_transactions", Map.of("created[gte]", Long.toString(since.getEpochSecond())))
                .map(items -> items.stream().map(Movement::of).toList());
    }

    /** A list to its end. One that is too long to be read is a failure, for what was not read is not known. */
    private Future<List<JsonNode>> all(Call call, String path, Map<String, String> query) {
        return all(call, path, query, null, new ArrayList<>());
    }

    private Future<List<JsonNode>> all(
            Call call, String path, Map<String, String> query, @Nullable String after, List<JsonNode> found) {
        var form = new LinkedHashMap<>(query);
        form.put("limit", PAGE);
        if (after != null) {
            form.put("starting_after", after);
        }
        return wire.send(call, "GET", path, form, null).compose(list -> {
            var page = items(list);
            found.addAll(page);
            if (!list.path("has_more").asBoolean()) {
                return Future.succeededFuture(found);
            }
            return page.isEmpty() || found.size() >= LISTED_MAX
                    ? Future.failedFuture(new IllegalStateException(
                            "Only " + found.size() + " of " + path + " were read, and there are more."))
                    : all(call, path, query, page.getLast().path("id").asText(), found);
        });
    }

    private static Future<Void> ended(Future<JsonNode> answer) {
        return answer.recover(failure -> failure instanceof Wire.Failure refused && !refused.unknown()
                        ? Future.succeededFuture()
                        : Future.failedFuture(failure))
                .mapEmpty();
    }

    private static void names(Map<String, String> form, String member, Order order) {
        form.put(member + "[org_id]", order.orgId().toString());
        form.put(member + "[payment_id]", order.paymentId().toString());
    }

    private static String currency(Money amount) {
        return amount.currency().toLowerCase(Locale.ROOT);
    }

    private static List<JsonNode> items(JsonNode list) {
        return StreamSupport.stream(list.path("data").spliterator(), false).toList();
    }
}
