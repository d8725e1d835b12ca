package io.vertebra.bus;

/** The HTTP methods that operations are served as. */
public enum Verb {
    /** Reads; safe to repeat. */
    GET,
    /** Changes, with a body. */
    POST,
    /** Sets the whole, with a body. */
    PUT,
    /** Changes a part (JSON Merge Patch), with a body. */
    PATCH,
    /** Removes. */
    DELETE;

    /** Whether the request has a JSON body. */
    public boolean hasBody() {
        return this == POST || this == PUT || this == PATCH;
    }
}
