package io.vertebra.kernel.module;

import io.micrometer.core.instrument.MeterRegistry;
import io.vertebra.bus.Event;
import io.vertebra.bus.EventType;
import io.vertebra.bus.Operation;
import io.vertebra.bus.Problem;
import io.vertebra.bus.Request;
import io.vertebra.kernel.bus.Answered;
import io.vertebra.kernel.bus.Answerer;
import io.vertebra.kernel.bus.Bus;
import io.vertebra.kernel.bus.ServiceBus;
import io.vertebra.kernel.db.Action;
import io.vertebra.kernel.db.DomainDb;
import io.vertebra.kernel.db.Work;
import io.vertebra.kernel.events.From;
import io.vertebra.kernel.jobs.Schedule;
import io.vertebra.kernel.mail.Postman;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.net.URI;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import javax.crypto.SecretKey;
import org.jspecify.annotations.Nullable;

/** What one instance of a domain said when it was opened, and what is wrong with it. */
final class Wired implements Wiring {
    private final String domain;
    private final Kit kit;
    private final Supplier<DomainDb> db;
    private final ServiceBus bus;
    private final Map<Operation, Answerer> answerers = new LinkedHashMap<>();
    private final Map<String, Problem> constraints = new LinkedHashMap<>();
    private final List<Following<?>> followings = new ArrayList<>();
    private final List<Repeated> jobs = new ArrayList<>();
    private final Set<Operation> asked = new LinkedHashSet<>();
    private final List<String> faults = new ArrayList<>();

    Wired(String domain, Kit kit, Supplier<DomainDb> db) {
        this.domain = domain;
        this.kit = kit;
        this.db = db;
        this.bus = ServiceBus.ofDomain(kit.bus(), kit.contracts(), domain);
    }

    /** An event that is followed. */
    record Following<E extends Event>(String reader, EventType type, Class<E> event, From from, Follower<E> handler) {}

    /** A job. */
    record Repeated(String name, Schedule schedule, Job job) {}

    Map<Operation, Answerer> answerers() {
        return answerers;
    }

    List<Following<?>> followings() {
        return followings;
    }

    List<Repeated> jobs() {
        return jobs;
    }

    /** What the violation of a constraint stands for. */
    Map<String, Problem> constraints() {
        return constraints;
    }

    /** The operations of other domains that this one asks. */
    Set<Operation> asked() {
        return asked;
    }

    /** What is wrong with the wiring, one sentence each; to be called when the domain said everything. */
    List<String> faults() {
        var all = new ArrayList<>(faults);
        for (var operation : kit.contracts().operationsOf(domain)) {
            if (!answerers.containsKey(operation)) {
                all.add(operation + " has no handler");
            }
        }
        return all;
    }

    @Override
    public <R, Q extends Request<R>> Wiring read(Class<Q> type, Reader<Q, R> handler) {
        var operation = operation(type);
        if (operation != null) {
            if (operation.route() == null && operation.mutation()) {
                faults.add(operation + " says @Internal(changes = true), but is only read");
            }
            bind(operation, (call, request) -> db.get().read(call, read -> handler.read(read, type.cast(request))));
        }
        return this;
    }

    @Override
    public <R, Q extends Request<R>> Wiring ask(Class<Q> type, Writer<Q, R> handler) {
        var operation = operation(type);
        if (operation != null && changes(operation)) {
            var action = Action.of(operation);
            bind(
                    operation,
                    (call, request) -> plain(
                            db.get().work(call, action, request, work -> handler.write(work, type.cast(request)))));
        }
        return this;
    }

    @Override
    public <R, Q extends Request<R>, P> Wiring ask(
            Class<Q> type, Preparation<Q, P> prepare, PreparedWriter<Q, P, R> handler) {
        var operation = operation(type);
        if (operation != null && changes(operation)) {
            var action = Action.of(operation);
            bind(
                    operation,
                    (call, request) -> plain(db.get()
                            .work(
                                    call,
                                    action,
                                    request,
                                    read -> prepare.prepare(read, type.cast(request)),
                                    (Work work, P prepared) -> handler.write(work, type.cast(request), prepared))));
        }
        return this;
    }

    /** Only a kept answer stays wrapped. */
    private static Future<?> plain(Future<? extends Answered<?>> answered) {
        return answered.map(answer -> answer.replayed() ? answer : answer.answer());
    }

    @Override
    public Wiring constraint(String name, Problem problem) {
        constraints.put(name, problem);
        return this;
    }

    private @Nullable Operation operation(Class<?> type) {
        Operation operation;
        try {
            operation = kit.contracts().operation(type);
        } catch (IllegalArgumentException e) {
            faults.add(domain + " answers " + type.getName() + ", which is no operation of any contract");
            return null;
        }
        if (!operation.domain().equals(domain)) {
            faults.add(domain + " answers " + operation + ", which belongs to " + operation.domain());
            return null;
        }
        return operation;
    }

    private boolean changes(Operation operation) {
        boolean upkeep = operation.internal() && operation.unlogged() != null;
        if (!operation.mutation() && !upkeep) {
            faults.add(operation + " is bound as a change, but its contract says that it only reads"
                    + (operation.internal() ? ": say @Internal(changes = true)" : ""));
        }
        return true;
    }

    private void bind(Operation operation, Answerer answerer) {
        if (answerers.put(operation, answerer) != null) {
            faults.add(operation + " has two handlers");
        }
    }

    @Override
    public <E extends Event> Wiring follow(String reader, Class<E> event, From from, Follower<E> handler) {
        try {
            followings.add(new Following<>(reader, kit.contracts().event(event), event, from, handler));
        } catch (IllegalArgumentException e) {
            faults.add(domain + " follows " + event.getName() + ", which no contract declares");
        }
        return this;
    }

    @Override
    public Wiring every(String job, Schedule schedule, Job handler) {
        if (jobs.stream().anyMatch(other -> other.name().equals(job))) {
            faults.add(domain + " has two jobs " + job);
        }
        jobs.add(new Repeated(job, schedule, handler));
        return this;
    }

    @Override
    public Wiring asks(Class<?>... operations) {
        for (var type : operations) {
            try {
                bus.declare(type);
                asked.add(kit.contracts().operation(type));
            } catch (IllegalArgumentException e) {
                faults.add(domain + " asks " + type.getName() + ", which is no operation of any contract");
            }
        }
        return this;
    }

    @Override
    public <T extends Record> T config(Class<T> type) {
        return kit.configuration().section(domain, type);
    }

    @Override
    public SecretKey key(String purpose) {
        return kit.master().key(domain, purpose);
    }

    @Override
    public String appName() {
        return kit.appName();
    }

    @Override
    public URI publicUrl() {
        return kit.publicUrl();
    }

    @Override
    public Postman postman() {
        return kit.postman();
    }

    @Override
    public Bus bus() {
        return bus;
    }

    @Override
    public Vertx vertx() {
        return kit.vertx();
    }

    @Override
    public Clock clock() {
        return kit.clock();
    }

    @Override
    public MeterRegistry meters() {
        return kit.telemetry().meters();
    }
}
