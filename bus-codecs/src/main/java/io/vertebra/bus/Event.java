package io.vertebra.bus;

/**
 * A fact: what happened, as an immutable record appended to the event log in the transaction of the change.
 *
 * <p>Exactly one component carries {@link Key}: events of one key are read in the order in which they were written. An
 * event with a component {@code orgId} belongs to that org. {@link Needs} names the permission that reading it takes.
 * No secret travels in an event.
 */
public interface Event {}
