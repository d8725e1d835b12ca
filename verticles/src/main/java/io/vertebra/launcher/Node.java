package io.vertebra.launcher;

import io.vertebra.bus.Call;
import io.vertebra.bus.Caller;
import io.vertebra.bus.Json;
import io.vertebra.bus.Request;
import io.vertebra.kernel.config.AppSettings;
import io.vertebra.kernel.config.Configuration;
import io.vertebra.kernel.config.HttpSettings;
import io.vertebra.kernel.config.LiveSettings;
import io.vertebra.kernel.config.Role;
import io.vertebra.kernel.config.TelemetrySettings;
import io.vertebra.kernel.module.Platform;
import io.vertebra.kernel.telemetry.Logging;
import io.vertx.core.Future;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** The platform inside this process, from its start to its orderly end. */
final class Node implements AutoCloseable {
    private static final Duration START_MAX = Duration.ofMinutes(10);
    private static final Duration ASK_MAX = Duration.ofSeconds(30);
    private static final Duration BEYOND_DRAIN = Duration.ofSeconds(15);

    private final Platform platform;
    private final Duration stopMax;

    private Node(Platform platform, Duration stopMax) {
        this.platform = platform;
        this.stopMax = stopMax;
    }

    /** Starts these verticles ({@code all} for every one) and answers when the node is ready. */
    static Node start(Configuration configuration, Set<String> verticles) throws Exception {
        var app = configuration.section("app", AppSettings.class);
        log(configuration);
        var platform = await(Platform.start(configuration, verticles), START_MAX);
        return new Node(platform, app.drainDelay().plus(app.drainTimeout()).plus(BEYOND_DRAIN));
    }

    /** Logs as the configuration says from now on. */
    static void log(Configuration configuration) {
        var service =
                configuration.section("telemetry", TelemetrySettings.class).serviceName();
        Logging.start(
                configuration,
                service,
                configuration.section("app", AppSettings.class).nodeName());
    }

    /** A node that serves nobody and carries only these domains, for a verb that asks something and ends. */
    static Node worker(Configuration configuration, Set<String> domains) throws Exception {
        var quiet = configuration.with("logger.output", "stderr").with("logger.level", "warn");
        return start(
                quiet.with("cluster.enabled", "false").with("app.roles", "core").with("http.management-port", "0"),
                domains);
    }

    /** Where verticles were named on the command line, these; else those of the configuration. */
    static Set<String> verticles(Configuration configuration, @Nullable Set<String> named) {
        return named == null ? configuration.section("app", AppSettings.class).verticles() : named;
    }

    /** Fails with one sentence when a port that the doors need is taken. */
    static void checkPorts(Configuration configuration, Set<String> verticles, String option) {
        if (!Role.any(configuration.section("app", AppSettings.class).roles(), Role::opensDoors)) {
            return;
        }
        var tcp = configuration.section("live", LiveSettings.class).tcp();
        if (tcp.enabled() && (verticles.contains("all") || verticles.contains("live"))) {
            Ports.mustBeFree(tcp.host(), tcp.port(), "VERTEBRA_LIVE_TCP_PORT");
        }
        if (verticles.contains("all") || verticles.contains("http")) {
            var http = configuration.section("http", HttpSettings.class);
            Ports.mustBeFree(http.host(), http.port(), option);
            if (http.managementPort() != 0) {
                Ports.mustBeFree(http.managementHost(), http.managementPort(), "VERTEBRA_HTTP_MANAGEMENT_PORT");
            }
        }
    }

    /** Asks an operation by its name, as the platform's own service {@code launcher}. */
    Object ask(String operation, Map<String, ?> components) throws Exception {
        return ask(operation, components, ASK_MAX);
    }

    /** The same with an answer that may take this long. */
    Object ask(String operation, Map<String, ?> components, Duration longest) throws Exception {
        var contract = platform.contracts().operation(operation);
        if (contract == null) {
            throw new IllegalArgumentException("There is no operation " + operation);
        }
        Request<?> request = Json.strict().convertValue(components, contract.type());
        long deadline = Clock.systemUTC().millis() + longest.toMillis();
        var call = Call.inside(Caller.service("launcher"), deadline);
        return await(platform.bus().ask(call, request), longest);
    }

    /**
     * Stays until the process is told to end (SIGINT, SIGTERM, or the death of the script that watches the sources),
     * then stops the node and after it whatever else is given, in order.
     */
    void serve(AutoCloseable... then) throws InterruptedException {
        var all = new ArrayList<AutoCloseable>(List.of(then));
        all.addFirst(this);
        untilEnd(all.toArray(AutoCloseable[]::new));
    }

    /** Stays until the process is told to end, then closes these, in order. */
    static void untilEnd(AutoCloseable... inOrder) throws InterruptedException {
        var stopped = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> end(stopped, inOrder), "stop"));
        followParent();
        stopped.await();
    }

    @Override
    public void close() {
        try {
            await(platform.stop(), stopMax);
        } catch (Exception e) {
            org.slf4j.LoggerFactory.getLogger(Node.class).warn("The node did not stop in order", e);
        }
    }

    private static void end(CountDownLatch stopped, AutoCloseable... inOrder) {
        for (var next : inOrder) {
            try {
                next.close();
            } catch (Exception e) {
                org.slf4j.LoggerFactory.getLogger(Node.class).warn("Not stopped in order: {}", next, e);
            }
        }
        Logging.stop();
        stopped.countDown();
    }

    /** Whoever started this process cannot stop it once it is killed itself: the child watches its parent. */
    private static void followParent() {
        var parent = System.getenv("VERTEBRA_PARENT");
        if (parent != null) {
            ProcessHandle.of(Long.parseLong(parent))
                    .ifPresentOrElse(handle -> handle.onExit().thenRunAsync(Node::exit, Node::aside), Node::exit);
        }
    }

    private static void exit() {
        Runtime.getRuntime().exit(1);
    }

    /** On a thread of its own: the exit waits for hooks that need the common pool. */
    private static void aside(Runnable work) {
        new Thread(work, "parent-watch").start();
    }

    private static <T> T await(Future<T> future, Duration patience) throws Exception {
        try {
            return future.toCompletionStage().toCompletableFuture().get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        } catch (TimeoutException e) {
            throw new CannotStart("This took longer than " + patience.toSeconds() + " seconds.");
        }
    }
}
