package io.vertebra.contract;

import io.vertebra.bus.Document;
import io.vertebra.bus.Get;
import io.vertebra.bus.Internal;
import io.vertebra.bus.Needs;
import io.vertebra.bus.Post;
import io.vertebra.bus.Posted;
import io.vertebra.bus.Public;
import io.vertebra.bus.Raw;
import io.vertebra.bus.Request;
import io.vertebra.bus.Takes;
import io.vertebra.bus.Unlogged;
import jakarta.validation.constraints.NotBlank;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The sandbox: a payment provider of play money that is built in and speaks as Stripe does. */
public sealed interface Sandbox<R> extends Request<R> {

    /** The page on which a payer pays; its address is as hard to guess as the checkout's id. */
    @Get("/v1/sandbox/checkouts/{sessionId}")
    @Public
    @Raw("text/html")
    record ShowCheckout(String sessionId) implements Sandbox<Document> {}

    /** What the payer does on that page: pays with a test card, proves to be the owner of the card, or gives up. */
    @Post("/v1/sandbox/checkouts/{sessionId}")
    @Public
    @Raw("text/html")
    @Takes("application/x-www-form-urlencoded")
    @Unlogged("it is a payer at a provider, and no caller of the platform")
    record SubmitCheckout(String sessionId, Posted form) implements Sandbox<Document> {}

    /** A request to the sandbox in the form of Stripe's API. */
    @Internal(changes = true)
    @Needs("sandbox.api.call")
    @Unlogged("it stands for a provider outside of the platform; what comes of it is told by events of payments")
    record CallSandbox(
            @NotBlank String verb,
            @NotBlank String path,
            Map<String, String> form,
            @Nullable String key) implements Sandbox<SandboxAnswer> {}

    /** What the sandbox answers: a status and a JSON document as Stripe's. */
    record SandboxAnswer(int status, String body) {}
}
