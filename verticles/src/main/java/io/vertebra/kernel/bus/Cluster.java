package io.vertebra.kernel.bus;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.hazelcast.cluster.MembershipEvent;
import com.hazelcast.cluster.MembershipListener;
import com.hazelcast.core.EntryAdapter;
import com.hazelcast.core.EntryEvent;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.replicatedmap.ReplicatedMap;
import io.vertebra.bus.Json;
import io.vertebra.bus.Wire;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.spi.cluster.hazelcast.HazelcastClusterManager;
import java.time.Clock;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The nodes of the platform and what each carries. Kept by Hazelcast; nothing that must be correct rests on it: a stale
 * entry costs a failed attempt, never a wrong answer.
 */
public final class Cluster {
    private static final Logger LOG = LoggerFactory.getLogger(Cluster.class);
    /** Nodes that speak another wire version have a list of their own: each asks only those that it understands. */
    static final String NODES = "vertebra.nodes." + Wire.VERSION;

    private static final long REFRESH_INTERVAL_MS = 2_000;

    /** How often an entry is told again after a node came: clusters that merge compare their lists only each 30 s. */
    private static final int REPEATS = 2;

    private final Vertx vertx;
    private final HazelcastInstance hazelcast;
    private final HazelcastClusterManager manager;
    private final String name;
    private final Instant since;
    private final ReplicatedMap<String, String> entries;
    private final Map<String, Node> nodes = new ConcurrentHashMap<>();
    private final Map<String, Set<Runnable>> watches = new ConcurrentHashMap<>();
    private final AtomicInteger turn = new AtomicInteger();
    private final AtomicInteger repeats = new AtomicInteger();
    private volatile Map<String, List<String>> carriers = Map.of();
    private volatile @Nullable String own;

    /**
     * One node of the platform.
     *
     * @param id its id in the cluster
     * @param name what people call it
     * @param version the version that it runs
     * @param since since when it is there
     * @param domains the domains that answer on it
     * @param doors the doors that are open on it
     * @param roles what it does, in the words of {@code app.roles}
     * @param instances how many instances of each domain it runs
     */
    public record Node(
            String id,
            String name,
            String version,
            Instant since,
            Set<String> domains,
            @Nullable Set<String> doors,
            @Nullable Set<String> roles,
            @Nullable Integer instances) {}

    /** What a node tells the others of itself. */
    public record Offer(Set<String> domains, Set<String> doors, Set<String> roles, int instances, String version) {
        /** The node that makes this offer. */
        public Node of(String id, String name, Instant since) {
            return new Node(id, name, version, since, domains, doors, roles, instances);
        }
    }

    private Cluster(
            Vertx vertx,
            HazelcastClusterManager manager,
            ReplicatedMap<String, String> entries,
            String name,
            Clock clock) {
        this.vertx = vertx;
        this.manager = manager;
        this.hazelcast = manager.getHazelcastInstance();
        this.name = name;
        this.since = clock.instant();
        this.entries = entries;
        entries.addEntryListener(new Changes());
        hazelcast.getCluster().addMembershipListener(new Departures());
        entries.forEach(this::seen);
        vertx.setPeriodic(REFRESH_INTERVAL_MS, timer -> refresh());
    }

    /** The cluster that this Vert.x joined through this manager, when the other nodes of it are known. */
    public static Future<Cluster> join(Vertx vertx, HazelcastClusterManager manager, String name, Clock clock) {
        Callable<ReplicatedMap<String, String>> fetch =
                () -> manager.getHazelcastInstance().getReplicatedMap(NODES);
        return vertx.executeBlocking(fetch, false)
                .map(entries -> new Cluster(vertx, manager, Objects.requireNonNull(entries), name, clock));
    }

    /** The id of this node. */
    public String self() {
        return manager.getNodeId();
    }

    /** All nodes that are there now, this one included, the oldest first. */
    public Collection<Node> nodes() {
        return nodes.values().stream().sorted(Comparator.comparing(Node::since)).toList();
    }

    /** How many nodes there are; at least one. */
    public int size() {
        return Math.max(1, hazelcast.getCluster().getMembers().size());
    }

    /** The next node in turn that carries a domain; null when no other than {@code except} does. */
    @Nullable
    String next(String domain, @Nullable String except) {
        var among = carriers.getOrDefault(domain, List.of());
        int from = turn.getAndIncrement() & Integer.MAX_VALUE;
        for (int i = 0; i < among.size(); i++) {
            var node = among.get((from + i) % among.size());
            if (!node.equals(except)) {
                return node;
            }
        }
        return null;
    }

    /** Another node that runs this domain in another number of instances; null when none does. */
    public @Nullable Node differing(String domain, int instances) {
        return nodes().stream()
                .filter(node -> !node.id().equals(self()) && node.domains().contains(domain))
                .filter(node -> node.instances() != null && node.instances() != instances)
                .findFirst()
                .orElse(null);
    }

    /** Tells the others what this node carries. */
    public Future<Void> announce(Offer offer) {
        try {
            own = Json.tolerant().writeValueAsString(offer.of(self(), name, since));
        } catch (JsonProcessingException e) {
            return Future.failedFuture(e);
        }
        seen(self(), own);
        return vertx.executeBlocking(() -> entries.put(self(), own), false).mapEmpty();
    }

    /** Takes this node off the list, so that the others ask elsewhere. */
    public Future<Void> retire() {
        own = null;
        return vertx.executeBlocking(() -> entries.remove(self()), false).mapEmpty();
    }

    /**
     * Runs something when a node leaves, or now when it has left already; answers how to stop watching. A node that
     * only took itself off the list is still there: it finishes what it was asked.
     */
    Runnable watch(String node, Runnable left) {
        watches.compute(node, (id, watching) -> {
            Set<Runnable> all = watching == null ? ConcurrentHashMap.newKeySet() : watching;
            all.add(left);
            return all;
        });
        if (!nodes.containsKey(node) && !members().contains(node)) {
            gone(node);
        }
        return () -> watches.computeIfPresent(node, (id, watching) -> {
            watching.remove(left);
            return watching.isEmpty() ? null : watching;
        });
    }

    /**
     * A node that was paused or cut off was taken off the list by the others: it says again that it is there. It took
     * the others off its own, and nobody tells it of entries that came while it rejoined.
     */
    private void refresh() {
        if (!hazelcast.getLifecycleService().isRunning()) {
            return;
        }
        var mine = own;
        boolean again = repeats.getAndUpdate(left -> Math.max(0, left - 1)) > 0;
        if (mine != null && (again || !mine.equals(entries.get(self())))) {
            vertx.executeBlocking(() -> entries.put(self(), mine), false)
                    .onFailure(e -> LOG.warn("This node could not be announced: {}", e.getMessage()));
        }
        for (var id : nodes.keySet()) {
            if (!id.equals(self()) && !entries.containsKey(id)) {
                unlisted(id);
            }
        }
        var there = members();
        entries.forEach((id, entry) -> {
            if (!nodes.containsKey(id) && there.contains(id)) {
                seen(id, entry);
            }
        });
        for (var id : watches.keySet()) {
            if (!there.contains(id)) {
                gone(id);
            }
        }
    }

    private List<String> members() {
        return hazelcast.getLifecycleService().isRunning() ? manager.getNodes() : List.of();
    }

    private void seen(String id, String entry) {
        try {
            nodes.put(id, Json.tolerant().readValue(entry, Node.class));
            index();
        } catch (JsonProcessingException e) {
            LOG.warn("The entry of node {} could not be read: {}", id, e.getMessage());
        }
    }

    private void unlisted(String id) {
        nodes.remove(id);
        index();
    }

    private void gone(String id) {
        unlisted(id);
        var watching = watches.remove(id);
        if (watching != null) {
            watching.forEach(Runnable::run);
        }
    }

    private synchronized void index() {
        var byDomain = new java.util.HashMap<String, List<String>>();
        for (var node : nodes()) {
            for (var domain : node.domains()) {
                byDomain.computeIfAbsent(domain, any -> new java.util.ArrayList<>())
                        .add(node.id());
            }
        }
        carriers = byDomain;
    }

    private final class Changes extends EntryAdapter<String, String> {
        @Override
        public void onEntryEvent(EntryEvent<String, String> event) {
            switch (event.getEventType()) {
                case ADDED, UPDATED -> seen(event.getKey(), event.getValue());
                case REMOVED, EVICTED, EXPIRED -> unlisted(event.getKey());
                default -> LOG.debug("{} on the list of nodes", event.getEventType());
            }
        }
    }

    private final class Departures implements MembershipListener {
        @Override
        public void memberAdded(MembershipEvent event) {
            LOG.debug("{} joined", event.getMember());
            repeats.set(REPEATS);
        }

        @Override
        public void memberRemoved(MembershipEvent event) {
            var id = event.getMember().getAttribute("__vertx.nodeId");
            if (id != null) {
                LOG.info("Node {} left", id);
                gone(id);
                entries.remove(id);
            }
        }
    }
}
