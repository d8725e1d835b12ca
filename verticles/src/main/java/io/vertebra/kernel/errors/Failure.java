package io.vertebra.kernel.errors;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One failure that nobody expected.
 *
 * @param operation what failed: an operation, a reader, a job
 * @param requestId the request that it happened in; null outside of requests
 */
record Failure(Instant at, String operation, @Nullable String requestId, Throwable cause) {}
