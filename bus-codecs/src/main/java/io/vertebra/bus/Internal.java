package io.vertebra.bus;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Only services of the platform that declare it may ask the operation; no door serves it. Its answer is never stored
 * for replay.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface Internal {
    /** Whether the operation changes something; what only reads is repeated on another node when one dies. */
    boolean changes() default false;
}
