package io.vertebra.live;

import io.vertebra.bus.Call;
import io.vertebra.bus.Caller;
import io.vertebra.bus.EventType;
import io.vertebra.contract.Access;
import io.vertebra.door.Addresses;
import io.vertebra.door.Gate;
import io.vertebra.kernel.config.HttpSettings;
import io.vertebra.kernel.config.LiveSettings;
import io.vertebra.kernel.events.Logged;
import io.vertebra.kernel.module.Doorway;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What the connections of one event loop have in common. */
record Room(
        Doorway on,
        Gate gate,
        LiveSettings settings,
        HttpSettings http,
        String origin,
        Addresses addresses,
        Written written) {

    /** The event that was written last; the next listener most likely wants the same one. */
    static final class Written {
        private @Nullable Logged logged;
        private String text = "";

        String rest(Logged wanted) {
            if (wanted != logged) {
                text = Frames.eventRest(wanted);
                logged = wanted;
            }
            return text;
        }
    }

    /** The circumstances of the next thing that a connection asks. */
    Call call(String address, @Nullable String agent, @Nullable String key, @Nullable Long ifMatch) {
        var deadline = on.clock().millis() + http.handleTimeout().toMillis();
        var id = UUID.randomUUID().toString().replace("-", "");
        return new Call(Caller.ANONYMOUS, id, null, deadline, key, ifMatch, address, agent);
    }

    /** The types of an org's events that these rights let somebody read. */
    Set<String> readable(Access.Rights rights) {
        return on.contracts().events().stream()
                .filter(type ->
                        type.orgComponent() != null && rights.permissions().contains(type.permission()))
                .map(EventType::name)
                .collect(Collectors.toSet());
    }
}
