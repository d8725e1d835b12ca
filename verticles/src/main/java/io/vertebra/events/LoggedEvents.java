package io.vertebra.events;

import io.vertebra.bus.ActorKind;
import io.vertebra.bus.Contracts;
import io.vertebra.bus.EventType;
import io.vertebra.bus.Page;
import io.vertebra.bus.Problem;
import io.vertebra.contract.Access;
import io.vertebra.contract.Events.ListEvents;
import io.vertebra.contract.Events.LoggedEvent;
import io.vertebra.kernel.bus.Bus;
import io.vertebra.kernel.db.Read;
import io.vertebra.kernel.events.LogCursor;
import io.vertebra.kernel.events.Logged;
import io.vertx.core.Future;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Events in the order of the log, those that the caller may read. */
final class LoggedEvents {
    /** One org's events; the function reads the granted org from the transaction and stops at the horizon. */
    static final String PAGE = "SELECT " + Logged.COLUMNS + " FROM events.granted_page($1, $2, $3)";

    private final Contracts contracts;
    private final Bus bus;

    LoggedEvents(Contracts contracts, Bus bus) {
        this.contracts = contracts;
        this.bus = bus;
    }

    Future<Page<LoggedEvent>> list(Read read, ListEvents request) {
        long after = LogCursor.parse(request.after());
        if (request.type() != null && contracts.event(request.type()) == null) {
            return Future.failedFuture(Problem.invalid("?type", "is no type of event of this platform"));
        }
        var caller = read.call().caller();
        var rights = new Access.ResolveRights(caller.id(), caller.kind() == ActorKind.ADMIN, request.orgId());
        return bus.ask(read.call(), rights)
                .map(resolved -> readable(resolved.permissions(), request.type()))
                .compose(types -> page(read, request, after, types));
    }

    private Future<Page<LoggedEvent>> page(Read read, ListEvents request, long after, List<String> types) {
        if (types.isEmpty()) {
            return Future.succeededFuture(new Page<>(List.of(), LogCursor.of(after)));
        }
        return read.list(PAGE, Logged::of, after, types.toArray(String[]::new), Page.limit(request.limit()))
                .recover(failure -> Future.failedFuture(LogCursor.explain(failure)))
                .map(events -> new Page<>(
                        events.stream().map(LoggedEvents::show).toList(),
                        events.isEmpty()
                                ? LogCursor.of(after)
                                : events.getLast().cursor()));
    }

    private List<String> readable(Set<String> permissions, @Nullable String asked) {
        return contracts.events().stream()
                .filter(type -> permissions.contains(type.permission()))
                .map(EventType::name)
                .filter(name -> asked == null || asked.equals(name))
                .toList();
    }

    private static LoggedEvent show(Logged logged) {
        return new LoggedEvent(
                logged.cursor(),
                logged.id(),
                logged.type(),
                logged.version(),
                logged.at(),
                logged.orgId(),
                logged.key(),
                logged.actor(),
                logged.requestId(),
                logged.data().getMap());
    }
}
