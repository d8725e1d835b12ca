package io.vertebra.door;

import io.vertebra.bus.Call;
import io.vertebra.contract.Access;
import io.vertebra.kernel.bus.Bus;
import io.vertx.core.Future;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The platform's policy values that the doors keep, as long as their epoch does not grow; for one event loop. */
final class Policies {
    /** The values of one epoch. */
    record Values(long epoch, Map<String, Access.PolicyValue> byName) {
        /** The value of this name. */
        long get(String name) {
            return Objects.requireNonNull(byName.get(name), name).value();
        }
    }

    private final Bus bus;
    private @Nullable Values known;
    private @Nullable Future<Values> asking;
    private long askingFor;

    Policies(Bus bus) {
        this.bus = bus;
    }

    /** The values that are known now; null before the first were asked for. */
    @Nullable
    Values known() {
        return known;
    }

    /** Values that are not older than this epoch. */
    Future<Values> notOlderThan(long epoch, Call call) {
        var now = known;
        if (now != null && now.epoch() >= epoch) {
            return Future.succeededFuture(now);
        }
        var running = asking;
        if (running != null && askingFor >= epoch) {
            return Shared.here(running);
        }
        var asked = bus.ask(call, new Access.ResolvePolicies(null)).map(answer -> new Values(epoch, answer.values()));
        asking = asked;
        askingFor = epoch;
        asked.onComplete(done -> {
            asking = asking == asked ? null : asking;
            if (done.succeeded() && (known == null || known.epoch() <= epoch)) {
                known = done.result();
            }
        });
        return asked;
    }
}
