package io.vertebra.door;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.exc.InvalidFormatException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertebra.bus.Json;
import io.vertebra.bus.Problem;
import io.vertebra.bus.Problems;
import io.vertebra.bus.Request;
import java.io.IOException;

/** JSON documents from outside, strictly; all failures are a {@link Problem} that says where, never how we read it. */
public final class Documents {
    private static final ObjectReader TREE = Json.strict().readerFor(JsonNode.class);

    private Documents() {}

    /** The request that a document stands for. */
    public static Request<?> record(ObjectReader reader, ObjectNode document) {
        try {
            return reader.readValue(document);
        } catch (JsonMappingException wrong) {
            throw refused(wrong);
        } catch (IOException unreadable) {
            throw malformed("The body does not fit the operation.");
        }
    }

    /** Reads a JSON object of a client; duplicates, deep nesting and whatever else is unusual are errors. */
    public static ObjectNode object(byte[] json) {
        try (var parser = Json.strict().createParser(json)) {
            return object(parser);
        } catch (IOException unreadable) {
            throw malformed("The body is not JSON.");
        }
    }

    private static ObjectNode object(JsonParser parser) throws IOException {
        try {
            JsonNode document = TREE.readValue(parser);
            if (document instanceof ObjectNode object) {
                return object;
            }
        } catch (JsonProcessingException broken) {
            var at = broken.getLocation();
            var where = at == null ? "" : " (line " + at.getLineNr() + ", column " + at.getColumnNr() + ")";
            var pointer = parser.getParsingContext().pathAsPointer().toString();
            var message = String.valueOf(broken.getOriginalMessage());
            if (message.startsWith("Duplicate field")) {
                throw malformed("A field stands twice" + where + ".").at(pointer, "must stand once");
            }
            if (broken instanceof StreamConstraintsException) {
                throw malformed("The body is nested too deeply, or a value in it is too long" + where + ".");
            }
            throw malformed("The body is not well-formed JSON" + where + ".");
        }
        throw malformed("The body must be a JSON object.");
    }

    private static Problem refused(JsonMappingException wrong) {
        var pointer = pointer(wrong);
        var detail =
                switch (wrong) {
                    case UnrecognizedPropertyException unknown -> "is not known here";
                    case InvalidFormatException form -> Scalars.expected(form.getTargetType());
                    case MismatchedInputException type
                    when type.getTargetType() != null -> Scalars.expected(type.getTargetType());
                    default -> "has the wrong form";
                };
        return malformed("One field was not understood.").at(pointer, detail);
    }

    private static String pointer(JsonMappingException wrong) {
        var pointer = new StringBuilder();
        for (var step : wrong.getPath()) {
            pointer.append('/');
            if (step.getFieldName() == null) {
                pointer.append(step.getIndex());
            } else {
                pointer.append(step.getFieldName().replace("~", "~0").replace("/", "~1"));
            }
        }
        return pointer.toString();
    }

    private static Problem malformed(String detail) {
        return Problem.of(Problems.MALFORMED_REQUEST, detail);
    }
}
