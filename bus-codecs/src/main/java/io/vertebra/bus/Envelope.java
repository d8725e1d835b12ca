package io.vertebra.bus;

/** One ask on its way: the operation, its request and the circumstances. */
public record Envelope(Call call, Operation operation, Request<?> request) {}
