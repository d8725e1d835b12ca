package io.vertebra.payments;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertebra.bus.Call;
import io.vertebra.bus.Json;
import io.vertebra.payments.PaymentsSettings.StripeSettings;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.client.HttpRequest;
import io.vertx.ext.web.client.HttpResponse;
import io.vertx.ext.web.client.WebClient;
import io.vertx.ext.web.client.WebClientOptions;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Stripe's API over HTTP. */
final class StripeWire implements Wire {
    private final WebClient client;
    private final StripeSettings settings;
    private final Duration timeout;

    StripeWire(Vertx vertx, StripeSettings settings, Duration timeout) {
        this.client = WebClient.create(
                vertx, new WebClientOptions().setFollowRedirects(false).setUserAgent("Vertebra"));
        this.settings = settings;
        this.timeout = timeout;
    }

    @Override
    public Future<JsonNode> send(Call call, String verb, String path, Map<String, String> form, @Nullable String key) {
        var base = settings.baseUrl().toString().replaceFirst("/+$", "");
        var request = client.requestAbs(HttpMethod.valueOf(verb), base + "/v1/" + path)
                .timeout(timeout.toMillis())
                .bearerTokenAuthentication(settings.secretKey().reveal())
                .putHeader("Stripe-Version", settings.apiVersion());
        if (key != null) {
            request.putHeader("Idempotency-Key", key);
        }
        return sent(request, verb, form)
                .recover(lost -> Future.failedFuture(
                        new Failure(LOST, null, "The provider did not answer: " + lost.getMessage())))
                .compose(answer -> Wire.answer(answer.statusCode(), read(answer)));
    }

    private static Future<HttpResponse<Buffer>> sent(
            HttpRequest<Buffer> request, String verb, Map<String, String> form) {
        if (verb.equals("GET")) {
            form.forEach(request::addQueryParam);
            return request.send();
        }
        return request.sendForm(MultiMap.caseInsensitiveMultiMap().addAll(form));
    }

    /** What is no JSON says no more than its status. */
    private static JsonNode read(HttpResponse<Buffer> answer) {
        var body = answer.body();
        try {
            return body == null
                    ? Json.tolerant().createObjectNode()
                    : Json.tolerant().readTree(body.getBytes());
        } catch (IOException e) {
            return Json.tolerant().createObjectNode();
        }
    }
}
