package io.vertebra.kernel.db;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.vertebra.bus.ActorKind;
import io.vertebra.bus.Call;
import io.vertebra.bus.Caller;
import io.vertebra.bus.Event;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.internal.ArrayTuple;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The parameters of the closing statement: audit record, kept reply, raised epochs and events of one transaction. */
final class Closing {
    private static final int PARAMETERS = 22;

    private Closing() {}

    /** The parameters; null when there is nothing to write. */
    static @Nullable ArrayTuple of(
            DomainDb db,
            Call call,
            Action action,
            Object request,
            @Nullable Once once,
            Transaction transaction,
            @Nullable Object answer)
            throws JsonProcessingException {
        var events = transaction.events();
        var touched = transaction.touched();
        if (once == null && !action.audited() && events.isEmpty() && touched.isEmpty()) {
            return null;
        }
        var caller = call.caller();
        var tuple = new ArrayTuple(PARAMETERS);
        tuple.addValue(transaction.now().atOffset(ZoneOffset.UTC));
        tuple.addValue(caller.id());
        tuple.addValue(call.requestId());
        audit(tuple, db, call, action, request, transaction);
        tuple.addValue(once == null ? null : once.key());
        tuple.addValue(once == null ? null : Buffer.buffer(once.fingerprint()));
        tuple.addValue(once == null ? null : reply(db, action, answer));
        tuple.addValue(touched.isEmpty() ? null : touched.toArray(UUID[]::new));
        events(tuple, db, transaction, events);
        tuple.addValue(call.traceparent());
        return tuple;
    }

    private static void audit(
            ArrayTuple tuple, DomainDb db, Call call, Action action, Object request, Transaction transaction) {
        var caller = call.caller();
        var grant = caller.grant();
        var org = transaction.founded() == null ? caller.orgId() : transaction.founded();
        tuple.addValue(action.audited() ? UuidV7.next(db.clock()) : null);
        tuple.addValue(org == null ? ownChain(caller) : org);
        tuple.addValue(org);
        tuple.addValue(kind(caller.kind()));
        tuple.addValue(grant == null ? null : grant.role());
        tuple.addValue(action.name());
        tuple.addValue(transaction.target() == null ? action.target().apply(request) : transaction.target());
        tuple.addValue(transaction.beyondTenants());
    }

    /** The chain of what belongs to no org: the person's own, or the platform's. */
    static UUID ownChain(Caller caller) {
        return caller.kind() == ActorKind.USER || caller.kind() == ActorKind.ADMIN ? caller.id() : Caller.NOBODY;
    }

    static String kind(ActorKind kind) {
        return kind.name().toLowerCase(Locale.ROOT);
    }

    private static @Nullable Buffer reply(DomainDb db, Action action, @Nullable Object answer)
            throws JsonProcessingException {
        return action.reply() == Action.Reply.KEPT ? Buffer.buffer(db.json().writeValueAsBytes(answer)) : null;
    }

    private static void events(ArrayTuple tuple, DomainDb db, Transaction transaction, List<Event> events)
            throws JsonProcessingException {
        if (events.isEmpty()) {
            for (int i = 0; i < 6; i++) {
                tuple.addValue(null);
            }
            return;
        }
        int count = events.size();
        var ids = new UUID[count];
        var types = new String[count];
        var versions = new Integer[count];
        var orgs = new @Nullable UUID[count];
        var keys = new String[count];
        var data = new String[count];
        for (int i = 0; i < count; i++) {
            var event = events.get(i);
            var type = db.contracts().event(event.getClass());
            ids[i] = transaction.newId();
            types[i] = type.name();
            versions[i] = type.version();
            orgs[i] = type.orgId(event);
            keys[i] = type.key(event);
            data[i] = db.json().writeValueAsString(event);
        }
        tuple.addValue(ids);
        tuple.addValue(types);
        tuple.addValue(versions);
        tuple.addValue(orgs);
        tuple.addValue(keys);
        tuple.addValue(data);
    }
}
