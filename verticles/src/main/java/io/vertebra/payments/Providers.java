package io.vertebra.payments;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.vertebra.bus.Call;
import io.vertebra.bus.Json;
import io.vertebra.bus.Problem;
import io.vertebra.contract.Payments.Refusal;
import io.vertebra.contract.Sandbox;
import io.vertebra.kernel.bus.Bus;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The provider that is set up, and the secrets that it signs with. */
final class Providers {
    private final PaymentsSettings settings;
    private final @Nullable Provider provider;
    private @Nullable List<String> sandboxSecrets;

    Providers(PaymentsSettings settings, Bus bus, Vertx vertx) {
        this.settings = settings;
        this.provider = switch (settings.provider()) {
            case NONE -> null;
            case SANDBOX ->
                new Provider(
                        settings.provider().label(),
                        (call, verb, path, form, key) ->
                                sandbox(bus, call, new Sandbox.CallSandbox(verb, path, form, key)));
            case STRIPE ->
                new Provider(settings.provider().label(), new StripeWire(vertx, settings.stripe(), settings.timeout()));
        };
    }

    private static Future<JsonNode> sandbox(Bus bus, Call call, Sandbox.CallSandbox request) {
        return bus.ask(call, request)
                .recover(lost -> Future.failedFuture(
                        new Wire.Failure(Wire.LOST, null, "The sandbox did not answer: " + lost.getMessage())))
                .compose(answer -> Wire.answer(answer.status(), parsed(answer.body())));
    }

    private static JsonNode parsed(String body) {
        try {
            return Json.tolerant().readTree(body);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("The sandbox answered with what is no JSON", e);
        }
    }

    /** The provider for what begins now. */
    Optional<Provider> active() {
        return Optional.ofNullable(provider);
    }

    /** The same, where there must be one. */
    Provider needed() {
        return active().orElseThrow(() -> Problem.of(Refusal.NO_PROVIDER, "This installation takes no payments."));
    }

    /** The provider of this name; another one than the active one cannot be reached. */
    Optional<Provider> named(String name) {
        return active().filter(one -> one.name().equals(name));
    }

    /** What the webhooks of this provider are signed with; nothing for one that is not set up. */
    Future<List<String>> secrets(Call call, String name) {
        if (named(name).isEmpty()) {
            return Future.succeededFuture(List.of());
        }
        if (settings.provider() == PaymentsSettings.Choice.STRIPE) {
            return Future.succeededFuture(settings.stripe().secrets());
        }
        var known = sandboxSecrets;
        if (known != null) {
            return Future.succeededFuture(known);
        }
        return needed().wire()
                .send(call, "POST", "webhook_endpoints", Map.of(), null)
                .map(endpoint -> List.of(endpoint.path("secret").asText()))
                .onSuccess(secrets -> sandboxSecrets = secrets);
    }

    /** What an asker is told when the provider failed. */
    static <T> Future<T> refused(Throwable failure) {
        if (!(failure instanceof Wire.Failure refused)) {
            return Future.failedFuture(failure);
        }
        return Future.failedFuture(
                refused.unknown()
                        ? Problem.of(Refusal.PROVIDER_AWAY, "The payment provider did not answer in time.")
                        : Problem.of(Refusal.PROVIDER_REFUSED, "It says: " + refused.code() + "."));
    }
}
