package io.vertebra.live;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertebra.bus.Json;
import io.vertebra.bus.Problem;
import io.vertebra.bus.Problems;
import io.vertebra.door.ProblemDocument;
import io.vertebra.door.Upgrade;
import io.vertebra.kernel.events.Logged;
import io.vertebra.live.Dialect.To;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** The subprotocol {@code vertebra.live.v1}. */
final class LiveDialect implements Dialect {
    private static final int ID_LENGTH_MAX = 64;

    private final String origin;
    private final String node;
    private final Frames.Wordings wordings = new Frames.Wordings();

    LiveDialect(String origin, String node) {
        this.origin = origin;
        this.node = node;
    }

    @Override
    public void receive(String text, Session session) {
        var to = To.CONNECTION;
        try {
            var frame = Frames.read(text);
            var id = Frames.optional(frame, "id");
            if (id != null && id.length() > ID_LENGTH_MAX) {
                throw Frames.malformed("An id has at most " + ID_LENGTH_MAX + " characters.");
            }
            to = To.of(id);
            receive(frame.path("op").asText(), to, frame, session);
        } catch (Problem problem) {
            session.fault(to, problem);
        }
    }

    private static void receive(String op, To to, ObjectNode frame, Session session) {
        switch (op) {
            case "auth" -> session.authenticate(Frames.needed(frame, "token"), to);
            case "ping" -> session.ping();
            case "sub" -> {
                var name = id(to);
                var after = Frames.optional(frame, "after");
                session.subscribe(to, name, Frames.needed(frame, "topic"), after, Frames.number(frame, "credit"));
            }
            case "unsub" -> session.unsubscribe(to, id(to));
            case "credit" -> {
                var credit = Frames.number(frame, "credit");
                session.credit(to, id(to), credit == null ? 0 : credit);
            }
            case "req" -> {
                id(to);
                var operation = Frames.needed(frame, "operation");
                var terms = new Requests.Terms(
                        Frames.optional(frame, "key"),
                        Frames.number(frame, "ifMatch"),
                        Frames.number(frame, "timeoutMs"));
                session.ask(to, operation, frame.path("body"), terms);
            }
            default -> throw Frames.malformed("The operation of the frame is not known here.");
        }
    }

    private static String id(To to) {
        if (to.id() == null) {
            throw Frames.malformed("The frame has no id.");
        }
        return to.id();
    }

    @Override
    public String authenticated(To to, long expiresAtMs) {
        return Frames.text(frame("ok", to.id())
                .put("expiresAt", Instant.ofEpochMilli(expiresAtMs).toString())
                .put("node", node));
    }

    @Override
    public String ok(To to, @Nullable String cursor) {
        var frame = frame("ok", to.id());
        return Frames.text(cursor == null ? frame : frame.put("cursor", cursor));
    }

    @Override
    public String pong() {
        return "{\"op\":\"pong\"}";
    }

    @Override
    public String answer(To to, @Nullable Object body, boolean replayed) {
        var frame = frame("res", to.id());
        if (replayed) {
            frame.put("replayed", true);
        }
        frame.set("body", Frames.tree(body));
        return Frames.text(frame);
    }

    @Override
    public String error(To to, Problem problem, String requestId) {
        return Frames.text(with(frame("err", to.id()), problem, requestId));
    }

    @Override
    public String reset(String subscription, String cursor, String snapshot) {
        var gone = Problem.of(Problems.CURSOR_EXPIRED, "Events after the cursor are not kept any more.");
        var frame = frame("reset", subscription).put("cursor", cursor).put("snapshot", snapshot);
        return Frames.text(with(frame, gone, "reset"));
    }

    @Override
    public String revoked(String subscription, Problem problem, String requestId) {
        return Frames.text(with(frame("revoked", subscription), problem, requestId));
    }

    @Override
    public String eventHead(String subscription) {
        return Frames.head(frame("event", subscription));
    }

    @Override
    public String eventRest(Logged logged) {
        return wordings.of(logged, LiveDialect::word);
    }

    private static String word(Logged logged) {
        var frame = Json.strict().createObjectNode().put("cursor", logged.cursor());
        frame.set("event", Frames.event(logged));
        return Frames.rest(frame);
    }

    @Override
    public String valueHead(String subscription) {
        return Frames.head(frame("value", subscription));
    }

    @Override
    public String valueRest(String at, String value) {
        return ",\"at\":\"" + at + "\",\"value\":" + value + "}";
    }

    private ObjectNode with(ObjectNode frame, Problem problem, String requestId) {
        frame.set("problem", ProblemDocument.of(problem, origin, Upgrade.PATH, requestId));
        return frame;
    }

    private static ObjectNode frame(String op, @Nullable String id) {
        var frame = Json.strict().createObjectNode().put("op", op);
        return id == null ? frame : frame.put("id", id);
    }
}
