package io.vertebra.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertebra.kernel.db.Work;
import io.vertebra.kernel.jobs.Run;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Money that goes back: refunds and disputes. */
final class Returns {
    static final String REFUND = "refund";
    static final String DISPUTE = "dispute";
    private static final Duration MOMENT = Duration.ofSeconds(1);

    private Returns() {}

    /** What is left of a payment to be refunded. */
    static Future<Long> left(Work work, ObjectNode intent) {
        return SandboxStore.children(work, intent.path("id").asText(), REFUND)
                .map(refunds -> intent.path("amount_received").asLong()
                        - refunds.stream()
                                .filter(refund ->
                                        !refund.path("status").asText().equals("failed"))
                                .mapToLong(refund -> refund.path("amount").asLong())
                                .sum());
    }

    static Future<ObjectNode> refund(
            Work work, ObjectNode intent, long amount, JsonNode metadata, @Nullable String key) {
        var card = Objects.requireNonNull(Intents.paidWith(intent));
        boolean later = card == TestCard.REFUND_PENDING || card == TestCard.REFUND_FAILS;
        var refund = Intents.object(work, "re_", REFUND)
                .put("amount", amount)
                .put("currency", intent.path("currency").asText())
                .put("payment_intent", intent.path("id").asText())
                .put("charge", intent.path("latest_charge").asText())
                .put("status", later ? "pending" : "succeeded")
                .put(Intents.CARD, card.name());
        refund.set("metadata", metadata);
        var due = later ? work.now().plus(MOMENT) : null;
        return SandboxStore.insert(work, refund, REFUND, intent.path("id").asText(), key, due)
                .compose(stored -> Intents.move(work, REFUND, stored, -amount))
                .compose(moved -> Intents.tell(work, "refund.created", refund))
                .map(refund);
    }

    /** Lets refunds that take a moment come to their end; a job. */
    static Future<Void> settle(Run run) {
        return run.inWork(work -> SandboxStore.due(work, work.now()).compose(due -> settle(work, due)));
    }

    private static Future<Void> settle(Work work, List<ObjectNode> due) {
        Future<Void> all = Future.succeededFuture();
        for (var refund : due) {
            all = all.compose(before -> settle(work, refund));
        }
        return all;
    }

    private static Future<Void> settle(Work work, ObjectNode refund) {
        boolean fails = Intents.card(refund) == TestCard.REFUND_FAILS;
        refund.put("status", fails ? "failed" : "succeeded");
        if (fails) {
            refund.put("failure_reason", "expired_or_canceled_card");
        }
        return SandboxStore.update(work, refund)
                .compose(stored -> fails
                        ? Intents.move(
                                        work,
                                        "refund_failure",
                                        refund,
                                        refund.path("amount").asLong())
                                .mapEmpty()
                        : Future.<Void>succeededFuture())
                .compose(moved -> Intents.tell(work, fails ? "refund.failed" : "refund.updated", refund));
    }

    static Future<Void> dispute(Work work, ObjectNode intent) {
        var dispute = Intents.object(work, "dp_", DISPUTE)
                .put("amount", intent.path("amount_received").asLong())
                .put("currency", intent.path("currency").asText())
                .put("payment_intent", intent.path("id").asText())
                .put("charge", intent.path("latest_charge").asText())
                .put("reason", "fraudulent")
                .put("status", "needs_response");
        return SandboxStore.insert(work, dispute, DISPUTE, intent.path("id").asText(), null, null)
                .compose(stored -> Intents.move(
                        work, "adjustment", dispute, -dispute.path("amount").asLong()))
                .compose(moved -> Intents.tell(work, "charge.dispute.created", dispute));
    }

    /** Ends a dispute; won, the money comes back. */
    static Future<ObjectNode> end(Work work, ObjectNode dispute, boolean won) {
        dispute.put("status", won ? "won" : "lost");
        return SandboxStore.update(work, dispute)
                .compose(stored -> won
                        ? Intents.move(
                                        work,
                                        "adjustment",
                                        dispute,
                                        dispute.path("amount").asLong())
                                .mapEmpty()
                        : Future.<Void>succeededFuture())
                .compose(moved -> Intents.tell(work, "charge.dispute.closed", dispute))
                .map(dispute);
    }
}
