package io.vertebra.live;

import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertebra.bus.AccessRule;
import io.vertebra.bus.Json;
import io.vertebra.bus.Operation;
import io.vertebra.bus.Problem;
import io.vertebra.bus.Problems;
import io.vertebra.bus.Request;
import io.vertebra.door.Admission;
import io.vertebra.door.Documents;
import io.vertebra.door.IdempotencyKey;
import io.vertx.core.Future;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Operations asked over a connection: the same gate, the same checks and the same answers as over REST. */
final class Requests {
    private final Room room;
    private final Link link;
    private final Map<Operation, ObjectReader> readers = new HashMap<>();

    Requests(Room room, Link link) {
        this.room = room;
        this.link = link;
    }

    /** Asks the operation that a frame names. */
    void ask(String id, ObjectNode frame) {
        var key = frame.path("key").asText(null);
        if (key != null && !IdempotencyKey.fits(key)) {
            throw Link.malformed(IdempotencyKey.FORM);
        }
        var ifMatch = frame.path("ifMatch").isIntegralNumber()
                ? (Long) frame.get("ifMatch").asLong()
                : null;
        link.enter(key, ifMatch, id, admitted -> ask(id, admitted, frame));
    }

    private Operation operation(String name) {
        var operation = room.on().contracts().operation(name);
        if (operation == null
                || operation.route() == null
                || operation.raw()
                || operation.rule().kind() == AccessRule.Kind.PUBLIC) {
            throw Problem.of(Problems.NOT_FOUND, "No such operation is served over this connection.");
        }
        return operation;
    }

    private Request<?> decode(Operation operation, ObjectNode frame) {
        var body = frame.path("body");
        if (!body.isMissingNode() && !body.isObject()) {
            throw Link.malformed("The body of a request is an object.");
        }
        var document =
                body instanceof ObjectNode object ? object : Json.strict().createObjectNode();
        var reader = readers.computeIfAbsent(operation, known -> Json.strict().readerFor(known.type()));
        var request = Documents.record(reader, document);
        var refused = room.on().checks().check(operation, request);
        if (refused != null) {
            throw refused;
        }
        return request;
    }

    /** Decoded only behind the gate, so that malformed requests count against the limits too. */
    private Future<?> ask(String id, Admission admitted, ObjectNode frame) {
        var operation = operation(frame.path("operation").asText());
        var request = decode(operation, frame);
        return room.gate()
                .authorise(admitted, operation, request)
                .compose(granted -> room.gate().answer(granted, request))
                .onSuccess(answered ->
                        link.send(Frames.answer(id, body(operation, answered.answer()), answered.replayed())));
    }

    private static @Nullable Object body(Operation operation, @Nullable Object answer) {
        return operation.answersNothing() ? null : answer;
    }
}
