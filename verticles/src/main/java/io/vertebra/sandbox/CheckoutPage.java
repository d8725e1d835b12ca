package io.vertebra.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.vertebra.bus.Document;
import io.vertebra.bus.Money;
import io.vertebra.bus.Problem;
import io.vertebra.contract.Sandbox.ShowCheckout;
import io.vertebra.contract.Sandbox.SubmitCheckout;
import io.vertebra.kernel.db.Read;
import io.vertebra.kernel.db.Work;
import io.vertebra.kernel.mail.MailboxPage;
import io.vertx.core.Future;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The page on which a payer pays: a form without script. */
final class CheckoutPage {
    static final String KIND = "checkout.session";
    static final String NAME = "sandbox_name";
    static final String KEEPS = "sandbox_keeps";

    private static final String STYLE = "body{font:1rem/1.5 system-ui,sans-serif;max-width:28rem;margin:3rem auto;"
            + "padding:0 1rem;color-scheme:light dark}button,input{font:inherit;padding:.5rem 1rem;margin:.25rem 0}"
            + "input{width:100%;box-sizing:border-box}[role=alert]{border-left:.3rem solid crimson;padding-left:.7rem}"
            + "td{padding-right:1rem}";
    private static final String HTML = """
            <!doctype html>
            <html lang="en">
            <head><meta charset="utf-8"><title>Sandbox checkout</title>
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <style>%s</style></head>
            <body><main><h1>%s</h1><p>%s</p>%s<p><small>This is the sandbox: no money moves.</small></p></main></body>
            </html>
            """;
    private static final String PAY = """
            <form method="post"><label for="card">Card number</label>
            <input id="card" name="card" inputmode="numeric" autocomplete="off" value="4242424242424242" required>
            <button name="action" value="pay">%s</button>
            <button name="action" value="cancel" formnovalidate>Cancel</button></form>
            <details><summary>Test cards</summary><table>%s</table></details>
            """;
    private static final String PROVE = """
            <p>The bank asks whether it is you.</p><form method="post">
            <button name="action" value="approve">Approve</button>
            <button name="action" value="refuse">Refuse</button></form>
            """;

    private final SandboxSettings settings;

    CheckoutPage(SandboxSettings settings) {
        this.settings = settings;
    }

    Future<Document> show(Read read, ShowCheckout request) {
        return SandboxStore.find(read, id(request.sessionId()), KIND)
                .map(found -> found.orElseThrow(() -> Problem.notFound("checkout")))
                .compose(session -> session.hasNonNull(kind(session))
                        ? SandboxStore.find(read, session.path(kind(session)).asText(), kind(session))
                                .map(intent -> page(session, intent.orElse(session), null))
                        : Future.succeededFuture(page(session, session, null)));
    }

    private static String kind(ObjectNode session) {
        return Setups.is(session) ? Setups.KIND : Intents.KIND;
    }

    Future<Document> submit(Work work, SubmitCheckout request) {
        var form = new QueryStringDecoder("?" + request.form().text()).parameters();
        return SandboxStore.lock(work, id(request.sessionId()), KIND)
                .map(found -> found.orElseThrow(() -> Problem.notFound("checkout")))
                .compose(session -> open(work, session) ? act(work, session, form) : closed(session));
    }

    private static boolean open(Work work, ObjectNode session) {
        return session.path("status").asText().equals("open")
                && session.path("expires_at").asLong() > work.now().getEpochSecond();
    }

    /** Nothing is done twice: whoever sends the form again is sent on. */
    private static Future<Document> closed(ObjectNode session) {
        return Future.succeededFuture(
                session.path("status").asText().equals("complete")
                        ? Document.to(session.path("success_url").asText())
                        : Document.to(session.path("cancel_url").asText()));
    }

    private String id(String session) {
        if (!settings.enabled()) {
            throw Problem.notFound("checkout");
        }
        return session;
    }

    private static Future<Document> act(Work work, ObjectNode session, Map<String, List<String>> form) {
        var action = form.getOrDefault("action", List.of("pay")).getFirst();
        return switch (action) {
            case "cancel" ->
                Future.succeededFuture(Document.to(session.path("cancel_url").asText()));
            case "approve", "refuse" -> prove(work, session, action.equals("approve"));
            default ->
                TestCard.of(form.getOrDefault("card", List.of("")).getFirst())
                        .map(card -> pay(work, session, card))
                        .orElseGet(() -> Future.succeededFuture(page(session, session, "This is no test card.")));
        };
    }

    private static Future<Document> pay(Work work, ObjectNode session, TestCard card) {
        if (Setups.is(session)) {
            return Setups.save(work, session, card).compose(intent -> outcome(work, session, intent));
        }
        return intent(work, session)
                .compose(intent -> Intents.method(
                                work,
                                card,
                                session.path(KEEPS).asBoolean()
                                        ? session.path("customer").asText()
                                        : null)
                        .compose(method -> card == TestCard.NEEDS_ACTION
                                ? Intents.ask(work, intent, method)
                                : Intents.pay(work, intent, method, true)))
                .compose(intent -> outcome(work, session, intent));
    }

    private static Future<ObjectNode> intent(Work work, ObjectNode session) {
        var kind = kind(session);
        if (session.hasNonNull(kind)) {
            return SandboxStore.lock(work, session.path(kind).asText(), kind)
                    .map(found -> found.orElseThrow(() -> Problem.notFound("payment")));
        }
        if (Setups.is(session)) {
            return Future.failedFuture(Problem.notFound("card"));
        }
        var intent = Intents.intent(
                work,
                session.path("amount_total"),
                session.path("currency").asText(),
                session.path("customer").asText(),
                session.path("metadata"));
        session.put("payment_intent", intent.path("id").asText());
        return SandboxStore.insert(work, intent, Intents.KIND, null, null, null)
                .compose(stored -> SandboxStore.update(work, session))
                .compose(stored -> Intents.tell(work, "payment_intent.created", intent))
                .map(intent);
    }

    private static Future<Document> prove(Work work, ObjectNode session, boolean approved) {
        return intent(work, session).compose(intent -> {
            if (!intent.path("status").asText().equals("requires_action")) {
                return Future.succeededFuture(page(session, intent, null));
            }
            if (Setups.is(session)) {
                return Setups.prove(work, session, intent, approved).compose(after -> outcome(work, session, after));
            }
            return SandboxStore.find(work, intent.path("payment_method").asText(), Intents.METHOD)
                    .map(found -> found.orElseThrow(() -> Problem.notFound("card")))
                    .compose(method -> approved
                            ? Intents.succeed(work, intent, method)
                            : Intents.fail(work, intent, method, "authentication_required"))
                    .compose(after -> outcome(work, session, after));
        });
    }

    private static Future<Document> outcome(Work work, ObjectNode session, ObjectNode intent) {
        if (!intent.path("status").asText().equals("succeeded")) {
            var error = intent.path("last_payment_error").path("message").asText(null);
            return Future.succeededFuture(page(session, intent, error));
        }
        session.put("status", "complete");
        if (!Setups.is(session)) {
            session.put("payment_status", "paid");
        }
        return SandboxStore.update(work, session)
                .compose(stored -> Intents.tell(work, "checkout.session.completed", stored))
                .map(told -> Document.to(session.path("success_url").asText()));
    }

    /** Nobody can pay here any more. */
    static Future<ObjectNode> expire(Work work, ObjectNode session) {
        session.put("status", "expired");
        return SandboxStore.update(work, session)
                .compose(stored ->
                        Intents.tell(work, "checkout.session.expired", stored).map(stored));
    }

    private static Document page(ObjectNode session, JsonNode intent, @Nullable String error) {
        boolean setup = Setups.is(session);
        var title = setup
                ? "A card for later"
                : Money.of(
                                session.path("amount_total").asLong(),
                                session.path("currency").asText().toUpperCase(Locale.ROOT))
                        .toString();
        var about = setup ? "Nothing is paid now." : session.path(NAME).asText();
        var alert = error == null ? "" : "<p role=\"alert\">" + MailboxPage.escape(error) + "</p>";
        var body = session.path("status").asText().equals("open")
                ? form(intent, setup ? "Keep this card" : "Pay")
                : "<p>This checkout is over.</p>";
        return Document.page(HTML.formatted(STYLE, title, MailboxPage.escape(about), alert + body));
    }

    private static String form(JsonNode intent, String pay) {
        return intent.path("status").asText().equals("requires_action")
                ? PROVE
                : PAY.formatted(
                        pay,
                        Arrays.stream(TestCard.values())
                                .map(card -> "<tr><td>" + card.number() + "</td><td>" + card.meaning() + "</td></tr>")
                                .collect(Collectors.joining()));
    }
}
