package io.vertebra.bus;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** What an operation with a component of the type {@link Posted} takes. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface Takes {
    /** The media type of the body. */
    String value() default "application/json";

    /** The headers that the operation sees, in lower case. */
    String[] headers() default {};
}
