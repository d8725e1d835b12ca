package io.vertebra.live;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertebra.bus.Json;
import io.vertebra.bus.Problem;
import io.vertebra.bus.Problems;
import io.vertebra.door.ProblemDocument;
import io.vertebra.door.Upgrade;
import io.vertebra.kernel.events.Logged;
import io.vertebra.live.Dialect.To;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The frames of the Vert.x event-bus bridges. What their clients call an address is an operation or a topic; nothing of
 * what they send is ever passed on to the event bus.
 */
final class BridgeDialect implements Dialect {
    private static final String AUTH = "live.auth";
    private static final String CREDIT = "live.credit";

    /** The two bridges, which differ in two words. */
    enum Kind {
        SOCKJS("rec", null),
        TCP("message", "{\"type\":\"pong\"}");

        private final String message;
        private final @Nullable String pong;

        Kind(String message, @Nullable String pong) {
            this.message = message;
            this.pong = pong;
        }
    }

    private final Kind kind;
    private final String origin;
    private final String node;
    private final Frames.Wordings wordings = new Frames.Wordings();

    BridgeDialect(Kind kind, String origin, String node) {
        this.kind = kind;
        this.origin = origin;
        this.node = node;
    }

    @Override
    public void receive(String text, Session session) {
        var to = To.CONNECTION;
        try {
            var frame = Frames.read(text);
            var type = frame.path("type").asText();
            if (type.equals("ping")) {
                session.ping();
                return;
            }
            var address = Frames.optional(frame, "address");
            var reply = Frames.optional(frame, "replyAddress");
            to = reply == null ? new To(address, true) : To.of(reply);
            var headers = frame.path("headers");
            var token = Frames.optional(headers, "token");
            if (token != null && !AUTH.equals(address)) {
                session.authenticate(token, To.CONNECTION);
            }
            receive(type, Frames.needed(frame, "address"), to, frame, session);
        } catch (Problem problem) {
            session.fault(to, problem);
        }
    }

    private static void receive(String type, String address, To to, ObjectNode frame, Session session) {
        var headers = frame.path("headers");
        switch (type) {
            case "send" -> send(address, to, frame, session);
            case "register" -> {
                var after = Frames.optional(headers, "after");
                session.subscribe(to, address, address, after, Frames.number(headers, "credit"));
            }
            case "unregister" -> session.unsubscribe(to, address);
            case "publish" -> throw Problem.of(Problems.FORBIDDEN, "Nobody publishes here: ask an operation.");
            default -> throw Frames.malformed("The type of the frame is not known here.");
        }
    }

    private static void send(String address, To to, ObjectNode frame, Session session) {
        var headers = frame.path("headers");
        switch (address) {
            case AUTH -> session.authenticate(Frames.needed(headers, "token"), to);
            case CREDIT -> {
                var credit = Frames.number(frame.path("body"), "credit");
                session.credit(to, Frames.needed(frame.path("body"), "topic"), credit == null ? 0 : credit);
            }
            default -> {
                var terms = new Requests.Terms(
                        Frames.optional(headers, "idempotency-key"),
                        Frames.number(headers, "if-match"),
                        Frames.number(headers, "timeout-ms"));
                session.ask(to, address, frame.path("body"), terms);
            }
        }
    }

    @Override
    public String authenticated(To to, long expiresAtMs) {
        var body = Json.strict().createObjectNode();
        body.put("expiresAt", Instant.ofEpochMilli(expiresAtMs).toString()).put("node", node);
        return message(to, body, false);
    }

    @Override
    public String ok(To to, @Nullable String cursor) {
        var body = Json.strict().createObjectNode();
        return message(to, cursor == null ? body : body.put("cursor", cursor), false);
    }

    @Override
    public @Nullable String pong() {
        return kind.pong;
    }

    @Override
    public String answer(To to, @Nullable Object body, boolean replayed) {
        return message(to, Frames.tree(body), replayed);
    }

    private String message(To to, JsonNode body, boolean replayed) {
        var frame = frame(kind.message, to.id());
        var headers = frame.putObject("headers");
        if (replayed) {
            headers.put("replayed", "true");
        }
        frame.set("body", body);
        return Frames.text(frame);
    }

    @Override
    public String error(To to, Problem problem, String requestId) {
        var type = problem.code().toUpperCase(Locale.ROOT);
        return Frames.text(failure(to.id(), type, problem, requestId));
    }

    @Override
    public String reset(String subscription, String cursor, String snapshot) {
        var detail = "Events after the cursor are not kept any more; read " + snapshot + ".";
        var gone = Problem.of(Problems.CURSOR_EXPIRED, detail);
        var frame = failure(subscription, "RESET", gone, "reset");
        return Frames.text(frame.put("cursor", cursor).put("snapshot", snapshot));
    }

    @Override
    public String revoked(String subscription, Problem problem, String requestId) {
        return Frames.text(failure(subscription, "REVOKED", problem, requestId));
    }

    private ObjectNode failure(@Nullable String address, String type, Problem problem, String requestId) {
        var frame = frame("err", address);
        frame.put("failureCode", problem.status()).put("failureType", type).put("message", problem.detail());
        frame.set("problem", ProblemDocument.of(problem, origin, Upgrade.PATH, requestId));
        return frame;
    }

    @Override
    public String eventHead(String subscription) {
        return Frames.head(frame(kind.message, subscription));
    }

    @Override
    public String eventRest(Logged logged) {
        return wordings.of(logged, BridgeDialect::word);
    }

    private static String word(Logged logged) {
        var frame = Json.strict().createObjectNode();
        frame.putObject("headers").put("cursor", logged.cursor());
        frame.set("body", Frames.event(logged));
        return Frames.rest(frame);
    }

    @Override
    public String valueHead(String subscription) {
        return Frames.head(frame(kind.message, subscription));
    }

    @Override
    public String valueRest(String at, String value) {
        return ",\"headers\":{\"at\":\"" + at + "\"},\"body\":" + value + "}";
    }

    private static ObjectNode frame(String type, @Nullable String address) {
        var frame = Json.strict().createObjectNode().put("type", type);
        return address == null ? frame : frame.put("address", address);
    }
}
