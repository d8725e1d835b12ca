package io.vertebra.kernel.module;

import io.vertebra.kernel.bus.Cluster;
import io.vertebra.kernel.bus.ServiceBus;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;

/** The doors of a node, an instance of each on every event loop. */
final class OpenDoors {
    private final Foundation on;
    private final Supplier<Collection<Cluster.Node>> nodes;
    private final List<Opened> all = new ArrayList<>();

    OpenDoors(Foundation on, Supplier<Collection<Cluster.Node>> nodes) {
        this.on = on;
        this.nodes = nodes;
    }

    /** A door that is to be opened. */
    record Plan(Supplier<Door> door, boolean admits) {}

    private record Opened(int loop, Door door) {}

    /** Opens these doors, one after the other, each first on the first event loop. */
    Future<?> open(List<Plan> doors) {
        Future<?> done = Future.succeededFuture();
        for (var door : doors) {
            for (int i = 0; i < on.loops().size(); i++) {
                int loop = i;
                done = done.compose(before -> on.loops().<Object>on(loop, () -> open(loop, door)));
            }
        }
        return done;
    }

    private Future<Object> open(int loop, Plan plan) {
        var door = plan.door().get();
        all.add(new Opened(loop, door));
        var bus = ServiceBus.ofDoor(on.board(), on.contracts(), door.name());
        door.asks().forEach(bus::declare);
        return door.open(new Way(on, loop, bus, plan.admits(), nodes)).mapEmpty();
    }

    /** Lets nobody in any more and succeeds when everybody inside is done. */
    Future<?> drain() {
        return each(Door::drain);
    }

    /** Closes every door. */
    Future<?> close() {
        return each(Door::close);
    }

    private Future<?> each(Function<Door, Future<?>> action) {
        var done = new ArrayList<Future<?>>();
        all.forEach(one -> done.add(
                on.loops().<Object>on(one.loop(), () -> action.apply(one.door()).mapEmpty())));
        return Future.join(done);
    }

    /** The names of doors that were opened. */
    Set<String> names() {
        return all.stream().map(one -> one.door().name()).collect(java.util.stream.Collectors.toSet());
    }
}
