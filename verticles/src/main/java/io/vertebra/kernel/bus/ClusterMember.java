package io.vertebra.kernel.bus;

import com.hazelcast.config.Config;
import com.hazelcast.config.ReplicatedMapConfig;
import io.vertebra.kernel.config.ClusterSettings;
import io.vertx.core.eventbus.EventBusOptions;
import io.vertx.spi.cluster.hazelcast.ConfigUtil;
import io.vertx.spi.cluster.hazelcast.HazelcastClusterManager;
import java.net.InetAddress;
import java.net.UnknownHostException;

/** How a node joins its cluster: TCP to named members, no multicast, deaths noticed within seconds. */
public final class ClusterMember {
    private static final int PARTITIONS = 31;
    private static final long PING_INTERVAL_MS = 1_000;
    private static final int CONNECT_TIMEOUT_MS = 2_000;

    private ClusterMember() {}

    /** The manager that Vert.x joins the cluster with. */
    public static HazelcastClusterManager manager(ClusterSettings settings) {
        var config = ConfigUtil.loadConfig();
        config.setClusterName(settings.name());
        // Whoever joins knows the other nodes before it carries anything.
        config.addReplicatedMapConfig(new ReplicatedMapConfig(Cluster.NODES).setAsyncFillup(false));
        var network = config.getNetworkConfig();
        network.setPort(settings.port()).setPortAutoIncrement(true);
        bind(config, settings.host());
        var join = network.getJoin();
        join.getMulticastConfig().setEnabled(false);
        join.getAutoDetectionConfig().setEnabled(false);
        join.setTcpIpConfig(new NamedMembers(settings.members(), InetAddress::getAllByName));
        join.getTcpIpConfig().setEnabled(true);
        config.setProperty("hazelcast.partition.count", Integer.toString(PARTITIONS))
                .setProperty("hazelcast.heartbeat.interval.seconds", "1")
                .setProperty("hazelcast.max.no.heartbeat.seconds", "5")
                .setProperty("hazelcast.merge.first.run.delay.seconds", "5")
                .setProperty("hazelcast.merge.next.run.delay.seconds", "5")
                .setProperty("hazelcast.wait.seconds.before.join", "0")
                .setProperty("hazelcast.logging.type", "slf4j")
                .setProperty("hazelcast.phone.home.enabled", "false")
                .setProperty("hazelcast.shutdownhook.enabled", "false");
        return new HazelcastClusterManager(config);
    }

    /** The event bus between the nodes. */
    public static EventBusOptions eventBus(ClusterSettings settings) {
        return new EventBusOptions()
                .setHost(settings.busHost().isEmpty() ? settings.host() : settings.busHost())
                .setPort(settings.busPort())
                .setConnectTimeout(CONNECT_TIMEOUT_MS)
                .setClusterPingInterval(PING_INTERVAL_MS)
                .setClusterPingReplyInterval(PING_INTERVAL_MS);
    }

    private static void bind(Config config, String host) {
        try {
            var address = InetAddress.getByName(host);
            if (!address.isAnyLocalAddress()) {
                config.setProperty("hazelcast.socket.bind.any", "false");
                config.getNetworkConfig().getInterfaces().setEnabled(true).addInterface(address.getHostAddress());
            }
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("cluster.host names no address: " + host, e);
        }
    }
}
