package io.vertebra.door;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertebra.bus.Json;
import io.vertebra.bus.Problem;

/** A problem as a document (RFC 9457). */
public final class ProblemDocument {
    private ProblemDocument() {}

    /**
     * The document as JSON.
     *
     * @param origin where the pages stand that explain problems
     * @param instance the path of the request
     */
    public static ObjectNode of(Problem problem, String origin, String instance, String requestId) {
        var document = Json.strict().createObjectNode();
        document.put("type", origin + "/problems/" + slug(problem.code()));
        document.put("title", problem.title());
        document.put("status", problem.status());
        document.put("detail", problem.detail());
        document.put("instance", instance);
        document.put("code", problem.code());
        document.put("requestId", requestId);
        if (!problem.errors().isEmpty()) {
            document.set("errors", Json.strict().valueToTree(problem.errors()));
        }
        problem.more().forEach((name, value) -> document.set(name, Json.strict().valueToTree(value)));
        return document;
    }

    /** The document as bytes. */
    public static byte[] bytes(Problem problem, String origin, String instance, String requestId) {
        try {
            return Json.strict().writeValueAsBytes(of(problem, origin, instance, requestId));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /** How a problem's code stands in the address of its page. */
    public static String slug(String code) {
        return code.replace('_', '-');
    }
}
