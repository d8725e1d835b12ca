package io.vertebra.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertebra.bus.Json;
import io.vertebra.bus.Problem;
import io.vertebra.bus.Problems;
import io.vertebra.contract.Sandbox.CallSandbox;
import io.vertebra.contract.Sandbox.SandboxAnswer;
import io.vertebra.kernel.db.Work;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The part of Stripe's API that the platform uses. */
final class Calls {
    private static final int PAGE = 100;

    private final SandboxSettings settings;
    private final String origin;
    private final String webhookSecret;

    Calls(SandboxSettings settings, String origin, String webhookSecret) {
        this.settings = settings;
        this.origin = origin;
        this.webhookSecret = webhookSecret;
    }

    /** A refusal in the form of Stripe's. */
    private static final class Refused extends RuntimeException {
        private static final long serialVersionUID = 1;
        private final transient SandboxAnswer answer;

        private Refused(int status, ObjectNode error) {
            super(error.toString(), null, false, false);
            answer = new SandboxAnswer(
                    status,
                    Json.tolerant()
                            .createObjectNode()
                            .<ObjectNode>set("error", error)
                            .toString());
        }
    }

    Future<SandboxAnswer> call(Work work, CallSandbox request) {
        if (!settings.enabled()) {
            return Future.failedFuture(Problem.of(Problems.NOT_FOUND, "The sandbox is off."));
        }
        return Future.succeededFuture()
                .compose(begin -> once(work, request))
                .map(body -> new SandboxAnswer(200, body.toString()))
                .recover(failure -> {
                    if (failure instanceof Refused refused) {
                        return Future.succeededFuture(refused.answer);
                    }
                    return Future.failedFuture(failure);
                });
    }

    /** What was made with a key before is answered again. */
    private Future<ObjectNode> once(Work work, CallSandbox request) {
        var form = request.form();
        var path = List.of(request.path().split("/"));
        if (request.key() == null) {
            return answer(work, request.verb() + " " + path.getFirst(), path, form, null);
        }
        return SandboxStore.byKey(work, request.key())
                .compose(made -> made.isPresent()
                        ? again(made.get())
                        : answer(work, request.verb() + " " + path.getFirst(), path, form, request.key()));
    }

    private static Future<ObjectNode> again(ObjectNode made) {
        return made.hasNonNull("last_payment_error") ? declined(made) : Future.succeededFuture(made);
    }

    private Future<ObjectNode> answer(
            Work work, String what, List<String> path, Map<String, String> form, @Nullable String key) {
        return switch (what) {
            case "POST customers" -> customer(work, form, key);
            case "POST checkout" ->
                path.size() > 2
                        ? expire(work, path.get(2))
                        : text(form, "mode").equals(Setups.MODE) ? setUp(work, form, key) : open(work, form, key);
            case "GET checkout" -> find(work, path.get(2), CheckoutPage.KIND).compose(one -> expanded(work, one));
            case "POST payment_intents" -> path.size() == 1 ? charge(work, form, key) : cancel(work, path.get(1));
            case "GET payment_intents" ->
                path.size() == 1
                        ? charges(work, form)
                        : find(work, path.get(1), Intents.KIND).compose(one -> withMethod(work, one));
            case "POST payment_methods" -> detach(work, path.get(1));
            case "POST refunds" -> refund(work, form, key);
            case "GET refunds" -> path.size() == 1 ? refunds(work, form) : find(work, path.get(1), Returns.REFUND);
            case "GET disputes" -> find(work, path.get(1), Returns.DISPUTE);
            case "POST disputes" -> dispute(work, path.get(1), form);
            case "GET balance_transactions" -> movements(work, form);
            case "POST webhook_endpoints" ->
                Future.succeededFuture(
                        Intents.object(work, "we_", "webhook_endpoint").put("secret", webhookSecret));
            default -> Future.failedFuture(refused(404, "invalid_request_error", "unknown_url", "There is no " + what));
        };
    }

    private static Future<ObjectNode> customer(Work work, Map<String, String> form, @Nullable String key) {
        var customer = Intents.object(work, "cus_", "customer");
        customer.set("metadata", metadata(form, "metadata"));
        return SandboxStore.insert(work, customer, "customer", null, key, null);
    }

    private Future<ObjectNode> open(Work work, Map<String, String> form, @Nullable String key) {
        var session = Intents.object(work, "cs_test_", CheckoutPage.KIND)
                .put("mode", "payment")
                .put("status", "open")
                .put("payment_status", "unpaid")
                .put("amount_total", number(form, "line_items[0][price_data][unit_amount]"))
                .put("currency", text(form, "line_items[0][price_data][currency]"))
                .put("customer", text(form, "customer"))
                .put("success_url", text(form, "success_url"))
                .put("cancel_url", text(form, "cancel_url"))
                .put("expires_at", number(form, "expires_at"))
                .put(CheckoutPage.NAME, text(form, "line_items[0][price_data][product_data][name]"))
                .put(CheckoutPage.KEEPS, form.containsKey("payment_intent_data[setup_future_usage]"))
                .putNull("payment_intent");
        session.set("metadata", metadata(form, "payment_intent_data[metadata]"));
        return SandboxStore.insert(work, addressed(session), CheckoutPage.KIND, null, key, null);
    }

    private Future<ObjectNode> setUp(Work work, Map<String, String> form, @Nullable String key) {
        var session = Intents.object(work, "cs_test_", CheckoutPage.KIND)
                .put("mode", Setups.MODE)
                .put("status", "open")
                .put("payment_status", "no_payment_required")
                .put("customer", text(form, "customer"))
                .put("success_url", text(form, "success_url"))
                .put("cancel_url", text(form, "cancel_url"))
                .put("expires_at", number(form, "expires_at"))
                .putNull("setup_intent");
        session.set("metadata", metadata(form, "metadata"));
        return SandboxStore.insert(work, addressed(session), CheckoutPage.KIND, null, key, null);
    }

    private ObjectNode addressed(ObjectNode session) {
        return session.put(
                "url", origin + "/v1/sandbox/checkouts/" + session.path("id").asText());
    }

    private static Future<ObjectNode> expire(Work work, String id) {
        return locked(work, id, CheckoutPage.KIND).compose(session -> {
            if (!session.path("status").asText().equals("open")) {
                return Future.failedFuture(refused(400, "invalid_request_error", "state", "It is not open."));
            }
            return CheckoutPage.expire(work, session);
        });
    }

    private static Future<ObjectNode> charge(Work work, Map<String, String> form, @Nullable String key) {
        var intent = Intents.intent(
                work,
                Json.tolerant().createObjectNode().numberNode(number(form, "amount")),
                text(form, "currency"),
                text(form, "customer"),
                metadata(form, "metadata"));
        return SandboxStore.insert(work, intent, Intents.KIND, text(form, "customer"), key, null)
                .compose(stored -> find(work, text(form, "payment_method"), Intents.METHOD))
                .compose(method -> Intents.pay(work, intent, method, false))
                .compose(paid -> again(paid).compose(one -> withMethod(work, one)));
    }

    /** The intent stays, so this is an answer and no failure of the transaction. */
    private static Future<ObjectNode> declined(ObjectNode intent) {
        var error = intent.path("last_payment_error").<ObjectNode>deepCopy();
        error.set("payment_intent", intent);
        return Future.failedFuture(new Refused(402, error));
    }

    private static Future<ObjectNode> cancel(Work work, String id) {
        return locked(work, id, Intents.KIND).compose(intent -> {
            if (intent.path("status").asText().equals("succeeded")) {
                return Future.failedFuture(refused(400, "invalid_request_error", "state", "It has succeeded."));
            }
            intent.put("status", "canceled");
            return SandboxStore.update(work, intent)
                    .compose(stored -> Intents.tell(work, "payment_intent.canceled", stored)
                            .map(stored));
        });
    }

    private static Future<ObjectNode> detach(Work work, String id) {
        return locked(work, id, Intents.METHOD).compose(method -> {
            method.putNull("customer");
            return SandboxStore.update(work, method);
        });
    }

    private static Future<ObjectNode> refund(Work work, Map<String, String> form, @Nullable String key) {
        return locked(work, text(form, "payment_intent"), Intents.KIND)
                .compose(intent -> Returns.left(work, intent).compose(left -> {
                    long amount = number(form, "amount");
                    if (amount > left) {
                        return Future.failedFuture(refused(
                                400, "invalid_request_error", "charge_already_refunded", "Only " + left + " is left."));
                    }
                    boolean lost = Intents.paidWith(intent) == TestCard.REFUND_UNANSWERED;
                    return Returns.refund(work, intent, amount, metadata(form, "metadata"), lost ? null : key)
                            .compose(made -> lost
                                    ? Future.failedFuture(refused(504, "api_error", "timeout", "No answer."))
                                    : Future.succeededFuture(made));
                }));
    }

    /** Those that were made without a checkout. */
    private static Future<ObjectNode> charges(Work work, Map<String, String> form) {
        return SandboxStore.children(work, text(form, "customer"), Intents.KIND).map(all -> page(all, false));
    }

    private static Future<ObjectNode> refunds(Work work, Map<String, String> form) {
        return SandboxStore.children(work, text(form, "payment_intent"), Returns.REFUND)
                .map(all -> page(all, false));
    }

    private static Future<ObjectNode> dispute(Work work, String id, Map<String, String> form) {
        var evidence = text(form, "evidence[uncategorized_text]");
        return locked(work, id, Returns.DISPUTE)
                .compose(dispute -> Returns.end(work, dispute, evidence.equals("winning_evidence")));
    }

    private static Future<ObjectNode> movements(Work work, Map<String, String> form) {
        return SandboxStore.since(
                        work, Intents.MOVEMENT, number(form, "created[gte]"), form.get("starting_after"), PAGE + 1)
                .map(all -> page(all.size() > PAGE ? all.subList(0, PAGE) : all, all.size() > PAGE));
    }

    private static ObjectNode page(List<ObjectNode> all, boolean more) {
        var page = Json.tolerant().createObjectNode().put("object", "list").put("has_more", more);
        page.putArray("data").addAll(all);
        return page;
    }

    private static Future<ObjectNode> expanded(Work work, ObjectNode session) {
        var kind = Setups.is(session) ? Setups.KIND : Intents.KIND;
        return session.hasNonNull(kind)
                ? find(work, session.path(kind).asText(), kind)
                        .compose(intent -> withMethod(work, intent))
                        .map(intent -> session.set(kind, intent))
                : Future.succeededFuture(session);
    }

    private static Future<ObjectNode> withMethod(Work work, ObjectNode intent) {
        return intent.hasNonNull("payment_method")
                ? find(work, intent.path("payment_method").asText(), Intents.METHOD)
                        .map(method -> intent.set("payment_method", method))
                : Future.succeededFuture(intent);
    }

    private static Future<ObjectNode> find(Work work, String id, String kind) {
        return SandboxStore.find(work, id, kind).map(found -> found.orElseThrow(() -> missing(kind)));
    }

    private static Future<ObjectNode> locked(Work work, String id, String kind) {
        return SandboxStore.lock(work, id, kind).map(found -> found.orElseThrow(() -> missing(kind)));
    }

    private static Refused missing(String kind) {
        return refused(404, "invalid_request_error", "resource_missing", "There is no such " + kind + ".");
    }

    private static Refused refused(int status, String type, String code, String message) {
        return new Refused(
                status,
                Json.tolerant()
                        .createObjectNode()
                        .put("type", type)
                        .put("code", code)
                        .put("message", message));
    }

    private static String text(Map<String, String> form, String name) {
        var value = form.get(name);
        if (value == null || value.isEmpty()) {
            throw refused(400, "invalid_request_error", "parameter_missing", "Missing: " + name);
        }
        return value;
    }

    private static long number(Map<String, String> form, String name) {
        try {
            return Long.parseLong(text(form, name));
        } catch (NumberFormatException e) {
            throw refused(400, "invalid_request_error", "parameter_invalid_integer", "No integer: " + name);
        }
    }

    private static JsonNode metadata(Map<String, String> form, String name) {
        var metadata = Json.tolerant().createObjectNode();
        form.forEach((key, value) -> {
            if (key.startsWith(name + "[") && key.endsWith("]")) {
                metadata.put(key.substring(name.length() + 1, key.length() - 1), Objects.requireNonNull(value));
            }
        });
        return metadata;
    }
}
