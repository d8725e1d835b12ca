package io.vertebra.live;

import io.vertebra.door.Gate;
import io.vertebra.live.Channel.Closing;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a connection takes of the limits of its principal. Messages and bytes are counted here and taken from the limits
 * in one go, each second or when there are many; the connection is not read from while that is decided.
 */
final class Spending {
    private static final int MESSAGES_AT_ONCE = 500;
    private static final long BYTES_AT_ONCE = 1 << 20;
    /** Messages of somebody who has not authenticated. */
    private static final int UNKNOWN_MAX = 100;

    private static final Gate.Further CONNECTION = one("connections");
    static final Gate.Further SUBSCRIPTION = one("subscriptions");

    private final Room room;
    private final Session session;
    private @Nullable UUID principal;
    private long messages;
    private long bytes;
    private boolean deciding;

    Spending(Room room, Session session) {
        this.room = room;
        this.session = session;
    }

    private static Gate.Further one(String what) {
        return further(what, 1);
    }

    private static Gate.Further further(String what, long cost) {
        return new Gate.Further("live-" + what, "limits.live-" + what + "-per-minute", cost);
    }

    /** Whether the connection should not be read from. */
    boolean deciding() {
        return deciding;
    }

    /** Counts from now on for this principal; the connection itself is the first that counts. */
    void begin(UUID known) {
        principal = known;
        held();
    }

    /** The connection counts once more: it was opened, or held for a minute. */
    void held() {
        if (principal != null) {
            take(List.of(CONNECTION), principal);
        }
    }

    void heard(int size) {
        messages++;
        bytes += size;
        if (principal == null && messages > UNKNOWN_MAX) {
            session.cut(Closing.MALFORMED, Frames.malformed("Authenticate first."));
        } else if (messages >= MESSAGES_AT_ONCE || bytes >= BYTES_AT_ONCE) {
            settle();
        }
    }

    /** Takes from the limits what was heard since. */
    void settle() {
        if (principal == null || messages == 0 || deciding) {
            return;
        }
        var taken = List.of(further("messages", messages), further("bytes", bytes));
        messages = 0;
        bytes = 0;
        take(taken, principal);
    }

    private void take(List<Gate.Further> what, UUID of) {
        deciding = true;
        session.flow();
        room.gate()
                .limitFurther(session.call(Requests.Terms.NONE), of.toString(), what)
                .onComplete(decided -> {
                    deciding = false;
                    if (decided.succeeded() && decided.result() != null) {
                        session.cut(Closing.LIMITED, decided.result());
                    } else {
                        session.flow();
                    }
                });
    }
}
