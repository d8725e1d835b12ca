package io.vertebra.kernel.bus;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertebra.bus.Call;
import io.vertebra.bus.Contracts;
import io.vertebra.bus.Operation;
import io.vertebra.bus.Problem;
import io.vertebra.bus.Problems;
import io.vertebra.bus.Request;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import java.time.Clock;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The bus of one node. What the node carries is answered here, by the station on the asker's own event loop when there
 * is one: the same instance of the request, no serialization, no change of thread. Everything else goes to another
 * node.
 */
public final class Switchboard implements Bus {
    /** How many asks of one domain run at once on one node; more are refused at once. */
    public static final int MAX_IN_FLIGHT = 4096;

    private final Vertx vertx;
    private final Contracts contracts;
    private final Clock clock;
    private final MeterRegistry meters;
    private final Map<Class<?>, Target> targets = new HashMap<>();
    private final Map<String, List<Station>> stations = new ConcurrentHashMap<>();
    private Watch watch = Watch.NOBODY;
    private @Nullable Remote remote;

    /** The switchboard of a node that stands alone until {@link #join}. */
    public Switchboard(Vertx vertx, Contracts contracts, Clock clock, MeterRegistry meters) {
        this.vertx = vertx;
        this.contracts = contracts;
        this.clock = clock;
        this.meters = meters;
        for (var operation : contracts.operations()) {
            targets.put(operation.type(), new Target(operation, meters));
        }
    }

    /** Connects this node with the others; before any station opens. */
    public void join(Remote others) {
        remote = others;
    }

    /** Lets somebody look on; before any station opens. */
    public void watched(Watch by) {
        watch = by;
    }

    @Override
    public <R> Future<R> ask(Call call, Request<R> request) {
        Future<R> answer = dispatch(call, request);
        return call.idempotencyKey() == null ? answer : answer.map(Switchboard::unwrapped);
    }

    @Override
    public <R> Future<Answered<R>> answer(Call call, Request<R> request) {
        return this.<R>dispatch(call, request).map(Switchboard::wrapped);
    }

    /** A kept answer comes wrapped, any other as it is; only calls with a key can get a kept one. */
    @SuppressWarnings("unchecked")
    private static <R> R unwrapped(R answer) {
        return answer instanceof Answered<?> kept ? (R) kept.answer() : answer;
    }

    @SuppressWarnings("unchecked")
    private static <R> Answered<R> wrapped(R answer) {
        return answer instanceof Answered<?> kept ? (Answered<R>) kept : new Answered<>(answer, false);
    }

    private <R> Future<R> dispatch(Call call, Request<R> request) {
        var target = targets.get(request.getClass());
        if (target == null) {
            throw new IllegalArgumentException(request.getClass().getName() + " is no operation of any contract");
        }
        if (call.deadline() <= clock.millis()) {
            return Future.failedFuture(Problem.of(Problems.DEADLINE_EXCEEDED, "The deadline had passed already."));
        }
        var here = target.stations();
        if (here.length > 0) {
            return askHere(target, here, call, request);
        }
        if (remote == null) {
            return Future.failedFuture(away(target.operation()));
        }
        return remote.ask(target, call, request);
    }

    static Problem away(Operation operation) {
        return Problem.of(Problems.UNAVAILABLE, "No node carries " + operation.domain() + " at the moment.")
                .with("retryAfter", 1);
    }

    private <R> Future<R> askHere(Target target, Station[] here, Call call, Request<R> request) {
        var current = ContextInternal.current();
        for (var station : here) {
            if (station.isHere(current)) {
                return station.serve(target, call, request);
            }
        }
        Promise<R> promise = current == null ? Promise.promise() : current.promise();
        var station = target.next(here);
        station.context().duplicate().runOnContext(there -> station.serve(target, call, request)
                .onComplete(promise));
        return promise.future();
    }

    /**
     * Opens a station of a domain on the current context: one for each instance.
     *
     * @param instances how many instances the domain has on this node
     */
    public Station open(String domain, int instances, Map<Operation, Answerer> answerers) {
        var station = new Station(domain, vertx, clock, watch, Math.max(1, MAX_IN_FLIGHT / instances), answerers);
        synchronized (stations) {
            var all = stations.get(domain);
            if (all == null) {
                all = List.of(station);
                Gauge.builder("bus.in.flight", this, board -> board.inFlight(domain))
                        .description("Asks that run now")
                        .tag("domain", domain)
                        .register(meters);
            } else {
                var more = Arrays.copyOf(all.toArray(new Station[0]), all.size() + 1);
                more[all.size()] = station;
                all = List.of(more);
            }
            publish(domain, all);
        }
        if (remote != null) {
            remote.listen(domain, station);
        }
        return station;
    }

    /** Takes no more asks of any domain and answers when all that ran have ended. */
    public Future<Void> drain() {
        return Future.join(stations.values().stream()
                        .flatMap(List::stream)
                        .map(Station::drain)
                        .toList())
                .mapEmpty();
    }

    /** Closes all stations. */
    public void close() {
        synchronized (stations) {
            stations.values().forEach(all -> all.forEach(Station::close));
            List.copyOf(stations.keySet()).forEach(domain -> publish(domain, List.of()));
        }
    }

    /** How many asks of a domain run on this node now. */
    public int inFlight(String domain) {
        return stations.getOrDefault(domain, List.of()).stream()
                .mapToInt(Station::inFlight)
                .sum();
    }

    Target target(Operation operation) {
        var found = targets.get(operation.type());
        if (found == null) {
            throw new IllegalArgumentException(operation + " is of another registry");
        }
        return found;
    }

    private void publish(String domain, List<Station> all) {
        stations.put(domain, all);
        var array = all.toArray(new Station[0]);
        for (var operation : contracts.operationsOf(domain)) {
            target(operation).stations(array);
        }
    }
}
