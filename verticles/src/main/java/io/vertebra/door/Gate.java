package io.vertebra.door;

import io.vertebra.bus.ActorKind;
import io.vertebra.bus.Call;
import io.vertebra.bus.Caller;
import io.vertebra.bus.Grant;
import io.vertebra.bus.Operation;
import io.vertebra.bus.Problem;
import io.vertebra.bus.Problems;
import io.vertebra.bus.Request;
import io.vertebra.bus.Scope;
import io.vertebra.contract.Access;
import io.vertebra.contract.Accounts;
import io.vertebra.kernel.bus.Answered;
import io.vertebra.kernel.bus.Bus;
import io.vertebra.kernel.cache.Allowance;
import io.vertebra.kernel.cache.Check;
import io.vertebra.kernel.cache.ClientNetwork;
import io.vertebra.kernel.cache.Limiter;
import io.vertebra.kernel.cache.Ruling;
import io.vertebra.kernel.db.Refusals;
import io.vertx.core.Future;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The way through every door, for one event loop: recognise the caller, hold the request against the limits, check the
 * permission in the scope that the request names, ask. Whatever cannot be decided is refused.
 */
public final class Gate {
    /** The internal operations that a door must declare, for its gate to ask them. */
    public static final Set<Class<?>> ASKS = Set.of(
            Accounts.CheckSession.class,
            Accounts.GetSigningKeys.class,
            Accounts.TouchSession.class,
            Access.ResolveRights.class,
            Access.ResolvePolicies.class);

    private static final int TOKENS_MAX = 20_000;
    private static final long TOUCH_MS = 60_000;
    private static final List<UUID> POLICIES_ONLY = List.of(Caller.NOBODY);

    private final Bus bus;
    private final Caller self;
    private final Limiter limiter;
    private final Refusals refusals;
    private final Clock clock;
    private final SigningKeys keys;
    private final Rights rights;
    private final Policies policies;
    private final OrgLimits orgs;
    private final Lru<String, Bearer> bearers = new Lru<>(TOKENS_MAX);

    /** A token that was verified, and what is known of its session. */
    private static final class Bearer {
        private final Token token;
        private Caller caller;
        private long sessionEpoch;
        private long touchedAtMs;
        private long policyEpoch = -1;
        private Check check = new Check(List.of(), List.of());

        private Bearer(Token token) {
            this.token = token;
            this.caller = token.caller();
            this.sessionEpoch = token.sessionEpoch();
        }
    }

    /**
     * A gate.
     *
     * @param bus asks as the door's service where an operation is internal
     * @param self the door's service
     * @param refusals where refused attempts at a change are recorded
     */
    public Gate(Bus bus, Caller self, Limiter limiter, Refusals refusals, Clock clock) {
        this.bus = bus;
        this.self = self;
        this.limiter = limiter;
        this.refusals = refusals;
        this.clock = clock;
        this.keys = new SigningKeys(bus, clock);
        this.rights = new Rights(bus, self);
        this.policies = new Policies(bus);
        this.orgs = new OrgLimits(bus);
    }

    /** Receives a request that needs nobody to be signed in; it counts against its address. */
    public Future<Admission> admitAnyone(Call call) {
        return limit(call, null, null);
    }

    /** Receives a request with the token that it carried; without a good one it is refused with 401. */
    public Future<Admission> admit(Call call, @Nullable String token) {
        if (token == null) {
            return limit(call, null, unauthenticated());
        }
        var known = bearers.get(token);
        if (known != null) {
            return admit(call, token, known);
        }
        var kid = Token.kidOf(token);
        if (kid == null) {
            return limit(call, null, unauthenticated());
        }
        return keys.with(kid, internal(call)).compose(published -> {
            var key = published.byKid().get(kid);
            return key == null
                    ? limit(call, null, unauthenticated())
                    : Token.verify(token, kid, key).compose(read -> admit(call, token, read));
        });
    }

    private Future<Admission> admit(Call call, String token, Optional<Token> read) {
        if (read.isEmpty()) {
            return limit(call, null, unauthenticated());
        }
        var fresh = new Bearer(read.get());
        bearers.put(token, fresh);
        return admit(call, token, fresh);
    }

    private Future<Admission> admit(Call call, String token, Bearer bearer) {
        if (bearer.token.expiresAtMs() <= clock.millis()) {
            bearers.remove(token);
            return limit(call, null, unauthenticated());
        }
        return limit(call.by(bearer.caller), bearer, null).compose(admitted -> {
            if (admitted.refusal() != null) {
                return Future.succeededFuture(admitted);
            }
            return inSession(admitted, token, bearer);
        });
    }

    /**
     * Looks whether a token that was admitted is still good, and how far its rights have moved on; counts nothing. For
     * sockets, which stay open while sessions end.
     */
    public Future<Admission> look(Call call, String token) {
        var bearer = bearers.get(token);
        if (bearer == null) {
            return admit(call, token);
        }
        if (bearer.token.expiresAtMs() <= clock.millis()) {
            return Future.failedFuture(unauthenticated());
        }
        var check = new Check(List.of(), bearer.check.subjects());
        return limiter.rule(check)
                .compose(ruling -> inSession(
                        new Admission(
                                call.by(bearer.caller),
                                null,
                                check,
                                ruling,
                                ruling.epochs()[1],
                                bearer.token.expiresAtMs()),
                        token,
                        bearer));
    }

    private Future<Admission> inSession(Admission admitted, String token, Bearer bearer) {
        var session = bearer.caller.sessionId();
        var ruling = admitted.ruling();
        if (session == null || ruling == null) {
            return Future.succeededFuture(admitted);
        }
        var now = ruling.epochs()[2];
        if (now <= bearer.sessionEpoch) {
            touch(admitted.call(), bearer, session);
            return Future.succeededFuture(admitted);
        }
        return bus.ask(internal(admitted.call()), new Accounts.CheckSession(session))
                .map(state -> {
                    if (!state.alive()) {
                        bearers.remove(token);
                        return admitted.refused(unauthenticated());
                    }
                    var kind = bearer.token.caller().kind();
                    kind = kind == ActorKind.ADMIN && !state.operator() ? ActorKind.USER : kind;
                    bearer.caller = new Caller(kind, bearer.caller.id(), null, session, null);
                    bearer.sessionEpoch = now;
                    return admitted.by(bearer.caller);
                });
    }

    private void touch(Call call, Bearer bearer, UUID session) {
        var now = clock.millis();
        if (now - bearer.touchedAtMs >= TOUCH_MS) {
            bearer.touchedAtMs = now;
            bus.ask(internal(call), new Accounts.TouchSession(session));
        }
    }

    private Future<Admission> limit(Call call, @Nullable Bearer bearer, @Nullable Problem refusal) {
        var values = policies.known();
        if (values == null) {
            return policies.notOlderThan(0, internal(call))
                    .compose(loaded -> limit(call, bearer, refusal, loaded, true));
        }
        return limit(call, bearer, refusal, values, true);
    }

    private Future<Admission> limit(
            Call call, @Nullable Bearer bearer, @Nullable Problem refusal, Policies.Values values, boolean first) {
        var check = bearer == null ? anonymous(call, values) : check(bearer, values);
        return limiter.rule(check).compose(ruling -> {
            if (ruling.epochs()[0] > values.epoch() && first) {
                return policies.notOlderThan(ruling.epochs()[0], internal(call))
                        .compose(newer -> limit(call, bearer, refusal, newer, false));
            }
            var problem = ruling.allowed() ? refusal : exceeded(check, ruling);
            var epoch = bearer == null ? 0 : ruling.epochs()[1];
            var until = bearer == null ? Long.MAX_VALUE : bearer.token.expiresAtMs();
            return Future.succeededFuture(new Admission(call, problem, check, ruling, epoch, until));
        });
    }

    private static Check anonymous(Call call, Policies.Values values) {
        var address = call.address() == null ? "" : ClientNetwork.of(call.address());
        var limit = values.get("limits.address-per-minute");
        return new Check(List.of(Allowance.perMinute("address", address, limit)), POLICIES_ONLY);
    }

    private static Check check(Bearer bearer, Policies.Values values) {
        if (bearer.policyEpoch == values.epoch()) {
            return bearer.check;
        }
        var caller = bearer.caller;
        var name = caller.kind() == ActorKind.SERVICE ? "service" : "user";
        var own = Allowance.perMinute(name, caller.id().toString(), values.get("limits." + name + "-per-minute"));
        var key = bearer.token.key();
        var all = key == null
                ? List.of(own)
                : List.of(Allowance.perMinute("key", key, values.get("limits.key-per-minute")), own);
        var session = caller.sessionId();
        var subjects =
                session == null ? List.of(Caller.NOBODY, caller.id()) : List.of(Caller.NOBODY, caller.id(), session);
        bearer.check = new Check(all, subjects);
        bearer.policyEpoch = values.epoch();
        return bearer.check;
    }

    /**
     * Holds a request without a sign-in against a further limit of its own, for example of the account that it names.
     * Answers the problem to refuse with, or null.
     */
    public Future<@Nullable Problem> limitFurther(Call call, String policy, String key, String value) {
        return limitFurther(call, key, List.of(new Further(policy, value, 1)));
    }

    /**
     * A further limit.
     *
     * @param policy its name
     * @param value the policy value that says how much it allows in a minute
     * @param cost how much this takes of it
     */
    public record Further(String policy, String value, long cost) {}

    /** The same of several limits at once: taken from all, or from none. */
    public Future<@Nullable Problem> limitFurther(Call call, String key, List<Further> limits) {
        return policies.notOlderThan(0, internal(call)).compose(values -> {
            var allowances = limits.stream()
                    .map(one -> Allowance.perMinute(one.policy(), key, values.get(one.value()))
                            .times(one.cost()))
                    .toList();
            var check = new Check(allowances, List.of());
            return limiter.rule(check).map(ruling -> ruling.allowed() ? null : exceeded(check, ruling));
        });
    }

    /** The epochs of these subjects, in this order; counts nothing. */
    public Future<long[]> epochs(List<UUID> subjects) {
        return limiter.rule(new Check(List.of(), subjects)).map(Ruling::epochs);
    }

    /**
     * Checks the permission of an operation in the scope that the request names. The answered call carries the grant;
     * a missing membership fails with 404, a missing permission with 403.
     */
    public Future<Call> authorise(Admission admitted, Operation operation, Request<?> request) {
        var permission = operation.permission();
        if (permission == null || operation.scope() == Scope.NONE) {
            return Future.succeededFuture(admitted.call());
        }
        var orgId = operation.scope() == Scope.ORG ? operation.orgId(request) : null;
        var authorised = authorise(admitted, permission, orgId, operation.projectId(request));
        if (operation.mutation()) {
            authorised.onFailure(refused -> record(admitted.call(), operation, request, refused));
        }
        return orgId == null ? authorised : limitOrg(admitted, orgId, authorised);
    }

    /** Only who may ask in an org counts against its limit, so that strangers cannot use it up. */
    private Future<Call> limitOrg(Admission admitted, UUID orgId, Future<Call> authorised) {
        var ruling = admitted.ruling();
        long epoch = ruling == null ? 0 : ruling.epochs()[0];
        if (orgs.none(orgId, epoch)) {
            return authorised;
        }
        return authorised.compose(call -> orgs.of(orgId, epoch, internal(call)).compose(check -> count(check, call)));
    }

    private Future<Call> count(Check check, Call call) {
        return check.allowances().isEmpty()
                ? Future.succeededFuture(call)
                : limiter.rule(check)
                        .compose(counted -> counted.allowed()
                                ? Future.succeededFuture(call)
                                : Future.failedFuture(exceeded(check, counted)));
    }

    private void record(Call call, Operation operation, Request<?> request, Throwable refused) {
        var route = operation.route();
        if (!(refused instanceof Problem problem)
                || route == null
                || route.variables().isEmpty()) {
            return;
        }
        var last = operation.component(route.variables().getLast());
        var target = last == null ? null : last.name() + ":" + last.of(request);
        refusals.record(call, operation.name(), target, problem);
    }

    /** Checks a permission in an org, or without one on the platform. */
    public Future<Call> authorise(
            Admission admitted, String permission, @Nullable UUID orgId, @Nullable UUID projectId) {
        var call = admitted.call();
        return rights.of(call, orgId, admitted.epoch()).compose(held -> {
            var role = held.role();
            if (role == null && orgId != null) {
                return Future.failedFuture(Problem.notFound("org"));
            }
            if (role == null || !held.permissions().contains(permission)) {
                return Future.failedFuture(forbidden(permission));
            }
            return Future.succeededFuture(call.with(new Grant(orgId, projectId, permission, role)));
        });
    }

    /** What the caller may do in an org. */
    public Future<Access.Rights> rights(Admission admitted, @Nullable UUID orgId) {
        return rights.of(admitted.call(), orgId, admitted.epoch());
    }

    /** Asks the operation in the name of the call's caller. */
    public <R> Future<R> ask(Call call, Request<R> request) {
        return bus.ask(call, request);
    }

    /** Asks the operation for an asker that must know whether the answer is a kept one. */
    public <R> Future<Answered<R>> answer(Call call, Request<R> request) {
        return bus.answer(call, request);
    }

    /** The public halves of the signing keys. */
    public Future<Accounts.SigningKeys> signingKeys(Call call) {
        return keys.published(internal(call));
    }

    /** The same circumstances in the name of this door. */
    public Call internal(Call call) {
        return call.onBehalfOf(self);
    }

    private static Problem unauthenticated() {
        return Problem.of(Problems.UNAUTHENTICATED, "No valid access token came with the request.");
    }

    private static Problem forbidden(String permission) {
        return Problem.of(Problems.FORBIDDEN, "The permission " + permission + " is missing.")
                .with("permission", permission)
                .with("decision", UUID.randomUUID().toString());
    }

    private static Problem exceeded(Check check, Ruling ruling) {
        var waitMs = 0L;
        var violated = new java.util.ArrayList<String>();
        for (var i = 0; i < check.allowances().size(); i++) {
            if (ruling.remaining()[i] < check.allowances().get(i).cost()) {
                violated.add(check.allowances().get(i).policy());
                waitMs = Math.max(waitMs, ruling.resetMs()[i]);
            }
        }
        return Problem.of(Problems.QUOTA_EXCEEDED, "Too many requests in a minute.")
                .with("violatedPolicies", String.join(",", violated))
                .with("retryAfter", Math.max(1, (waitMs + 999) / 1000));
    }
}
