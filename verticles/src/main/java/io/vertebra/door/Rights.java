package io.vertebra.door;

import io.vertebra.bus.ActorKind;
import io.vertebra.bus.Call;
import io.vertebra.bus.Caller;
import io.vertebra.contract.Access;
import io.vertebra.kernel.bus.Bus;
import io.vertx.core.Future;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What principals may do in which org, as long as their epoch does not grow; for one event loop. */
final class Rights {
    private static final int CACHED_MAX = 20_000;

    private record Where(
            UUID principal, ActorKind kind, @Nullable UUID orgId) {}

    private static final class Held {
        private final long epoch;
        private final Future<Access.Rights> asked;
        private Access.@Nullable Rights rights;

        private Held(long epoch, Future<Access.Rights> asked) {
            this.epoch = epoch;
            this.asked = asked;
        }
    }

    private final Bus bus;
    private final Caller self;
    private final Lru<Where, Held> cached = new Lru<>(CACHED_MAX);

    Rights(Bus bus, Caller self) {
        this.bus = bus;
        this.self = self;
    }

    /** The rights of the call's caller in an org, or without one on the platform, not older than this epoch. */
    Future<Access.Rights> of(Call call, @Nullable UUID orgId, long epoch) {
        var caller = call.caller();
        var where = new Where(caller.id(), caller.kind(), orgId);
        var held = cached.get(where);
        if (held != null && held.epoch >= epoch) {
            return held.rights != null ? Future.succeededFuture(held.rights) : Shared.here(held.asked);
        }
        var operator = caller.kind() == ActorKind.ADMIN;
        var asked = bus.ask(call.onBehalfOf(self), new Access.ResolveRights(caller.id(), operator, orgId));
        var fresh = new Held(epoch, asked);
        cached.put(where, fresh);
        asked.onComplete(done -> {
            if (done.succeeded()) {
                fresh.rights = done.result();
            } else {
                cached.remove(where, fresh);
            }
        });
        return asked;
    }
}
