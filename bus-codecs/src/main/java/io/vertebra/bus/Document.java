package io.vertebra.bus;

import org.jspecify.annotations.Nullable;

/**
 * An answer that is not JSON: a page, or the way to one. The door serves it without scripts.
 *
 * @param status the HTTP status
 * @param type the media type, {@code text/html; charset=utf-8}
 * @param location where the browser is sent on to; null for nowhere
 */
public record Document(
        int status, String type, String text, @Nullable String location) {
    private static final String HTML = "text/html; charset=utf-8";
    private static final int OK = 200;
    private static final int SEE_OTHER = 303;

    /** A page. */
    public static Document page(String html) {
        return new Document(OK, HTML, html, null);
    }

    /** The way to another page. */
    public static Document to(String location) {
        return new Document(SEE_OTHER, HTML, "", location);
    }
}
