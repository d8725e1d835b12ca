package io.vertebra.kernel.db;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.vertebra.bus.Contracts;
import io.vertebra.bus.Event;
import io.vertebra.bus.Json;
import io.vertebra.kernel.config.DatabaseSettings;
import io.vertebra.kernel.health.Breaker;
import io.vertebra.kernel.health.Part;
import io.vertebra.kernel.telemetry.Meters;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnection;
import io.vertx.sqlclient.SqlClient;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The node's way to PostgreSQL: the connections of each domain's login role, under one budget. Opens no connection for
 * a role before it is used.
 */
public final class Db {
    private static final Logger LOG = LoggerFactory.getLogger(Db.class);
    /** The role of the kernel's own statements. */
    public static final String KERNEL = "kernel";

    private static final int WAITING_MAX = 1_024;
    private static final long REPLIES_KEPT_HOURS = 24;
    private static final long FORGET_PERIOD_MS = TimeUnit.MINUTES.toMillis(10);

    /**
     * What the database works with.
     *
     * @param secret the master secret that the roles' passwords are derived from
     * @param loops how many event loops work for each domain
     * @param contracts all operations and events
     * @param breaker the circuit breaker, see {@link #breaker}
     */
    public record Surroundings(
            Vertx vertx,
            DatabaseSettings settings,
            String secret,
            int loops,
            Clock clock,
            MeterRegistry meters,
            Contracts contracts,
            Breaker breaker) {}

    private final Surroundings around;
    private final Pools.Rules rules;
    private final Map<String, DomainDb> domains = new ConcurrentHashMap<>();
    private final Refusals refusals;
    private final long forgetting;
    private volatile Function<Map<UUID, Long>, Future<Void>> onTouched = raised -> Future.succeededFuture();
    private volatile Consumer<List<String>> onEmitted = types -> {};
    private final Counter appended;

    private Db(Surroundings around, Collection<String> names) {
        this.around = around;
        this.appended = Counter.builder(Meters.EVENTS_APPENDED)
                .description("Events that were appended to the log")
                .register(around.meters());
        var settings = around.settings();
        this.rules = new Pools.Rules(
                Budget.of(settings, around.loops(), names.size() + 1),
                settings.preparedStatements() ? settings.pipeline() : 1,
                WAITING_MAX,
                settings.acquireTimeout(),
                Connecting.transport(settings));
        names.forEach(this::register);
        register(KERNEL);
        this.refusals = new Refusals(domain(KERNEL), around.clock(), around.meters());
        this.forgetting = around.vertx().setPeriodic(FORGET_PERIOD_MS, tick -> forgetReplies());
    }

    /**
     * Opens the database for these domains. Fails in one sentence when it does not answer or when the budget does not
     * fit it.
     */
    public static Future<Db> open(Surroundings around, Collection<String> domains) {
        var kernel = Roles.of(KERNEL);
        var options = Connecting.options(around.settings(), kernel, Roles.password(around.secret(), kernel));
        return PgConnection.connect(around.vertx(), options)
                .compose(connection ->
                        Budget.check(connection, around.settings()).eventually(connection::close))
                .map(checked -> new Db(around, domains));
    }

    /** The circuit breaker before the database; it keeps this part of the node's health. */
    public static Breaker breaker(Part part, DatabaseSettings settings) {
        return new Breaker("The database", part, settings.breakerFailures(), settings.breakerReset(), Failures::outage);
    }

    private void register(String domain) {
        var role = Roles.of(domain);
        var options = Connecting.options(around.settings(), role, Roles.password(around.secret(), role));
        domains.computeIfAbsent(
                domain, name -> new DomainDb(this, name, new Pools(around.vertx(), name, options, rules)));
    }

    /** The database as this domain sees it. */
    public DomainDb domain(String name) {
        var domain = domains.get(name);
        if (domain == null) {
            throw new IllegalArgumentException("The database was not opened for the domain " + name + ".");
        }
        return domain;
    }

    /** The kernel's own pipelined connections. */
    public SqlClient kernel() {
        return domain(KERNEL).client();
    }

    /** The records of refused attempts. */
    public Refusals refusals() {
        return refusals;
    }

    /** Whether the database answers. */
    public Future<Void> ping() {
        return kernel().query("SELECT 1").execute().mapEmpty();
    }

    /** What makes raised epochs known to every node: after COMMIT, before the answer. */
    public void onTouched(Function<Map<UUID, Long>, Future<Void>> push) {
        onTouched = push;
    }

    /** What wakes the readers of the event log: after the COMMIT of a transaction with events of these types. */
    public void onEmitted(Consumer<List<String>> wake) {
        onEmitted = wake;
    }

    Future<?> committed(Map<UUID, Long> raised, List<Event> emitted) {
        if (!emitted.isEmpty()) {
            appended.increment(emitted.size());
            onEmitted.accept(emitted.stream()
                    .map(event -> contracts().event(event.getClass()).name())
                    .distinct()
                    .toList());
        }
        if (raised.isEmpty()) {
            return Future.succeededFuture();
        }
        return onTouched
                .apply(raised)
                .onFailure(failure -> LOG.warn("Raised epochs were not pushed yet: {}", failure.getMessage()));
    }

    DomainDb.Timeouts timeouts(long deadline) {
        long left = Math.max(1, deadline - around.clock().millis());
        long statement = Math.min(left, around.settings().statementTimeout().toMillis());
        long lock = Math.min(left, around.settings().lockTimeout().toMillis());
        return new DomainDb.Timeouts(Long.toString(statement), Long.toString(lock));
    }

    Timer timer(String domain, String kind) {
        return Timer.builder(Meters.DATABASE_QUERY)
                .description("Statements and transactions, from asking to their end")
                .tag("domain", domain)
                .tag("kind", kind)
                .register(around.meters());
    }

    void gauge(String domain, LongAdder active) {
        Gauge.builder(Meters.DATABASE_CONNECTIONS, active, LongAdder::sum)
                .description("Connections that a transaction holds")
                .tag("pool", domain)
                .register(around.meters());
        Gauge.builder(Meters.DATABASE_CONNECTIONS_MAX, rules.budget(), Budget::ofRole)
                .description("Connections that transactions may open")
                .tag("pool", domain)
                .register(around.meters());
    }

    private void forgetReplies() {
        var before = around.clock().instant().minus(REPLIES_KEPT_HOURS, java.time.temporal.ChronoUnit.HOURS);
        kernel().preparedQuery("SELECT kernel.forget_replies($1)")
                .execute(Statements.tuple(new Object[] {before}))
                .onSuccess(rows -> {
                    if (rows.iterator().next().getLong(0) > 0) {
                        forgetReplies();
                    }
                })
                .onFailure(failure -> LOG.warn("Old replies were not forgotten: {}", failure.getMessage()));
    }

    Vertx vertx() {
        return around.vertx();
    }

    Clock clock() {
        return around.clock();
    }

    ObjectMapper json() {
        return Json.tolerant();
    }

    Contracts contracts() {
        return around.contracts();
    }

    Breaker breaker() {
        return around.breaker();
    }

    /** Closes every connection. */
    public Future<Void> close() {
        around.vertx().cancelTimer(forgetting);
        return refusals.close().compose(flushed -> {
            var closing = new ArrayList<Future<?>>();
            domains.values().forEach(domain -> closing.add(domain.close()));
            return Future.join(closing).mapEmpty();
        });
    }
}
