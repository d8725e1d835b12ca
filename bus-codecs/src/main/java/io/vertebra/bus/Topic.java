package io.vertebra.bus;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * What clients can follow over the live doors. Stands on a record that a contract nests, with {@link Needs}; each
 * variable of the topic, in braces, is a component of the record. {@code {orgId}} says where the permission must hold,
 * {@code {projectId}} and {@code {type}} narrow the events.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface Topic {
    /** The topic, {@code orgs/{orgId}/events}. */
    String value();

    /** Where REST shows the state that the events change; for a client whose cursor is too old. */
    String snapshot() default "";

    /** Whether only the newest value counts, instead of every event. */
    boolean latest() default false;
}
