package io.vertebra.kernel.module;

import io.vertebra.bus.Contracts;
import io.vertebra.bus.Json;
import io.vertebra.kernel.bus.Bus;
import io.vertebra.kernel.bus.Cluster;
import io.vertebra.kernel.bus.ServiceBus;
import io.vertebra.kernel.config.AppSettings;
import io.vertebra.kernel.config.Configuration;
import io.vertebra.kernel.config.Role;
import io.vertebra.kernel.db.Db;
import io.vertebra.kernel.health.Health;
import io.vertebra.kernel.telemetry.Build;
import io.vertebra.kernel.telemetry.Telemetry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One node of the platform, from its start to its end. Starts in the order in which one part needs the other (database,
 * cache, domains, doors) and stops in the opposite one, letting what runs finish first.
 */
public final class Platform {
    /** Stands for every domain and door. */
    public static final String ALL = "all";

    /** The shared map of Vert.x in which doors say on which port they listen. */
    public static final String PORTS = "vertebra.ports";

    private static final Logger LOG = LoggerFactory.getLogger(Platform.class);
    private static final String PROGRAM = "launcher";

    private final Foundation foundation;
    private final Modules modules;
    private final Residents residents;
    private final OpenDoors doors;
    private final Instant since;
    private final String node;
    private final Set<String> doorNames = new TreeSet<>();

    private Platform(Foundation foundation, Modules modules) {
        this.foundation = foundation;
        this.modules = modules;
        this.residents = new Residents(foundation, modules);
        this.doors = new OpenDoors(foundation, this::nodes);
        this.since = foundation.clock().instant();
        this.node = foundation.node();
    }

    /**
     * What is started.
     *
     * @param configuration what varies
     * @param verticles the names of the domains and doors that the node carries, or {@code all}
     * @param domains makes the instances of each domain that exists
     * @param doors makes the instances of each door that exists
     * @param clock the time
     */
    public record Plan(
            Configuration configuration,
            Set<String> verticles,
            List<Supplier<Domain>> domains,
            List<Supplier<Door>> doors,
            Clock clock) {

        /** What the class path offers. */
        public static Plan of(Configuration configuration, Set<String> verticles) {
            List<Supplier<Door>> doors = ServiceLoader.load(Door.class).stream()
                    .<Supplier<Door>>map(provider -> provider::get)
                    .toList();
            return new Plan(configuration, verticles, Modules.discover(), doors, Clock.systemUTC());
        }

        private Set<Role> roles() {
            return configuration.section("app", AppSettings.class).roles();
        }

        private boolean names(String verticle) {
            return verticles.contains(ALL) || verticles.contains(verticle);
        }

        boolean carries(String domain) {
            return Role.any(roles(), Role::needsDomains) && names(domain);
        }

        boolean opens(String door) {
            return Role.any(roles(), Role::opensDoors) && names(door);
        }
    }

    /** Starts a node with what the class path offers; fails in words that say what to mend. */
    public static Future<Platform> start(Configuration configuration, Set<String> verticles) {
        return start(Plan.of(configuration, verticles));
    }

    /** Starts a node. */
    public static Future<Platform> start(Plan plan) {
        try {
            var app = plan.configuration().section("app", AppSettings.class);
            var health = new Health(plan.clock());
            var modules = Modules.of(plan.domains(), health, plan::carries);
            var known = new LinkedHashSet<>(Contracts.load().interfaces());
            known.addAll(modules.contracts());
            var contracts = Contracts.of(known);
            checkNames(plan, modules);
            var node = app.nodeName();
            var telemetry = Telemetry.start(plan.configuration(), node);
            var ground =
                    new Foundation.Ground(plan.configuration(), app, node, plan.clock(), telemetry, health, contracts);
            return Foundation.lay(ground).compose(laid -> new Platform(laid, modules).open(plan));
        } catch (RuntimeException e) {
            return Future.failedFuture(e);
        }
    }

    private static void checkNames(Plan plan, Modules modules) {
        var known = new TreeSet<>(modules.known());
        plan.doors().forEach(door -> known.add(door.get().name()));
        var unknown = new ArrayList<String>();
        for (var name : plan.configuration().section("app", AppSettings.class).serves()) {
            if (!name.equals(ALL) && !modules.known().contains(name)) {
                unknown.add(
                        "There is no domain " + name + " to serve; there are " + String.join(", ", modules.known()));
            }
        }
        for (var name : plan.verticles()) {
            if (!name.equals(ALL) && !known.contains(name)) {
                unknown.add("There is no verticle " + name + "; there are " + String.join(", ", known));
            }
        }
        if (!unknown.isEmpty()) {
            throw new Unresolved(unknown);
        }
    }

    private Future<Platform> open(Plan plan) {
        var opened = new ArrayList<OpenDoors.Plan>();
        for (var door : plan.doors()) {
            var one = door.get();
            boolean admits = plan.opens(one.name());
            if (admits || one.manages()) {
                opened.add(new OpenDoors.Plan(door, admits));
            }
            if (admits) {
                doorNames.add(one.name());
            }
        }
        Promise<Platform> ready = Promise.promise();
        Future.future(checked -> {
                    refuseDiffering();
                    checked.handle(Future.succeededFuture());
                })
                .compose(agreed -> foundation.open(modules.names()))
                .compose(open -> residents.start())
                .compose(running -> announce())
                .compose(announced -> doors.open(opened))
                .onSuccess(open -> {
                    foundation.health().started();
                    foundation.vitals().start();
                    ready.complete(this);
                })
                .onFailure(failure -> giveUp(failure, ready));
        return ready.future();
    }

    /** Tells the failure on no context of Vert.x: after the stop there is none left. */
    private void giveUp(Throwable failure, Promise<Platform> ready) {
        stop().onComplete(stopped -> ready.fail(failure));
    }

    private Future<Void> announce() {
        var remote = foundation.remote();
        return remote == null ? Future.succeededFuture() : remote.announce(offer());
    }

    private Cluster.Offer offer() {
        var roles = foundation.app().roles();
        var answering = Role.any(roles, Role::answers) ? Set.copyOf(modules.names()) : Set.<String>of();
        var words = roles.stream().map(Json::name).collect(Collectors.toSet());
        return new Cluster.Offer(answering, doorNames, words, foundation.loops().size(), version());
    }

    /** Of a domain every node runs the same number of instances; what others run in another number is left to them. */
    private void refuseDiffering() {
        var cluster = foundation.cluster();
        int instances = foundation.loops().size();
        if (cluster == null || !Role.any(foundation.app().roles(), Role::answers)) {
            return;
        }
        var sentences = new LinkedHashSet<String>();
        for (var domain : List.copyOf(modules.names())) {
            var other = cluster.differing(domain, instances);
            if (other != null) {
                var sentence =
                        "The node %s runs %d instances of %s and this one would run %d: set app.event-loops to %2$d"
                                .formatted(other.name(), other.instances(), domain, instances);
                modules.refuse(domain, "refused: " + sentence);
                sentences.add(sentence);
                LOG.error("{} is not carried here. {}", domain, sentence);
            }
        }
        if (!sentences.isEmpty() && modules.names().isEmpty()) {
            throw new Unresolved(List.copyOf(sentences));
        }
    }

    /** The version of the program. */
    public static String version() {
        return Build.current().version();
    }

    /**
     * Stops in order: not ready, no new work, what runs is finished, everything is closed. The future is of no context:
     * after the stop no event loop is left that could tell of it.
     */
    public Future<Void> stop() {
        var app = foundation.app();
        foundation.health().drain();
        var cluster = foundation.cluster();
        Promise<Void> stopped = Promise.promise();
        after(app.drainDelay().toMillis())
                .compose(noticed -> cluster == null ? Future.succeededFuture() : cluster.retire())
                .transform(retired -> within(app.drainTimeout().toMillis(), drain()))
                .transform(drained -> quietly("doors", doors.close()))
                .onComplete(closed -> {
                    foundation.board().close();
                    quietly("foundation", foundation.close()).onComplete(stopped);
                });
        return stopped.future();
    }

    private Future<?> drain() {
        return doors.drain()
                .transform(left -> residents.stop())
                .transform(stopped -> foundation.board().drain());
    }

    private Future<Void> after(long millis) {
        return millis <= 0
                ? Future.succeededFuture()
                : foundation.vertx().timer(millis, TimeUnit.MILLISECONDS).mapEmpty();
    }

    private Future<Void> within(long millis, Future<?> done) {
        Promise<Void> first = Promise.promise();
        long timer = foundation.vertx().setTimer(Math.max(1, millis), late -> {
            LOG.warn("Not everything was finished within {} ms", millis);
            first.tryComplete();
        });
        done.onComplete(ended -> {
            foundation.vertx().cancelTimer(timer);
            first.tryComplete();
        });
        return first.future();
    }

    private static Future<Void> quietly(String what, Future<?> done) {
        return done.<Void>mapEmpty().recover(failure -> {
            LOG.warn("The {} did not close in order: {}", what, failure.getMessage());
            return Future.succeededFuture();
        });
    }

    /** Asks in the name of the program itself; only internal operations, any of them. */
    public Bus bus() {
        return ServiceBus.ofProgram(foundation.board(), foundation.contracts(), PROGRAM);
    }

    /** All operations and events. */
    public Contracts contracts() {
        return foundation.contracts();
    }

    /** What is well and what is not. */
    public Health health() {
        return foundation.health();
    }

    /** Meters and traces. */
    public Telemetry telemetry() {
        return foundation.telemetry();
    }

    /** The database. */
    public Db db() {
        return foundation.db();
    }

    /** Vert.x. */
    public Vertx vertx() {
        return foundation.vertx();
    }

    /** Where mails go; the mailbox in dev. */
    public io.vertebra.kernel.mail.Postman postman() {
        return foundation.postman();
    }

    /** The port on which a door listens. */
    public int port(String door) {
        var port = foundation
                .vertx()
                .sharedData()
                .<String, Integer>getLocalMap(PORTS)
                .get(door);
        if (port == null) {
            throw new IllegalStateException("The door " + door + " does not listen on this node");
        }
        return port;
    }

    /** The nodes of the platform; only this one without a cluster. */
    public Collection<Cluster.Node> nodes() {
        var cluster = foundation.cluster();
        return cluster == null ? List.of(offer().of(node, node, since)) : cluster.nodes();
    }
}
