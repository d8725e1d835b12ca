package io.vertebra.kernel.db;

/**
 * What a transaction answered.
 *
 * @param replayed whether it is the kept answer of an earlier request with the same key
 */
public record Answer<R>(R value, boolean replayed) {}
