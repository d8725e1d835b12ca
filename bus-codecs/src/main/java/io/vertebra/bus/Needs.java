package io.vertebra.bus;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The permission that asking the operation, or reading the event, takes: {@code domain.resource.read}, {@code .write}
 * or {@code .admin}. It must hold in the scope that the path names.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface Needs {
    /** The name of the permission. */
    String value();
}
