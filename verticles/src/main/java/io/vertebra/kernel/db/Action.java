package io.vertebra.kernel.db;

import io.vertebra.bus.Operation;
import java.lang.reflect.Type;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a transaction is for: what the kernel must know of the operation to audit it and to keep its reply.
 *
 * @param name what the audit record and the reply name, {@code Orgs.CreateProject}
 * @param answer the type of the answer, to read a kept reply
 * @param reply what is kept under the client's key
 * @param audited whether the transaction leaves an audit record
 * @param target what the audit record names as target unless the handler says it
 */
public record Action(
        String name, Type answer, Reply reply, boolean audited, Function<Object, @Nullable String> target) {

    /** What is kept of an answer under the client's idempotency key. */
    public enum Reply {
        /** The answer, for a day. */
        KEPT,
        /** That it was answered; the answer holds a secret that is shown once. */
        SINGLE_USE,
        /** Nothing. */
        NEVER
    }

    /** What a contract says of an operation; the target is what the last variable of its path names. */
    public static Action of(Operation operation) {
        var reply = operation.keepsReply()
                ? Reply.KEPT
                : operation.singleUse() && operation.mutation() ? Reply.SINGLE_USE : Reply.NEVER;
        var route = operation.route();
        var last = route == null || route.variables().isEmpty()
                ? null
                : operation.component(route.variables().getLast());
        Function<Object, @Nullable String> target =
                last == null ? request -> null : request -> last.name() + ":" + last.of(request);
        return new Action(operation.name(), operation.answer(), reply, operation.unlogged() == null, target);
    }

    /** Work of the platform itself (a job, a reader): no reply, no audit record. */
    public static Action inside(String name) {
        return new Action(name, Void.class, Reply.NEVER, false, request -> null);
    }
}
