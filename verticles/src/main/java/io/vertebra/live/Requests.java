package io.vertebra.live;

import com.fasterxml.jackson.databind.JsonNode;
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
import io.vertebra.door.Gate;
import io.vertebra.door.IdempotencyKey;
import io.vertebra.kernel.bus.Answered;
import io.vertebra.kernel.module.Doorway;
import io.vertx.core.Future;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Operations asked over connections: the same gate, the same checks and the same answers as over REST. */
final class Requests {
    private final Doorway on;
    private final Gate gate;
    private final Map<Operation, ObjectReader> readers = new HashMap<>();

    Requests(Doorway on, Gate gate) {
        this.on = on;
        this.gate = gate;
    }

    /**
     * On what terms an operation is asked.
     *
     * @param key the idempotency key
     * @param ifMatch the version that must hold
     * @param timeoutMs the longest wait
     */
    record Terms(
            @Nullable String key,
            @Nullable Long ifMatch,
            @Nullable Long timeoutMs) {
        static final Terms NONE = new Terms(null, null, null);

        /** Refuses what could not be kept. */
        Terms {
            if (key != null && !IdempotencyKey.fits(key)) {
                throw Frames.malformed(IdempotencyKey.FORM);
            }
        }
    }

    /** An answer; null where the operation answers nothing. */
    record Answer(@Nullable Object body, boolean replayed) {}

    /** Decoded only behind the gate, so that malformed requests count against the limits too. */
    Future<Answer> ask(Admission admitted, String name, JsonNode body) {
        var operation = operation(name);
        var request = decode(operation, body);
        return gate.authorise(admitted, operation, request)
                .compose(granted -> gate.answer(granted, request))
                .map(answered -> answer(operation, answered));
    }

    private static Answer answer(Operation operation, Answered<?> answered) {
        return new Answer(operation.answersNothing() ? null : answered.answer(), answered.replayed());
    }

    private Operation operation(String name) {
        var operation = on.contracts().operation(name);
        if (operation == null
                || operation.route() == null
                || operation.raw()
                || !on.serves(operation)
                || operation.rule().kind() == AccessRule.Kind.PUBLIC) {
            throw Problem.of(Problems.NOT_FOUND, "No such operation is served over this connection.");
        }
        return operation;
    }

    /** No body is an empty one: it is decoded and checked like any other. */
    private Request<?> decode(Operation operation, JsonNode body) {
        if (!body.isMissingNode() && !body.isNull() && !body.isObject()) {
            throw Frames.malformed("The body of a request is an object.");
        }
        var document =
                body instanceof ObjectNode object ? object : Json.strict().createObjectNode();
        var reader = readers.computeIfAbsent(operation, known -> Json.strict().readerFor(known.type()));
        var request = Documents.record(reader, document);
        var refused = on.checks().check(operation, request);
        if (refused != null) {
            throw refused;
        }
        return request;
    }
}
