package io.vertebra.kernel.events;

/** Where a new reader begins. */
public enum From {
    /** With the oldest event that is kept. */
    START,
    /** With the next event. */
    NOW
}
