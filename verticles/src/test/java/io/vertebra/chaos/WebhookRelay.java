package io.vertebra.chaos;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;

/** Takes in the webhooks of the sandbox and keeps them, so that a test can bring them in its own order. */
final class WebhookRelay implements AutoCloseable {
    /** A webhook as the provider signed it. */
    record Webhook(String type, String payload, String signature) {}

    private final Map<String, Webhook> told = new LinkedHashMap<>();
    private final HttpServer server;

    WebhookRelay() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::take);
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/";
    }

    private void take(HttpExchange exchange) throws IOException {
        var payload = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        var event = new JsonObject(payload);
        var signature = exchange.getRequestHeaders().getFirst("Stripe-Signature");
        synchronized (told) {
            told.putIfAbsent(event.getString("id"), new Webhook(event.getString("type"), payload, signature));
        }
        exchange.sendResponseHeaders(204, -1);
        exchange.close();
    }

    /** What was told of this payment so far, by type. */
    List<Webhook> of(String paymentId) {
        synchronized (told) {
            var all = new ArrayList<>(told.values());
            all.removeIf(one -> !one.payload().contains(paymentId));
            all.sort(Comparator.comparing(Webhook::type));
            return all;
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
