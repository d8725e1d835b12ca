package io.vertebra.contract;

import io.vertebra.bus.Get;
import io.vertebra.bus.Needs;
import io.vertebra.bus.Nothing;
import io.vertebra.bus.Page;
import io.vertebra.bus.Post;
import io.vertebra.bus.Posted;
import io.vertebra.bus.Public;
import io.vertebra.bus.Raw;
import io.vertebra.bus.Takes;
import io.vertebra.bus.Unlogged;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What providers tell: taken in at once, and looked up at the provider before anything follows from it. */
public sealed interface PaymentsWebhooks<R> extends Payments<R> {
    /** The header that carries a provider's signature. */
    String SIGNATURE = "stripe-signature";

    /** Takes in what a provider tells, signed over the very bytes. The same event twice counts once. */
    @Post("/v1/payments/webhooks/{provider}")
    @Public
    @Raw
    @Takes(headers = SIGNATURE)
    @Unlogged("a provider's word changes nothing; what is found at the provider afterwards is told by events")
    record ReceiveWebhook(String provider, Posted body) implements PaymentsWebhooks<Nothing> {}

    /** What providers told, the newest first. */
    @Get("/v1/admin/payment-webhooks")
    @Needs("platform.payments.read")
    record ListWebhooks(
            @Nullable WebhookStatus status,
            @Nullable Integer limit,
            @Nullable String after) implements PaymentsWebhooks<Page<ReceivedWebhook>> {}

    /** Looks again at what a webhook was about, also when it was given up. */
    @Post("/v1/admin/payment-webhooks/{webhookId}/retry")
    @Needs("platform.payments.write")
    record RetryWebhook(UUID webhookId) implements PaymentsWebhooks<ReceivedWebhook> {}

    /** How a webhook stands. */
    enum WebhookStatus {
        WAITING,
        DONE,
        IGNORED,
        STUCK
    }

    /**
     * Something that a provider told.
     *
     * @param eventId the provider's id of the event
     * @param object what it is about, by the provider's id
     * @param failure why the last look at it failed
     */
    record ReceivedWebhook(
            UUID id,
            String provider,
            String eventId,
            String type,
            String object,
            WebhookStatus status,
            int failures,
            @Nullable String failure,
            Instant receivedAt) {}
}
