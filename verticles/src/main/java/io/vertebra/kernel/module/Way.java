package io.vertebra.kernel.module;

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
import java.util.function.Supplier;

/** What one instance of a door works with. */
record Way(Foundation on, int instance, Bus bus, boolean admits, Supplier<Collection<Cluster.Node>> others)
        implements Doorway {
    @Override
    public int instances() {
        return on.loops().size();
    }

    @Override
    public Vertx vertx() {
        return on.vertx();
    }

    @Override
    public Contracts contracts() {
        return on.contracts();
    }

    @Override
    public boolean serves(Operation operation) {
        var served = on.app().serves();
        return served.contains(Platform.ALL) || served.contains(operation.domain());
    }

    @Override
    public Checks checks() {
        return on.checks();
    }

    @Override
    public Configuration configuration() {
        return on.configuration();
    }

    @Override
    public SqlClient kernel() {
        return on.db().kernel();
    }

    @Override
    public Refusals refusals() {
        return on.db().refusals();
    }

    @Override
    public ErrorBus errors() {
        return on.errors();
    }

    @Override
    public EventLog events() {
        return on.log();
    }

    @Override
    public Cache cache() {
        return on.cache();
    }

    @Override
    public Health health() {
        return on.health();
    }

    @Override
    public Telemetry telemetry() {
        return on.telemetry();
    }

    @Override
    public Postman postman() {
        return on.postman();
    }

    @Override
    public Vitals vitals() {
        return on.vitals();
    }

    @Override
    public String node() {
        return on.node();
    }

    @Override
    public Collection<Cluster.Node> nodes() {
        return others.get();
    }

    @Override
    public Clock clock() {
        return on.clock();
    }
}
