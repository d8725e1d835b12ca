package io.vertebra.events;

import io.vertebra.bus.Contracts;
import io.vertebra.contract.Access;
import io.vertebra.contract.Events;
import io.vertebra.kernel.module.Domain;
import io.vertebra.kernel.module.Wiring;

/** Lists the event log. */
public final class EventsVerticle extends Domain {
    @Override
    public Class<?> contract() {
        return Events.class;
    }

    @Override
    protected void open(Wiring on) {
        var log = new LoggedEvents(Contracts.load(), on.bus());
        on.asks(Access.ResolveRights.class).read(Events.ListEvents.class, log::list);
    }
}
