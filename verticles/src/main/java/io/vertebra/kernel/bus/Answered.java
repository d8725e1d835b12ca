package io.vertebra.kernel.bus;

/**
 * An answer, and how it came about.
 *
 * @param replayed whether it is the kept answer of an earlier request with the same idempotency key
 */
public record Answered<R>(R answer, boolean replayed) {}
