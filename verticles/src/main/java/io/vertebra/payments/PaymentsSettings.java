package io.vertebra.payments;

import io.vertebra.kernel.config.Secret;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;

/** The section {@code payments}; each key is documented in {@code conf/vertebra.yaml}. */
record PaymentsSettings(
        Choice provider,
        @DurationMin(minutes = 30) @DurationMax(hours = 24) Duration checkoutLifetime,
        Duration refundWindow,
        @DurationMin(seconds = 1) Duration webhookTolerance,
        @DurationMin(days = 4) Duration webhookRetention,
        @DurationMin(hours = 1) Duration compareWindow,
        Duration compareDelay,
        @Min(1) @Max(10_000) int comparePage,
        @DurationMin(millis = 100) Duration timeout,
        StripeSettings stripe) {

    /** Refuses Stripe without what it takes. */
    PaymentsSettings {
        if (provider == Choice.STRIPE
                && !(stripe.secretKey().isPresent() && stripe.webhookSecrets().isPresent())) {
            throw new IllegalArgumentException("stripe needs its secret-key and webhook-secrets");
        }
    }

    /** Who takes money. */
    enum Choice {
        NONE,
        SANDBOX,
        STRIPE;

        String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** How Stripe is reached. */
    record StripeSettings(URI baseUrl, @NotBlank String apiVersion, Secret secretKey, Secret webhookSecrets) {
        /** The secrets that hold; more than one while they are rotated. */
        List<String> secrets() {
            return List.of(webhookSecrets.reveal().strip().split("[,\\s]+"));
        }
    }
}
