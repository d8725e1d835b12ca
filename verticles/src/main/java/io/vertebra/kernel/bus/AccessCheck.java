package io.vertebra.kernel.bus;

import io.vertebra.bus.Call;
import io.vertebra.bus.Grant;
import io.vertebra.bus.Operation;
import io.vertebra.bus.Problem;
import io.vertebra.bus.Problems;
import io.vertebra.bus.Request;
import io.vertebra.bus.Scope;
import org.jspecify.annotations.Nullable;

/** Holds an operation's access rule against what the door granted: the last check before a handler runs. */
final class AccessCheck {
    private AccessCheck() {}

    /** Why the call may not ask this; null when it may. */
    static @Nullable Problem refusal(Operation operation, Call call, Request<?> request) {
        var caller = call.caller();
        return switch (operation.rule().kind()) {
            case PUBLIC -> null;
            case SIGNED_IN -> caller.signedIn() ? null : Problem.of(Problems.UNAUTHENTICATED, "Sign in first.");
            case NEEDS -> {
                if (operation.internal() && caller.service() == null) {
                    yield Problem.notFound("operation");
                }
                var grant = caller.grant();
                yield grant != null && covers(grant, operation, request) ? null : missing(operation);
            }
        };
    }

    private static boolean covers(Grant grant, Operation operation, Request<?> request) {
        if (!grant.permission().equals(operation.permission())) {
            return false;
        }
        if (operation.scope() == Scope.PLATFORM) {
            return grant.orgId() == null;
        }
        if (operation.scope() == Scope.NONE) {
            return true;
        }
        if (grant.orgId() == null || !grant.orgId().equals(operation.orgId(request))) {
            return false;
        }
        return grant.projectId() == null || grant.projectId().equals(operation.projectId(request));
    }

    private static Problem missing(Operation operation) {
        var permission = String.valueOf(operation.permission());
        return Problem.of(Problems.FORBIDDEN, "The permission " + permission + " was not granted for this scope.")
                .with("permission", permission);
    }
}
