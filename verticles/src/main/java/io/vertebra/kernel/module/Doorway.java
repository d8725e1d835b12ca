package io.vertebra.kernel.module;

import io.micrometer.core.instrument.MeterRegistry;
import io.vertebra.bus.Checks;
import io.vertebra.bus.Contracts;
import io.vertebra.bus.Operation;
import io.vertebra.kernel.bus.Bus;
import io.vertebra.kernel.bus.Cluster;
import io.vertebra.kernel.cache.Cache;
import io.vertebra.kernel.config.Configuration;
import io.vertebra.kernel.db.Refusals;
import io.vertebra.kernel.errors.ErrorBus;
import io.vertebra.kernel.events.EventLog;
import io.vertebra.kernel.health.Health;
import io.vertebra.kernel.mail.Postman;
import io.vertebra.kernel.telemetry.Telemetry;
import io.vertebra.kernel.vitals.Vitals;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.SqlClient;
import java.time.Clock;
import java.util.Collection;

/** What a door's {@link Door#open} works with. */
public interface Doorway {
    /** Which instance of the door this is, from 0; the first does what a node does only once. */
    int instance();

    /** How many instances of the door this node opens, one on each event loop. */
    int instances();

    /** The Vert.x instance. */
    Vertx vertx();

    /** All operations and events. */
    Contracts contracts();

    /** Whether clients are let in; a door of a node that lets nobody in serves health and metrics alone. */
    boolean admits();

    /** Whether the doors of this node serve an operation. */
    boolean serves(Operation operation);

    /** The checks of requests from outside. */
    Checks checks();

    /**
     * Asks domains: internal operations that the door declared as {@code service:<name>}, all others in the name of the
     * call's caller.
     */
    Bus bus();

    /** The whole configuration. */
    Configuration configuration();

    /** The pool of the kernel's own role. */
    SqlClient kernel();

    /** The records of refused attempts. */
    Refusals refusals();

    /** Where failures that nobody expected are reported. */
    ErrorBus errors();

    /** The event log. */
    EventLog events();

    /** Redis: limits and epochs. */
    Cache cache();

    /** What is well and what is not. */
    Health health();

    /** Meters and traces. */
    Telemetry telemetry();

    /** The meters. */
    default MeterRegistry meters() {
        return telemetry().meters();
    }

    /** How the nodes are and what they do. */
    Vitals vitals();

    /** Where mails go; the mailbox in dev. */
    Postman postman();

    /** The nodes of the platform; only this one without a cluster. */
    Collection<Cluster.Node> nodes();

    /** The name of this node. */
    String node();

    /** The clock of the platform. */
    Clock clock();
}
