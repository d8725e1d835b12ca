package io.vertebra.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertebra.kernel.db.Work;
import io.vertx.core.Future;

/** Cards that are put on file without paying. */
final class Setups {
    static final String MODE = "setup";
    static final String KIND = "setup_intent";

    private Setups() {}

    static boolean is(JsonNode session) {
        return session.path("mode").asText().equals(MODE);
    }

    /** The card is shown to its bank; what comes of it is the intent of the checkout. */
    static Future<ObjectNode> save(Work work, ObjectNode session, TestCard card) {
        var intent = Intents.object(work, "seti_", KIND);
        var decline = card.decline(true);
        if (decline != null) {
            return Future.succeededFuture(refused(intent, decline));
        }
        return Intents.method(work, card, session.path("customer").asText())
                .map(method -> intent.put("payment_method", method.path("id").asText())
                        .put("status", card == TestCard.NEEDS_ACTION ? "requires_action" : "succeeded"))
                .compose(asked -> SandboxStore.insert(work, asked, KIND, null, null, null))
                .compose(stored -> {
                    session.put(KIND, stored.path("id").asText());
                    return SandboxStore.update(work, session);
                })
                .map(intent);
    }

    /** The owner of the card has proved who they are, or has not. */
    static Future<ObjectNode> prove(Work work, ObjectNode session, ObjectNode intent, boolean approved) {
        if (approved) {
            return SandboxStore.update(work, intent.put("status", "succeeded"));
        }
        session.putNull(KIND);
        return SandboxStore.update(work, session).map(refused(intent, "authentication_required"));
    }

    private static ObjectNode refused(ObjectNode intent, String decline) {
        intent.put("status", "requires_payment_method")
                .putObject("last_payment_error")
                .put("message", "The card was declined: " + decline + ".");
        return intent;
    }
}
