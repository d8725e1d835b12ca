package io.vertebra.bus;

import java.util.Map;

/**
 * A request body as it was sent, for an operation that must see it unread: a form, or a document whose signature covers
 * its bytes. The operation says with {@link Takes} which media type it takes and which headers it sees.
 *
 * @param text the body, which is UTF-8: encoding it again gives the very bytes that were sent
 * @param headers those that the operation names, by their names in lower case
 */
public record Posted(String text, Map<String, String> headers) {
    /** Keeps the headers as they are. */
    public Posted {
        headers = Map.copyOf(headers);
    }
}
