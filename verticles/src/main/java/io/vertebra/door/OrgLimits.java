package io.vertebra.door;

import io.vertebra.bus.Call;
import io.vertebra.contract.Access;
import io.vertebra.kernel.bus.Bus;
import io.vertebra.kernel.cache.Allowance;
import io.vertebra.kernel.cache.Check;
import io.vertx.core.Future;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** How much is asked in an org in a minute, as long as the epoch of policy values does not grow; for one event loop. */
final class OrgLimits {
    /** The name under which a refusal tells of it. */
    static final String POLICY = "org";

    private static final String VALUE = "limits.org-per-minute";
    private static final int CACHED_MAX = 20_000;
    private static final Check NOTHING = new Check(List.of(), List.of());

    private static final class Held {
        private final long epoch;
        private final Future<Check> asked;
        private @Nullable Check check;

        private Held(long epoch, Future<Check> asked) {
            this.epoch = epoch;
            this.asked = asked;
        }
    }

    private final Bus bus;
    private final Lru<UUID, Held> cached = new Lru<>(CACHED_MAX);

    OrgLimits(Bus bus) {
        this.bus = bus;
    }

    /** Whether it is known that nothing is counted in this org. */
    boolean none(UUID orgId, long epoch) {
        var held = cached.get(orgId);
        return held != null && held.epoch >= epoch && held.check == NOTHING;
    }

    /** What a request in this org is held against. */
    Future<Check> of(UUID orgId, long epoch, Call call) {
        var held = cached.get(orgId);
        if (held != null && held.epoch >= epoch) {
            return held.check != null ? Future.succeededFuture(held.check) : Shared.here(held.asked);
        }
        var asked = bus.ask(call, new Access.ResolvePolicies(orgId)).map(values -> check(orgId, values));
        var fresh = new Held(epoch, asked);
        cached.put(orgId, fresh);
        asked.onComplete(done -> {
            if (done.succeeded()) {
                fresh.check = done.result();
            } else {
                cached.remove(orgId, fresh);
            }
        });
        return asked;
    }

    private static Check check(UUID orgId, Access.PolicyValues values) {
        long limit = Objects.requireNonNull(values.values().get(VALUE), VALUE).value();
        return limit == Access.POLICY_MAX
                ? NOTHING
                : new Check(List.of(Allowance.perMinute(POLICY, orgId.toString(), limit)), List.of());
    }
}
