package io.vertebra.bus;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The circumstances of one ask, the same on every hop: who, on whose request, until when.
 *
 * @param caller who asks, with the granted scope
 * @param requestId the id that the client sees in {@code X-Request-Id} and in problems
 * @param traceparent the W3C trace context; null without a trace
 * @param deadline when the client stops waiting, in milliseconds since the epoch
 * @param idempotencyKey the client's {@code Idempotency-Key}; null without one
 * @param ifMatch the version that the client's {@code If-Match} names; null without one
 * @param address the client's network address; null inside the platform
 * @param agent the client's {@code User-Agent}, cut to 200 characters; null without one
 */
public record Call(
        Caller caller,
        String requestId,
        @Nullable String traceparent,
        long deadline,
        @Nullable String idempotencyKey,
        @Nullable Long ifMatch,
        @Nullable String address,
        @Nullable String agent) {

    /** The same call with this scope granted. */
    public Call with(@Nullable Grant grant) {
        return by(caller.with(grant));
    }

    /** The same call made by this caller. */
    public Call by(Caller other) {
        return new Call(other, requestId, traceparent, deadline, idempotencyKey, ifMatch, address, agent);
    }

    /** What a domain asks of another on the way: same request, trace and deadline, no key and no precondition. */
    public Call onBehalfOf(Caller service) {
        return new Call(service, requestId, traceparent, deadline, null, null, address, agent);
    }

    /** A call that starts inside the platform (a job, an event reader, a start-up step). */
    public static Call inside(Caller service, long deadline) {
        return new Call(service, UUID.randomUUID().toString(), null, deadline, null, null, null, null);
    }
}
