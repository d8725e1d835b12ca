package io.vertebra.bus;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The answer is not one JSON document (an export that streams, a redirect, a cookie) or the raw request is needed. What
 * takes a {@link Posted} or answers with a {@link Document} every HTTP door can serve; for the rest it has code of its
 * own.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface Raw {
    /** The media type of what a GET answers. */
    String value() default "application/x-ndjson";
}
