package io.vertebra.bus;

import org.jspecify.annotations.Nullable;

/**
 * What the event bus carries: on one node the thing itself, between nodes its bytes. Reading the bytes is left to the
 * receiving wrapper, which can answer when they are bad; a codec that failed would leave the asker waiting.
 *
 * @param content an {@link Envelope} or a {@link Reply}; null when it came over the wire
 * @param bytes its form on the wire
 */
public record Parcel(@Nullable Object content, byte[] bytes) {}
