package io.vertebra.launcher.cluster;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The nodes of one cluster on this machine: each a process with ports of its own, all configured alike. */
public final class LocalNodes implements AutoCloseable {
    /** What the embedded PostgreSQL takes, less what others than the nodes need. */
    private static final int CONNECTIONS = 190;

    private final Path folder;
    private final Map<String, String> shared;
    private final List<String> hosts;
    private final List<Integer> ports;
    private final String members;
    private final NodeProgram program;
    private final List<NodeProcess> all = new ArrayList<>();

    /**
     * A cluster without nodes yet.
     *
     * @param folder where their logs go
     * @param shared the variables that configure every node; those of the cluster and of its ports are added
     * @param count how many nodes it will have
     */
    public LocalNodes(Path folder, Map<String, String> shared, int count) throws IOException {
        this(folder, shared, Collections.nCopies(count, "127.0.0.1"), NodeProgram.ours());
    }

    /** The same with this program, and an address of its own for each node, on which it talks to the others. */
    public LocalNodes(Path folder, Map<String, String> shared, List<String> hosts, NodeProgram program)
            throws IOException {
        this.program = program;
        this.folder = Files.createDirectories(folder);
        this.shared = shared;
        this.hosts = hosts;
        this.ports = freePorts(hosts.size());
        this.members = IntStream.range(0, hosts.size())
                .mapToObj(number -> hosts.get(number) + ":" + ports.get(number))
                .collect(Collectors.joining(","));
    }

    /** Adds the next node, with these variables of its own; it is not started yet. */
    public NodeProcess add(Map<String, String> own) throws IOException {
        int number = all.size();
        var doors = freePorts(2);
        var environment = new HashMap<String, String>();
        environment.put("VERTEBRA_APP_NODE", "node-" + (number + 1));
        environment.put("PORT", Integer.toString(doors.get(0)));
        environment.put("VERTEBRA_HTTP_HOST", "127.0.0.1");
        environment.put("VERTEBRA_HTTP_MANAGEMENT_PORT", Integer.toString(doors.get(1)));
        environment.put("VERTEBRA_HTTP_TRUSTED_PROXIES", "127.0.0.1");
        environment.put("VERTEBRA_LIVE_TCP_ENABLED", "false");
        environment.put("VERTEBRA_CLUSTER_ENABLED", "true");
        environment.put("VERTEBRA_CLUSTER_NAME", "local-" + ports.getFirst());
        environment.put("VERTEBRA_CLUSTER_HOST", hosts.get(number));
        environment.put("VERTEBRA_CLUSTER_PORT", Integer.toString(ports.get(number)));
        environment.put("VERTEBRA_CLUSTER_MEMBERS", members);
        environment.put("VERTEBRA_DATABASE_MIGRATE", "false");
        environment.put("VERTEBRA_DATABASE_CONNECTIONS_MAX", Integer.toString(CONNECTIONS / hosts.size()));
        environment.put("VERTEBRA_PARENT", Long.toString(ProcessHandle.current().pid()));
        environment.putAll(shared);
        environment.putAll(own);
        var log = folder.resolve("node-" + (number + 1) + ".log");
        var node = new NodeProcess(program.command(List.of("run")), environment, doors.get(0), doors.get(1), log);
        all.add(node);
        return node;
    }

    /** The nodes in the order in which they were added. */
    public List<NodeProcess> all() {
        return List.copyOf(all);
    }

    /** Starts them: the first alone, so that the others find it. */
    public void start() throws IOException, InterruptedException {
        all.getFirst().start().awaitReady();
        all.stream().skip(1).forEach(NodeProcess::start);
        for (var node : all) {
            node.awaitReady();
        }
    }

    /** Different ports that nobody listens on at this moment. */
    private static List<Integer> freePorts(int count) throws IOException {
        var open = new ArrayList<ServerSocket>();
        var ports = new LinkedHashSet<Integer>();
        try {
            while (ports.size() < count) {
                var socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"));
                open.add(socket);
                ports.add(socket.getLocalPort());
            }
        } finally {
            for (var socket : open) {
                socket.close();
            }
        }
        return List.copyOf(ports);
    }

    /** Stops all of them at once, in order each. */
    @Override
    public void close() throws InterruptedException {
        all.forEach(NodeProcess::terminate);
        for (var node : all) {
            node.stop();
        }
    }
}
