package io.vertebra.kernel.bus;

import io.vertebra.bus.AccessRule;
import io.vertebra.bus.Call;
import io.vertebra.bus.Caller;
import io.vertebra.bus.Contracts;
import io.vertebra.bus.Grant;
import io.vertebra.bus.Operation;
import io.vertebra.bus.Request;
import io.vertx.core.Future;
import java.util.HashSet;
import java.util.Set;

/**
 * The bus as one service of the platform sees it: what it asks, it asks in its own name, and only what it declared. Its
 * grant reaches as far as the org that the request names.
 */
public final class ServiceBus implements Bus {
    private final Bus bus;
    private final Contracts contracts;
    private final Caller service;
    private final boolean onlyInside;
    private final Set<Operation> declared = new HashSet<>();

    private ServiceBus(Bus bus, Contracts contracts, String name, boolean onlyInside) {
        this.bus = bus;
        this.contracts = contracts;
        this.service = Caller.service(name);
        this.onlyInside = onlyInside;
    }

    /** The bus of a domain: everything is asked as {@code service:<name>}. */
    public static ServiceBus ofDomain(Bus bus, Contracts contracts, String name) {
        return new ServiceBus(bus, contracts, name, false);
    }

    /**
     * The bus of a door: internal operations are asked as {@code service:<name>}, all others in the name of the caller
     * that the door authenticated.
     */
    public static ServiceBus ofDoor(Bus bus, Contracts contracts, String name) {
        return new ServiceBus(bus, contracts, name, true);
    }

    /** The bus of the platform's own program, which may ask every internal operation. */
    public static ServiceBus ofProgram(Bus bus, Contracts contracts, String name) {
        var program = new ServiceBus(bus, contracts, name, true);
        contracts.operations().stream().filter(Operation::internal).forEach(program.declared::add);
        return program;
    }

    /** Declares an operation that this service asks. */
    public void declare(Class<?> operation) {
        declared.add(contracts.operation(operation));
    }

    /** What was declared. */
    public Set<Operation> declared() {
        return Set.copyOf(declared);
    }

    @Override
    public <R> Future<R> ask(Call call, Request<R> request) {
        var operation = contracts.operation(request.getClass());
        if (onlyInside && !operation.internal()) {
            return bus.ask(call, request);
        }
        if (!declared.contains(operation)) {
            var undeclared = new IllegalStateException(service.service() + " did not declare that it asks this");
            return Future.failedFuture(Failures.problem(operation, call, undeclared));
        }
        return bus.ask(call.onBehalfOf(granted(operation, request)), request);
    }

    @Override
    public <R> Future<Answered<R>> answer(Call call, Request<R> request) {
        return onlyInside && !contracts.operation(request.getClass()).internal()
                ? bus.answer(call, request)
                : ask(call, request).map(answer -> new Answered<>(answer, false));
    }

    private Caller granted(Operation operation, Request<?> request) {
        if (operation.rule().kind() != AccessRule.Kind.NEEDS) {
            return service;
        }
        var permission = String.valueOf(operation.permission());
        return service.with(new Grant(operation.orgId(request), operation.projectId(request), permission, "service"));
    }
}
