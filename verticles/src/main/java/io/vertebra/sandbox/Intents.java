package io.vertebra.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertebra.bus.Json;
import io.vertebra.kernel.db.Work;
import io.vertebra.kernel.secrets.Digests;
import io.vertx.core.Future;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Payment intents: what becomes of an attempt to pay, and what is told of it. */
final class Intents {
    static final String KIND = "payment_intent";
    static final String METHOD = "payment_method";
    static final String MOVEMENT = "balance_transaction";
    /** What is the sandbox's own and no part of Stripe's objects. */
    static final String CARD = "sandbox_card";

    private static final int EXPIRY_MONTH = 12;
    private static final int EXPIRY_YEAR = 2099;

    private Intents() {}

    /** A new object with an id that nobody can guess. */
    static ObjectNode object(Work work, String prefix, String name) {
        return Json.tolerant()
                .createObjectNode()
                .put("id", prefix + Digests.newToken())
                .put("object", name)
                .put("created", work.now().getEpochSecond())
                .put("livemode", false);
    }

    static ObjectNode intent(Work work, JsonNode amount, String currency, String customer, JsonNode metadata) {
        var intent = object(work, "pi_", KIND)
                .put("amount", amount.asLong())
                .put("amount_received", 0)
                .put("currency", currency)
                .put("customer", customer)
                .put("status", "requires_payment_method");
        intent.set("metadata", metadata);
        return intent;
    }

    static Future<ObjectNode> method(Work work, TestCard card, @Nullable String customer) {
        var method = object(work, "pm_", METHOD).put("type", "card").put("customer", customer);
        method.put(CARD, card.name());
        method.putObject("card")
                .put("brand", "visa")
                .put("last4", card.lastFour())
                .put("exp_month", EXPIRY_MONTH)
                .put("exp_year", EXPIRY_YEAR);
        return SandboxStore.insert(work, method, METHOD, customer, null, null);
    }

    static TestCard card(JsonNode holder) {
        return TestCard.valueOf(holder.path(CARD).asText());
    }

    /** The card is asked for the money, with its owner at hand or without. */
    static Future<ObjectNode> pay(Work work, ObjectNode intent, ObjectNode method, boolean ownerPresent) {
        var card = card(method);
        var decline = card.decline(ownerPresent);
        if (decline != null) {
            return fail(work, intent, method, decline);
        }
        return succeed(work, intent, method);
    }

    static Future<ObjectNode> fail(Work work, ObjectNode intent, ObjectNode method, String decline) {
        intent.put("status", "requires_payment_method").putNull("payment_method");
        boolean owner = decline.equals("authentication_required");
        intent.putObject("last_payment_error")
                .put("type", "card_error")
                .put("code", owner ? decline : "card_declined")
                .put("decline_code", decline)
                .put("message", "The card was declined: " + decline + ".");
        intent.put(CARD, card(method).name());
        return SandboxStore.update(work, intent).compose(stored -> tell(work, "payment_intent.payment_failed", stored)
                .map(stored));
    }

    /** The owner is to prove who they are before the card pays. */
    static Future<ObjectNode> ask(Work work, ObjectNode intent, ObjectNode method) {
        intent.put("status", "requires_action")
                .put("payment_method", method.path("id").asText());
        return SandboxStore.update(work, intent).compose(stored -> tell(work, "payment_intent.requires_action", stored)
                .map(stored));
    }

    static Future<ObjectNode> succeed(Work work, ObjectNode intent, ObjectNode method) {
        var charge = object(work, "ch_", "charge")
                .put("amount", intent.path("amount").asLong())
                .put("currency", intent.path("currency").asText())
                .put("payment_intent", intent.path("id").asText())
                .put("status", "succeeded");
        charge.set("metadata", intent.path("metadata"));
        intent.put("status", "succeeded")
                .put("amount_received", intent.path("amount").asLong())
                .put("payment_method", method.path("id").asText())
                .put("latest_charge", charge.path("id").asText())
                .put(CARD, card(method).name())
                .putNull("last_payment_error");
        return SandboxStore.update(work, intent)
                .compose(stored ->
                        move(work, "charge", charge, intent.path("amount").asLong()))
                .compose(moved -> tell(work, "charge.succeeded", charge))
                .compose(told -> tell(work, "payment_intent.succeeded", intent))
                .compose(told ->
                        card(method) == TestCard.DISPUTED ? Returns.dispute(work, intent) : Future.succeededFuture())
                .map(intent);
    }

    /** Money moves on the sandbox's account of the platform; what comes in is positive. */
    static Future<ObjectNode> move(Work work, String type, ObjectNode source, long amount) {
        var movement = object(work, "txn_", MOVEMENT)
                .put("type", type)
                .put("amount", amount)
                .put("fee", 0)
                .put("net", amount)
                .put("currency", source.path("currency").asText())
                .put("source", source.path("id").asText());
        return SandboxStore.insert(work, movement, MOVEMENT, source.path("id").asText(), null, null);
    }

    /** Tells by a webhook what happened to an object. */
    static Future<Void> tell(Work work, String type, ObjectNode object) {
        var id = "evt_" + UUID.randomUUID().toString().replace("-", "");
        var event = Json.tolerant()
                .createObjectNode()
                .put("id", id)
                .put("object", "event")
                .put("created", work.now().getEpochSecond())
                .put("livemode", false)
                .put("type", type);
        event.putObject("data").set("object", object);
        return SandboxStore.insertEvent(work, id, event.toString()).mapEmpty();
    }

    /** The card that a payment was made with. */
    static @Nullable TestCard paidWith(ObjectNode intent) {
        return intent.hasNonNull(CARD) ? card(intent) : null;
    }
}
