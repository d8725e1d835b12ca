package io.vertebra.kernel.vitals;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertebra.bus.Contracts;
import io.vertebra.bus.Json;
import io.vertebra.bus.Seal;
import io.vertebra.kernel.health.Health;
import io.vertebra.kernel.health.Part;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The vital signs of the platform's nodes. Each node tells its own at an interval to all, under the cluster's seal; of
 * each only the newest is kept, and none for longer than a minute.
 */
public final class Vitals {
    private static final Logger LOG = LoggerFactory.getLogger(Vitals.class);
    private static final String ADDRESS = "kernel.vitals";
    private static final String MODULE = "module.";
    private static final long KEPT_MS = 60_000;
    private static final int SILENT_AFTER = 3;

    private final Surroundings on;
    private final Sampler sampler;
    private final Map<String, Sign> signs = new ConcurrentSkipListMap<>();

    /**
     * What they are made from.
     *
     * @param seal the cluster's
     * @param node the name of this node
     * @param interval how often it tells
     */
    public record Surroundings(
            Vertx vertx,
            Seal seal,
            Health health,
            Contracts contracts,
            MeterRegistry meters,
            String node,
            String version,
            Instant since,
            Duration interval,
            Clock clock) {}

    /** The newest of one node. */
    private record Sign(long atMs, JsonNode health, JsonNode metrics) {}

    /** The vitals as one node sees them. */
    public Vitals(Surroundings on) {
        this.on = on;
        this.sampler = new Sampler(on.meters(), on.contracts());
    }

    /** Begins to tell and to listen. */
    public void start() {
        on.vertx().eventBus().<Buffer>consumer(ADDRESS, told -> hear(told.body()));
        on.vertx().setPeriodic(on.interval().toMillis(), due -> tell());
        tell();
    }

    /** How often each node tells. */
    public Duration interval() {
        return on.interval();
    }

    /** How the nodes are: {@code {"state", "nodes": […]}}. */
    public ObjectNode health() {
        var all = Json.strict().createObjectNode();
        var nodes = Json.strict().createArrayNode();
        var worst = "healthy";
        long now = forget();
        for (var sign : signs.values()) {
            ObjectNode node = sign.health().deepCopy();
            if (now - sign.atMs() > SILENT_AFTER * on.interval().toMillis()) {
                node.put("state", "silent").put("ready", false);
            }
            worst = worse(worst, node.path("state").asText());
            nodes.add(node);
        }
        all.put("state", worst);
        all.set("nodes", nodes);
        return all;
    }

    /** What the nodes do: {@code {"nodes": […]}}; without those that are silent. */
    public ObjectNode metrics() {
        var all = Json.strict().createObjectNode();
        var nodes = all.putArray("nodes");
        long now = forget();
        for (var sign : signs.values()) {
            if (now - sign.atMs() <= SILENT_AFTER * on.interval().toMillis()) {
                nodes.add(sign.metrics());
            }
        }
        return all;
    }

    private static String worse(String one, String other) {
        var order = List.of("healthy", "draining", "silent", "degraded", "unhealthy");
        var worse = order.indexOf(one) >= order.indexOf(other) ? one : other;
        return worse.equals("silent") || worse.equals("draining") ? "degraded" : worse;
    }

    private long forget() {
        long now = on.clock().millis();
        signs.values().removeIf(sign -> now - sign.atMs() > KEPT_MS);
        return now;
    }

    private void tell() {
        var at = on.clock().instant();
        var sign = Json.strict().createObjectNode();
        sign.put("node", on.node()).put("at", at.toEpochMilli());
        sign.set("health", state(at));
        var metrics = Json.strict().createObjectNode().put("node", on.node()).put("at", at.toString());
        sign.set("metrics", metrics.setAll(sampler.look()));
        try {
            var bytes = Json.strict().writeValueAsBytes(sign);
            on.vertx()
                    .eventBus()
                    .publish(ADDRESS, Buffer.buffer(on.seal().of(bytes)).appendBytes(bytes));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private ObjectNode state(Instant at) {
        var health = on.health();
        var state = Json.strict().createObjectNode();
        state.put("node", on.node()).put("version", on.version());
        state.put("since", on.since().toString()).put("at", at.toString());
        state.put("state", health.draining() ? "draining" : health.state().label());
        state.put("ready", health.ready());
        var services = state.putArray("services");
        var parts = state.putArray("parts");
        for (var part : health.parts()) {
            var into = part.part().startsWith(MODULE) ? services : parts;
            put(into.addObject(), part);
        }
        return state;
    }

    private static void put(ObjectNode into, Part.Status part) {
        into.put("name", part.part().startsWith(MODULE) ? part.part().substring(MODULE.length()) : part.part())
                .put("state", part.state().label())
                .put("since", part.since().toString())
                .put("detail", part.detail());
    }

    private void hear(Buffer told) {
        if (told.length() <= Seal.LENGTH) {
            return;
        }
        var bytes = told.getBytes(Seal.LENGTH, told.length());
        if (!on.seal().holds(bytes, told.getBytes(0, Seal.LENGTH))) {
            LOG.warn("A node's sample without the cluster's seal was thrown away");
            return;
        }
        try {
            var sign = Json.strict().readTree(bytes);
            long at = sign.path("at").asLong();
            if (Math.abs(on.clock().millis() - at) <= KEPT_MS) {
                var fresh = new Sign(at, sign.path("health"), sign.path("metrics"));
                signs.merge(
                        sign.path("node").asText(), fresh, (old, newer) -> newer.atMs() >= old.atMs() ? newer : old);
            }
        } catch (IOException e) {
            LOG.warn("A node's sample could not be read: {}", e.getMessage());
        }
    }
}
